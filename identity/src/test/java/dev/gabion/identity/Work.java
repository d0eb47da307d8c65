package dev.gabion.identity;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.Deadline;
import dev.gabion.core.Environment;
import dev.gabion.core.HandlerDescription;
import dev.gabion.core.IssuedSecrets;
import dev.gabion.core.Scope;
import dev.gabion.core.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An environment and a scope that keep what they are told; the tests' stand-in for a handler. */
record Work(Deadline deadline, boolean awaitsSnapshot, List<Map<String, String>> told)
    implements Environment, Scope {
  static Work of() {
    return new Work(
        Deadline.in(Duration.ofMinutes(10)),
        false,
        Collections.synchronizedList(new ArrayList<>()));
  }

  static Work in(Duration time) {
    return new Work(Deadline.in(time), false, of().told());
  }

  static Work awaitingSnapshot() {
    return new Work(of().deadline(), true, of().told());
  }

  @Override
  public Scope scope() {
    return this;
  }

  @Override
  public HandlerDescription handler() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Settings settings() {
    return Settings.of(Map.of());
  }

  @Override
  public IssuedSecrets issuedSecrets() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String correlationId() {
    return "work";
  }

  @Override
  public Optional<String> tenantId() {
    return Optional.empty();
  }

  @Override
  public void record(
      AuditEvent.Activity activity, AuditEvent.Verdict verdict, Map<String, String> facts) {
    told.add(Map.copyOf(facts));
  }
}
