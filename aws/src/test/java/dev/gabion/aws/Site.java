package dev.gabion.aws;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.Deadline;
import dev.gabion.core.Environment;
import dev.gabion.core.HandlerDescription;
import dev.gabion.core.IssuedSecrets;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretValue;
import dev.gabion.core.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** An environment with the given settings, as a handler's start would hand it over. */
record Site(Map<String, String> values) implements Environment, IssuedSecrets {
  private static final Map<String, String> LAMBDAS =
      Map.of(
          "AWS_REGION", "eu-central-1",
          "AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE",
          "AWS_SECRET_ACCESS_KEY", "not-a-secret-access-key",
          "AWS_SESSION_TOKEN", "not-a-session-token");

  /** The settings that Lambda itself makes. */
  static Site standard() {
    return new Site(LAMBDAS);
  }

  Site with(String name, String value) {
    Map<String, String> more = new HashMap<>(values);
    more.put(name, value);
    return new Site(more);
  }

  Site without(String name) {
    Map<String, String> fewer = new HashMap<>(values);
    fewer.remove(name);
    return new Site(fewer);
  }

  /** Work that must be done within a time from now. */
  static Scope scope(Duration time) {
    Deadline deadline = Deadline.in(time);
    return new Scope() {
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
        return Optional.empty();
      }

      @Override
      public void record(
          AuditEvent.Activity activity, AuditEvent.Verdict verdict, Map<String, String> facts) {}
    };
  }

  @Override
  public Scope scope() {
    return scope(Duration.ofSeconds(10));
  }

  @Override
  public HandlerDescription handler() {
    return new HandlerDescription("h", "s", "c", "r", "p", "a", List.of());
  }

  @Override
  public Settings settings() {
    return Settings.of(values);
  }

  @Override
  public IssuedSecrets issuedSecrets() {
    return this;
  }

  @Override
  public boolean awaitsSnapshot() {
    return false;
  }

  @Override
  public void issued(SecretValue value) {}

  @Override
  public void listen(Consumer<SecretValue> listener) {}
}
