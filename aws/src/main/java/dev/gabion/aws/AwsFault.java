package dev.gabion.aws;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.core.retry.RetryUtils;

/** What a failure of an AWS call means for whoever made it. */
public final class AwsFault {
  private AwsFault() {}

  /**
   * Whether AWS has not answered the question: it is throttling, has an error of its own (5xx), did
   * not answer in time, could not be reached, or answered in a way that cannot be read. The same
   * question may be answered later. Everything else is an answer: no.
   */
  public static boolean isTransient(Throwable failure) {
    if (failure instanceof SdkServiceException answered) {
      return answered.statusCode() >= 500
          || RetryUtils.isThrottlingException(answered)
          || RetryUtils.isClockSkewException(answered);
    }
    return failure instanceof SdkClientException;
  }

  /**
   * A short constant for audit trails: the service's error code, such as {@code
   * AccessDeniedException}, else the class of what was thrown.
   */
  public static String code(Throwable failure) {
    if (failure instanceof AwsServiceException answered
        && answered.awsErrorDetails() != null
        && answered.awsErrorDetails().errorCode() != null
        && answered.awsErrorDetails().errorCode().matches("[A-Za-z0-9.]{1,64}")) {
      return answered.awsErrorDetails().errorCode();
    }
    return failure.getClass().getSimpleName();
  }
}
