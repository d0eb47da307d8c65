package dev.gabion.crypto;

import java.util.Locale;

/** There is no data key to be had; the constants that say why are for the audit trail. */
final class KeysUnavailable extends Exception {
  private static final long serialVersionUID = 1;

  /** Why. */
  enum Reason {
    /** No encrypted data key of the message is one that these keys may be asked to open. */
    KEY_NOT_PERMITTED(false),
    /** An encrypted data key says that KMS wrapped it, but names no KMS key. */
    KEY_NAME(false),
    /** The key's owner says no: not this role, not this ciphertext or context, not this key. */
    KEY_REFUSED(false),
    /** The key's owner did not answer, or has too much to do. */
    KEY_UNREACHABLE(true),
    /** The time of whoever asked was over first. */
    OUT_OF_TIME(true),
    /** The answer is about another key, or is no data key. */
    KEY_MISANSWERED(false),
    /** A snapshot of this environment is awaited, or the cipher is closed. */
    CLOSED(true);

    private final boolean retryable;

    Reason(boolean retryable) {
      this.retryable = retryable;
    }
  }

  private final Reason reason;
  private final String code;

  private KeysUnavailable(Reason reason, String code) {
    super("No data key: " + reason, null, false, false);
    this.reason = reason;
    this.code = code;
  }

  static KeysUnavailable because(Reason reason) {
    return new KeysUnavailable(reason, "");
  }

  /**
   * With what AWS said.
   *
   * @param code AWS's error code
   */
  static KeysUnavailable because(Reason reason, String code) {
    return new KeysUnavailable(reason, code);
  }

  Reason reason() {
    return reason;
  }

  /** The reason for the audit trail, such as {@code key-refused}. */
  String text() {
    return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** AWS's error code; empty if AWS gave none. */
  String code() {
    return code;
  }

  /** Whether it is about what was asked, and not about who should have answered. */
  boolean isRefusal() {
    return reason == Reason.KEY_NOT_PERMITTED
        || reason == Reason.KEY_NAME
        || reason == Reason.KEY_REFUSED;
  }

  /** Whether the same may be asked again later. */
  boolean retryable() {
    return reason.retryable;
  }
}
