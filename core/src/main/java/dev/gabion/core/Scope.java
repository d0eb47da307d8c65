package dev.gabion.core;

import java.util.Map;
import java.util.Optional;

/**
 * What a resource may know about the work it is used for: start-up, an invocation, or one envelope.
 */
public interface Scope {
  /** The identifier under which replies and audit events of this work are found again. */
  String correlationId();

  /**
   * By when this work must be done.
   *
   * @throws IllegalStateException if this work is over: a scope is not kept for later work
   */
  Deadline deadline();

  /** The tenant that this invocation runs for, where the function isolates tenants. */
  Optional<String> tenantId();

  /**
   * Records a detail event: something security-relevant that happened on the way. The stop it
   * happened at is added.
   *
   * @param facts names and identifiers, never content or secrets
   * @throws AuditFailed if the event could not be handed over
   */
  void record(AuditEvent.Activity activity, AuditEvent.Verdict verdict, Map<String, String> facts);
}
