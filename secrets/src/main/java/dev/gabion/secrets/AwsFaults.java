package dev.gabion.secrets;

import dev.gabion.aws.AwsFault;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/** What an SDK client's failure says of a secret. Nothing of the failure itself is kept. */
final class AwsFaults {
  private AwsFaults() {}

  static Fault of(RuntimeException failure) {
    String code = AwsFault.code(failure);
    if (!(failure instanceof SdkException)) {
      return Fault.unreadable(code);
    }
    if (AwsFault.isTransient(failure)) {
      return isUnreadable(failure) ? Fault.unreadable("NotTheReply") : Fault.unreachable(code);
    }
    boolean forbidden =
        failure instanceof SdkServiceException answered && answered.statusCode() == 403;
    if (forbidden
        || code.contains("Denied")
        || code.contains("Authoriz")
        || code.contains("Token")
        || code.contains("Signature")
        || code.startsWith("UnrecognizedClient")) {
      return Fault.denied(code);
    }
    return Fault.missing(code);
  }

  /** Whether an answer came that is none; the rest of the message quotes it. */
  private static boolean isUnreadable(RuntimeException failure) {
    return String.valueOf(failure.getMessage()).startsWith("Unable to unmarshall response");
  }
}
