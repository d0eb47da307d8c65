package dev.gabion.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The environment as it is while it starts, or comes back from a snapshot. */
final class InitEnvironment implements Environment, Scope {
  /**
   * Lambda ends an INIT after ten seconds ("Lambda execution environment lifecycle"), and a restore
   * likewise ("Improving startup performance with Lambda SnapStart").
   */
  private static final Duration TIME = Duration.ofSeconds(10);

  private final String phase;
  private final HandlerDescription description;
  private final AuditTrail trail;
  private final Settings settings;
  private final IssuedSecrets issued;
  private final boolean awaitsSnapshot;
  private final Deadline deadline = Deadline.in(TIME);
  private volatile boolean over;

  private InitEnvironment(
      String phase,
      HandlerDescription description,
      AuditTrail trail,
      Settings settings,
      IssuedSecrets issued,
      boolean awaitsSnapshot) {
    this.phase = phase;
    this.description = description;
    this.trail = trail;
    this.settings = settings;
    this.issued = issued;
    this.awaitsSnapshot = awaitsSnapshot;
  }

  /** The environment during INIT. */
  static InitEnvironment starting(Recipe<?, ?, ?> recipe, AuditTrail trail, Class<?> handler) {
    return new InitEnvironment(
        "init",
        new HandlerDescription(
            handler.getName(),
            recipe.source().describe(),
            recipe.caller().describe()
                + (recipe.isTenantIsolated() ? ", of the invocation's tenant" : ""),
            recipe.rules().describe(),
            recipe.permit().describe(),
            recipe.audit().describe(),
            recipe.uses().stream().map(Managed::describe).toList()),
        trail,
        recipe.settings(),
        new Issued(),
        // AWS Lambda Developer Guide, "Defined runtime environment variables"
        recipe.settings().find("AWS_LAMBDA_INITIALIZATION_TYPE").equals(Optional.of("snap-start")));
  }

  /** The same environment once it has come back from its snapshot: a new deadline. */
  InitEnvironment restored() {
    return new InitEnvironment("restore", description, trail, settings, issued, false);
  }

  /** Passes on what is told; keeps none of it. */
  private static final class Issued implements IssuedSecrets {
    private final List<Consumer<SecretValue>> ofSecrets = new CopyOnWriteArrayList<>();
    private final List<Consumer<SecretValue>> ofDataKeys = new CopyOnWriteArrayList<>();

    @Override
    public void issued(SecretValue value) {
      ofSecrets.forEach(listener -> listener.accept(value));
    }

    @Override
    public void issuedDataKey(SecretValue key) {
      ofDataKeys.forEach(listener -> listener.accept(key));
    }

    @Override
    public void listen(Consumer<SecretValue> listener) {
      listen(listener, listener);
    }

    @Override
    public void listen(Consumer<SecretValue> secrets, Consumer<SecretValue> dataKeys) {
      ofSecrets.add(secrets);
      ofDataKeys.add(dataKeys);
    }
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
  public IssuedSecrets issuedSecrets() {
    return issued;
  }

  @Override
  public boolean awaitsSnapshot() {
    return awaitsSnapshot;
  }

  @Override
  public String correlationId() {
    return phase;
  }

  /** Ends this as a scope: what is done later has a scope of its own. */
  void end() {
    over = true;
  }

  @Override
  public Deadline deadline() {
    if (over) {
      throw new IllegalStateException(
          "The " + phase + " is over: use the scope of the work at hand, and keep none.");
    }
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
        new AuditEvent.InvocationFacts(phase, phase, null, null, function, version, true);
    trail.write(
        new AuditEvent(
            activity, verdict, null, Instant.now(), invocation, null, null, null, facts));
  }
}
