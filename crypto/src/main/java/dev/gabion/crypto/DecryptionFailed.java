package dev.gabion.crypto;

/**
 * A message was not opened. Whatever the reason, this says the same to whoever catches it; the
 * reason is on the audit trail.
 */
public final class DecryptionFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean retryable;

  DecryptionFailed(boolean retryable) {
    super("Decryption failed.");
    this.retryable = retryable;
  }

  /**
   * Whether the same message may open later: KMS did not answer, or not in time. Nothing about the
   * message can be learnt from it: nobody has looked inside yet.
   */
  public boolean retryable() {
    return retryable;
  }
}
