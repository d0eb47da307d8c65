package dev.gabion.crypto;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.Deadline;
import dev.gabion.core.Environment;
import dev.gabion.core.HandlerDescription;
import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.IssuedSecrets;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretValue;
import dev.gabion.core.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An environment and a scope in it, which remember what they are told. */
final class Work implements Environment, Scope {
  record Event(
      AuditEvent.Activity activity, AuditEvent.Verdict verdict, Map<String, String> facts) {
    String fact(String name) {
      return facts.getOrDefault(name, "");
    }
  }

  private static final class Told implements IssuedSecrets {
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final List<byte[]> secrets = new CopyOnWriteArrayList<>();

    @Override
    public void issued(SecretValue value) {
      secrets.add(InsecureSecretAccess.bytes(value));
    }

    @Override
    public void listen(Consumer<SecretValue> listener) {
      throw new UnsupportedOperationException();
    }
  }

  private final Told told;
  private final @Nullable String tenant;
  private final Deadline deadline;
  private final boolean awaitsSnapshot;

  private Work(Told told, @Nullable String tenant, Deadline deadline, boolean awaitsSnapshot) {
    this.told = told;
    this.tenant = tenant;
    this.deadline = deadline;
    this.awaitsSnapshot = awaitsSnapshot;
  }

  static Work usual() {
    return new Work(new Told(), null, Deadline.in(Duration.ofMinutes(1)), false);
  }

  Work of(String tenantId) {
    return new Work(told, tenantId, deadline, awaitsSnapshot);
  }

  Work within(Duration time) {
    return new Work(told, tenant, Deadline.in(time), awaitsSnapshot);
  }

  Work awaitingSnapshot() {
    return new Work(told, tenant, deadline, true);
  }

  List<Event> events() {
    return told.events;
  }

  Event last() {
    return told.events.get(told.events.size() - 1);
  }

  List<byte[]> secrets() {
    return told.secrets;
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
    return Settings.of(Map.of("AWS_REGION", "eu-central-1"));
  }

  @Override
  public IssuedSecrets issuedSecrets() {
    return told;
  }

  @Override
  public boolean awaitsSnapshot() {
    return awaitsSnapshot;
  }

  @Override
  public String correlationId() {
    return "test";
  }

  @Override
  public Deadline deadline() {
    return deadline;
  }

  @Override
  public Optional<String> tenantId() {
    return Optional.ofNullable(tenant);
  }

  @Override
  public void record(
      AuditEvent.Activity activity, AuditEvent.Verdict verdict, Map<String, String> facts) {
    told.events.add(new Event(activity, verdict, Map.copyOf(facts)));
  }
}
