package dev.gabion.secrets;

import dev.gabion.core.SecretUnavailable.Reason;

/**
 * Why a source gave nothing. Its message is a code, and it has no cause: what a library throws may
 * quote the reply that it could not read.
 */
final class Fault extends Exception {
  private static final long serialVersionUID = 1;

  private final Reason reason;
  private final boolean passing;

  private Fault(Reason reason, boolean passing, String code) {
    super(code);
    this.reason = reason;
    this.passing = passing;
  }

  /** No answer: the same question may be answered later. */
  static Fault unreachable(String code) {
    return new Fault(Reason.UNREACHABLE, true, code);
  }

  /** An answer that nobody can read; a later one may be readable. */
  static Fault unreadable(String code) {
    return new Fault(Reason.UNREADABLE, true, code);
  }

  /** The answer is no. */
  static Fault denied(String code) {
    return new Fault(Reason.DENIED, false, code);
  }

  /** The answer is that there is nothing. */
  static Fault missing(String code) {
    return new Fault(Reason.MISSING, false, code);
  }

  /** The answer is something that is not taken as a secret. */
  static Fault unfit(String code) {
    return new Fault(Reason.UNREADABLE, false, code);
  }

  /** Nobody may be asked now. */
  static Fault closed() {
    return new Fault(Reason.CLOSED, false, "Closed");
  }

  Reason reason() {
    return reason;
  }

  /** Whether the question is still open; otherwise it was answered, with a no. */
  boolean passing() {
    return passing;
  }

  /** A short constant, such as {@code ThrottlingException}. */
  String code() {
    return String.valueOf(getMessage());
  }
}
