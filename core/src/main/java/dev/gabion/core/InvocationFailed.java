package dev.gabion.core;

/**
 * The one exception that leaves a {@link SecureHandler}: a constant message and a correlation id,
 * no cause and no stack trace. What happened is on the audit trail and in the function's log.
 */
public final class InvocationFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  private InvocationFailed(String message) {
    super(message, null, false, false);
  }

  static InvocationFailed of(String correlationId) {
    return new InvocationFailed("The event was not processed. Correlation id: " + correlationId);
  }

  static InvocationFailed atInit() {
    return new InvocationFailed("The function could not start. Its log says why.");
  }
}
