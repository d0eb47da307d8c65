package dev.gabion.testing;

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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An environment and its scope outside any handler, for tests that start a resource themselves:
 *
 * <pre>{@code
 * SampleEnvironment environment = SampleEnvironment.standard().settings(aws.environment());
 * secrets.start(environment);
 * db.use(environment, value -> …);
 * assertThat(environment.details()).hasSize(1);
 * }</pre>
 *
 * <p>A choice gives a copy; what is recorded and issued is kept together for all copies of one.
 */
public final class SampleEnvironment implements Environment, Scope {
  private static final Duration TIME = Duration.ofSeconds(10);

  private final Recorded recorded;
  private final Settings settings;
  private final Deadline deadline;
  private final boolean awaitsSnapshot;
  private final @Nullable String tenant;

  private SampleEnvironment(
      Recorded recorded,
      Settings settings,
      Deadline deadline,
      boolean awaitsSnapshot,
      @Nullable String tenant) {
    this.recorded = recorded;
    this.settings = settings;
    this.deadline = deadline;
    this.awaitsSnapshot = awaitsSnapshot;
    this.tenant = tenant;
  }

  /** An environment in eu-central-1 with ten seconds left, which awaits no snapshot. */
  public static SampleEnvironment standard() {
    return new SampleEnvironment(
        new Recorded(),
        Settings.of(Map.of("AWS_REGION", "eu-central-1")),
        Deadline.in(TIME),
        false,
        null);
  }

  /** Adds settings; one that is there already is replaced. */
  public SampleEnvironment settings(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>();
    settings.names().forEach(name -> all.put(name, settings.get(name)));
    all.putAll(more);
    return new SampleEnvironment(recorded, Settings.of(all), deadline, awaitsSnapshot, tenant);
  }

  /** Takes another deadline. */
  public SampleEnvironment deadline(Deadline other) {
    return new SampleEnvironment(recorded, settings, other, awaitsSnapshot, tenant);
  }

  /** Lets this be an environment of which a snapshot is going to be taken. */
  public SampleEnvironment awaitingSnapshot() {
    return new SampleEnvironment(recorded, settings, deadline, true, tenant);
  }

  /** The environment once it has come back from its snapshot: a new deadline. */
  public SampleEnvironment restored() {
    return new SampleEnvironment(recorded, settings, Deadline.in(TIME), false, tenant);
  }

  /** Works for a tenant. */
  public SampleEnvironment tenant(String id) {
    return new SampleEnvironment(recorded, settings, deadline, awaitsSnapshot, id);
  }

  /** The detail events that were recorded, in order. */
  public List<Detail> details() {
    return List.copyOf(recorded.details);
  }

  /** How many secrets were issued, data keys included. */
  public int issuedCount() {
    return recorded.secrets.size();
  }

  /** Whether a secret with these bytes was issued. */
  public boolean wasIssued(byte[] secret) {
    return recorded.secrets.stream().anyMatch(issued -> issued.matches(secret));
  }

  @Override
  public Scope scope() {
    return this;
  }

  @Override
  public HandlerDescription handler() {
    return new HandlerDescription(
        "SampleEnvironment", "none", "nobody", "none", "none", "kept in memory", List.of());
  }

  @Override
  public Settings settings() {
    return settings;
  }

  @Override
  public IssuedSecrets issuedSecrets() {
    return recorded;
  }

  @Override
  public boolean awaitsSnapshot() {
    return awaitsSnapshot;
  }

  @Override
  public String correlationId() {
    return "sample";
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
    recorded.details.add(new Detail(activity, verdict, facts));
  }

  /** A detail event that was recorded. */
  public record Detail(
      AuditEvent.Activity activity, AuditEvent.Verdict verdict, Map<String, String> facts) {
    /** Copies the facts. */
    public Detail {
      facts = Map.copyOf(facts);
    }
  }

  /** What all copies share. */
  private static final class Recorded implements IssuedSecrets {
    final List<Detail> details = new CopyOnWriteArrayList<>();
    final List<SecretValue> secrets = new CopyOnWriteArrayList<>();
    private final List<Consumer<SecretValue>> ofSecrets = new CopyOnWriteArrayList<>();
    private final List<Consumer<SecretValue>> ofDataKeys = new CopyOnWriteArrayList<>();

    @Override
    public void issued(SecretValue value) {
      tell(value, ofSecrets);
    }

    @Override
    public void issuedDataKey(SecretValue key) {
      tell(key, ofDataKeys);
    }

    private void tell(SecretValue value, List<Consumer<SecretValue>> listeners) {
      byte[] bytes = InsecureSecretAccess.bytes(value);
      secrets.add(SecretValue.copyOf(bytes));
      Arrays.fill(bytes, (byte) 0);
      listeners.forEach(listener -> listener.accept(value));
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
}
