package dev.gabion.benchmarks;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.Deadline;
import dev.gabion.core.Scope;
import java.util.Map;
import java.util.Optional;

/** A scope that keeps nothing of what is recorded: an audit line is measured elsewhere. */
record Unrecorded(String correlationId, Deadline deadline) implements Scope {
  static Unrecorded of(Scope scope) {
    return new Unrecorded("benchmark", scope.deadline());
  }

  @Override
  public Optional<String> tenantId() {
    return Optional.empty();
  }

  @Override
  public void record(
      AuditEvent.Activity activity, AuditEvent.Verdict verdict, Map<String, String> facts) {}
}
