package dev.gabion.core;

/**
 * The function cannot start as it is set up; the message says what to change.
 *
 * <p>Thrown by {@link Managed#start} and factories. The message goes to the function's log and
 * never outside, and still it must not contain a secret.
 */
public final class StartFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * Creates a failure.
   *
   * @param message what is wrong, where, and what to do; names, never values
   */
  public StartFailed(String message) {
    super(message);
  }
}
