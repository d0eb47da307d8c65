package dev.gabion.crypto;

/** Nothing was encrypted, because there is no data key; the reason is on the audit trail. */
public final class EncryptionFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean retryable;

  EncryptionFailed(boolean retryable) {
    super("Encryption failed.");
    this.retryable = retryable;
  }

  /**
   * Whether it may succeed later: KMS did not answer, or not in time. Otherwise KMS said no: the
   * role may not use the key, or the key is off.
   */
  public boolean retryable() {
    return retryable;
  }
}
