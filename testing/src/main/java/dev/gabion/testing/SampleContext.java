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
 * The context of an invocation, for tests that call a handler themselves: account 123456789012 in
 * eu-central-1, as {@link SampleEvents} has it.
 */
public final class SampleContext implements Context {
  private final Invocation invocation;
  private final RuntimeSetup setup;
  private final LambdaLogger logger;
  private final Instant deadline;

  SampleContext(Invocation invocation, RuntimeSetup setup, LambdaLogger logger) {
    this.invocation = invocation;
    this.setup = setup;
    this.logger = logger;
    this.deadline = invocation.deadline().orElseGet(() -> Instant.now().plus(setup.timeout()));
  }

  /** The context of any invocation, with half a minute left. */
  public static SampleContext standard() {
    return of(Invocation.of(""));
  }

  /**
   * The context of an invocation with the id, tenant, trace, function and deadline that it names.
   */
  public static SampleContext of(Invocation invocation) {
    return new SampleContext(invocation, RealRuntime.of("handler"), new Printer());
  }

  /** Prints where everything else is printed. */
  private static final class Printer implements LambdaLogger {
    @Override
    public void log(String message) {
      System.out.println(message);
    }

    @Override
    public void log(byte[] message) {
      log(new String(message, UTF_8));
    }
  }

  @Override
  public String getAwsRequestId() {
    return invocation.requestId();
  }

  @Override
  public String getLogGroupName() {
    return "/aws/lambda/" + setup.functionName();
  }

  @Override
  public String getLogStreamName() {
    return "2026/01/01/[$LATEST]" + "0".repeat(32);
  }

  @Override
  public String getFunctionName() {
    return setup.functionName();
  }

  @Override
  public String getFunctionVersion() {
    return "$LATEST";
  }

  @Override
  public String getInvokedFunctionArn() {
    return invocation.functionArn().orElse(setup.functionArn());
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
    return setup.memoryMegabytes();
  }

  @Override
  public LambdaLogger getLogger() {
    return logger;
  }

  @Override
  public @Nullable String getTenantId() {
    return invocation.tenantId().orElse(null);
  }

  @Override
  public String getXrayTraceId() {
    return invocation.traceId();
  }
}
