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
      return isUnreadable(failure) ? Fault.unreadable(code) : Fault.unreachable(code);
    }
    if (failure instanceof SdkServiceException answered && answered.statusCode() == 403
        || code.contains("Denied")
        || code.contains("Authoriz")
        || code.contains("Token")
        || code.contains("Signature")
        || code.startsWith("UnrecognizedClient")) {
      return Fault.denied(code);
    }
    return Fault.missing(code);
  }

  /** An answer came, with a status that says all is well, and was no JSON. */
  private static boolean isUnreadable(RuntimeException failure) {
    return false;
  }
}
