package dev.gabion.core;

/**
 * An audit event could not be handed over.
 *
 * <p>Thrown by {@link Scope#record}; whoever catches it cannot save the call, since its outcome
 * cannot be recorded either.
 */
public final class AuditFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  AuditFailed(Throwable cause) {
    super("The audit sink did not take an event.", cause);
  }
}
