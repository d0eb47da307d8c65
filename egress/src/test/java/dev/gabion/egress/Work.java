package dev.gabion.egress;

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
final class Work implements Environment, Scope {
  /** One recorded event. */
  record Told(AuditEvent.Activity activity, AuditEvent.Verdict verdict, Map<String, String> facts) {
    String fact(String name) {
      return facts.getOrDefault(name, "none");
    }
  }

  final List<Told> told = Collections.synchronizedList(new ArrayList<>());
  private final Deadline deadline;
  private final Settings settings;

  private Work(Deadline deadline, Map<String, String> settings) {
    this.deadline = deadline;
    this.settings = Settings.of(settings);
  }

  static Work of() {
    return in(Duration.ofMinutes(5));
  }

  static Work in(Duration time) {
    return new Work(Deadline.in(time), Map.of());
  }

  static Work with(Map<String, String> settings) {
    return new Work(Deadline.in(Duration.ofMinutes(5)), settings);
  }

  Told last() {
    return told.get(told.size() - 1);
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
    return settings;
  }

  @Override
  public IssuedSecrets issuedSecrets() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean awaitsSnapshot() {
    return false;
  }

  @Override
  public String correlationId() {
    return "work";
  }

  @Override
  public Deadline deadline() {
    return deadline;
  }

  @Override
  public Optional<String> tenantId() {
    return Optional.empty();
  }

  @Override
  public void record(
      AuditEvent.Activity activity, AuditEvent.Verdict verdict, Map<String, String> facts) {
    told.add(new Told(activity, verdict, Map.copyOf(facts)));
  }
}
