package dev.gabion.core;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import org.jspecify.annotations.Nullable;

/** The runtime's context with a logger that does not go past the filter of standard output. */
final class FilteredContext implements Context {
  private final Context runtime;
  private final LambdaLogger logger;

  FilteredContext(Context runtime) {
    this.runtime = runtime;
    this.logger = new FilteredLogger(runtime.getLogger());
  }

  @Override
  public LambdaLogger getLogger() {
    return logger;
  }

  @Override
  public String getAwsRequestId() {
    return runtime.getAwsRequestId();
  }

  @Override
  public String getLogGroupName() {
    return runtime.getLogGroupName();
  }

  @Override
  public String getLogStreamName() {
    return runtime.getLogStreamName();
  }

  @Override
  public String getFunctionName() {
    return runtime.getFunctionName();
  }

  @Override
  public String getFunctionVersion() {
    return runtime.getFunctionVersion();
  }

  @Override
  public String getInvokedFunctionArn() {
    return runtime.getInvokedFunctionArn();
  }

  @Override
  public @Nullable CognitoIdentity getIdentity() {
    return runtime.getIdentity();
  }

  @Override
  public @Nullable ClientContext getClientContext() {
    return runtime.getClientContext();
  }

  @Override
  public int getRemainingTimeInMillis() {
    return runtime.getRemainingTimeInMillis();
  }

  @Override
  public int getMemoryLimitInMB() {
    return runtime.getMemoryLimitInMB();
  }

  @Override
  public @Nullable String getTenantId() {
    return runtime.getTenantId();
  }

  @Override
  public @Nullable String getXrayTraceId() {
    return runtime.getXrayTraceId();
  }
}
