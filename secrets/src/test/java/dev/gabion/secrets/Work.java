package dev.gabion.secrets;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.Deadline;
import dev.gabion.core.Environment;
import dev.gabion.core.HandlerDescription;
import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.IssuedSecrets;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretValue;
import dev.gabion.core.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An environment and a scope that keep what they are told; the tests' stand-in for a handler. */
final class Work implements Environment, Scope, IssuedSecrets {
  /** One recorded event. */
  record Told(AuditEvent.Verdict verdict, Map<String, String> facts) {
    String event() {
      return facts.getOrDefault("event", "none");
    }
  }

  final List<Told> told = Collections.synchronizedList(new ArrayList<>());
  final List<String> issued = Collections.synchronizedList(new ArrayList<>());
  private final Deadline deadline;
  private final boolean awaitsSnapshot;
  private final Settings settings;
  volatile @Nullable RuntimeException refusesToRecord;

  private Work(Deadline deadline, boolean awaitsSnapshot, Map<String, String> settings) {
    this.deadline = deadline;
    this.awaitsSnapshot = awaitsSnapshot;
    this.settings = Settings.of(settings);
  }

  static Work of() {
    return in(Duration.ofMinutes(10));
  }

  static Work in(Duration time) {
    return at(Deadline.in(time));
  }

  static Work at(Deadline deadline) {
    return new Work(deadline, false, Map.of());
  }

  static Work awaitingSnapshot() {
    return new Work(Deadline.in(Duration.ofMinutes(10)), true, Map.of());
  }

  static Work with(Map<String, String> settings, boolean awaitsSnapshot) {
    return new Work(Deadline.in(Duration.ofMinutes(10)), awaitsSnapshot, settings);
  }

  /** The events so far, each by its name. */
  List<String> events() {
    synchronized (told) {
      return told.stream().map(Told::event).toList();
    }
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
    return this;
  }

  @Override
  public boolean awaitsSnapshot() {
    return awaitsSnapshot;
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
    RuntimeException refusal = refusesToRecord;
    if (refusal != null) {
      throw refusal;
    }
    told.add(new Told(verdict, Map.copyOf(facts)));
  }

  @Override
  public void issued(SecretValue value) {
    issued.add(new String(InsecureSecretAccess.bytes(value), StandardCharsets.UTF_8));
  }

  @Override
  public void listen(Consumer<SecretValue> listener) {
    throw new UnsupportedOperationException();
  }
}
