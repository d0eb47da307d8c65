package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An invocation's context: the function {@code orders} of account 123456789012 in eu-central-1,
 * with half a minute left. Never changes: every method gives a copy.
 */
public final class SampleContext implements Context {
  private final String requestId;
  private final @Nullable String tenantId;
  private final Instant deadline;

  private SampleContext(String requestId, @Nullable String tenantId, Instant deadline) {
    this.requestId = requestId;
    this.tenantId = tenantId;
    this.deadline = deadline;
  }

  /** The context of any invocation. */
  public static SampleContext standard() {
    return new SampleContext(
        "00000000-0000-4000-8000-000000000001", null, Instant.now().plus(Duration.ofSeconds(30)));
  }

  /** The context of the invocation with this id. */
  public SampleContext requestId(String id) {
    return new SampleContext(id, tenantId, deadline);
  }

  /** The context of an invocation for this tenant. */
  public SampleContext tenantId(String id) {
    return new SampleContext(requestId, id, deadline);
  }

  /** The context of an invocation that must have answered by then. */
  public SampleContext deadline(Instant moment) {
    return new SampleContext(requestId, tenantId, moment);
  }

  @Override
  public String getAwsRequestId() {
    return requestId;
  }

  @Override
  public String getLogGroupName() {
    return "/aws/lambda/orders";
  }

  @Override
  public String getLogStreamName() {
    return "2026/01/01/[$LATEST]" + "0".repeat(32);
  }

  @Override
  public String getFunctionName() {
    return "orders";
  }

  @Override
  public String getFunctionVersion() {
    return "$LATEST";
  }

  @Override
  public String getInvokedFunctionArn() {
    return "arn:aws:lambda:eu-central-1:123456789012:function:orders";
  }

  @Override
  public @Nullable CognitoIdentity getIdentity() {
    return null;
  }

  @Override
  public @Nullable ClientContext getClientContext() {
    return null;
  }

  @Override
  public int getRemainingTimeInMillis() {
    return (int) Math.max(0, Duration.between(Instant.now(), deadline).toMillis());
  }

  @Override
  public int getMemoryLimitInMB() {
    return 512;
  }

  @Override
  public LambdaLogger getLogger() {
    return new LambdaLogger() {
      @Override
      public void log(String message) {
        System.out.print(message);
      }

      @Override
      public void log(byte[] message) {
        log(new String(message, UTF_8));
      }
    };
  }

  @Override
  public @Nullable String getTenantId() {
    return tenantId;
  }
}
