package dev.gabion.core;

import org.jspecify.annotations.Nullable;

/** A secret cannot be had. The message names the secret and the reason, never a value. */
public final class SecretUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Why a secret cannot be had. */
  public enum Reason {
    /** The function's role may not read it, or may not use the key that it is encrypted with. */
    DENIED,
    /**
     * There is no such secret, version or field, it is scheduled for deletion, or its key is off.
     */
    MISSING,
    /** AWS did not answer, or not in time, and there is no value young enough to go on with. */
    UNREACHABLE,
    /** What AWS answered cannot be used. */
    UNREADABLE,
    /** The environment's snapshot is being taken, or the source is closed. */
    CLOSED
  }

  private final Reason reason;

  /**
   * Creates a failure.
   *
   * @param name the secret's name
   */
  public SecretUnavailable(String name, Reason reason) {
    this(name, reason, null);
  }

  /**
   * Creates a failure with its cause, of which the audit trail learns classes and places alone.
   *
   * @param name the secret's name
   */
  public SecretUnavailable(String name, Reason reason, @Nullable Throwable cause) {
    super("The secret " + name + " cannot be had: " + reason, cause);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
