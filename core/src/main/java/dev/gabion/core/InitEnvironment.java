package dev.gabion.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The environment as it is while it starts. */
final class InitEnvironment implements Environment, Scope {
  /** Lambda ends an INIT after ten seconds ("Lambda execution environment lifecycle"). */
  private static final Duration INIT_TIME = Duration.ofSeconds(10);

  private static final String INIT = "init";

  private final HandlerDescription description;
  private final AuditTrail trail;
  private final Settings settings;
  private final Deadline deadline = Deadline.in(INIT_TIME);

  InitEnvironment(Recipe<?, ?, ?> recipe, AuditTrail trail, Class<?> handler) {
    this.trail = trail;
    this.settings = recipe.settings();
    this.description =
        new HandlerDescription(
            handler.getName(),
            recipe.source().describe(),
            recipe.caller().describe(),
            recipe.rules().describe(),
            recipe.permit().describe(),
            recipe.audit().describe());
  }

  @Override
  public Scope scope() {
    return this;
  }

  @Override
  public HandlerDescription handler() {
    return description;
  }

  @Override
  public Settings settings() {
    return settings;
  }

  @Override
  public String correlationId() {
    return INIT;
  }

  @Override
  public Deadline deadline() {
    return deadline;
  }

  @Override
  public Optional<String> tenantId() {
    return Optional.empty(); // known during an invocation only
  }

  @Override
  public void record(
      AuditEvent.Activity activity, AuditEvent.Verdict verdict, Map<String, String> facts) {
    FunctionArn function =
        new FunctionArn(
            "unknown",
            settings.find("AWS_REGION").orElse("unknown"),
            "unknown", // an environment learns its account with the first invocation
            settings.find("AWS_LAMBDA_FUNCTION_NAME").orElse("unknown"));
    String version = settings.find("AWS_LAMBDA_FUNCTION_VERSION").orElse("unknown");
    AuditEvent.InvocationFacts invocation =
        new AuditEvent.InvocationFacts(INIT, INIT, null, null, function, version, true);
    trail.write(
        new AuditEvent(
            activity, verdict, null, Instant.now(), invocation, null, null, null, facts));
  }
}
