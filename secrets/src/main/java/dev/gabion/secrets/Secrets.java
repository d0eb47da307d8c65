package dev.gabion.secrets;

import dev.gabion.aws.AwsClients;
import dev.gabion.core.Environment;
import dev.gabion.core.Insecure;
import dev.gabion.core.Managed;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.StartFailed;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of a function from one source: declared at construction, fetched at INIT, kept for a
 * while, refreshed when that is over or the other side refuses them, and wiped before a snapshot.
 *
 * <pre>{@code
 * Secrets secrets = Secrets.secretsManager();
 * SecretHandle db = secrets.secret("prod/db").field("password");
 * … .uses(secrets)
 * }</pre>
 *
 * <p>Handing the store to {@code .uses(…)} starts all its handles. A name that is misspelt, a
 * permission that is missing and a field that is not there stop the start; a source that does not
 * answer at that moment does not, and is asked again at the first use. Where a snapshot is going to
 * be taken (SnapStart), nothing is fetched before the restore.
 *
 * <p>{@code docs/secrets.md} says what is promised when a source fails.
 */
public final class Secrets implements Managed, AutoCloseable {
  private final Fetcher source;
  private final Terms terms;
  private final Clocks clocks;

  // Guarded by this.
  private final Map<Wanted, Entry> entries = new LinkedHashMap<>();
  private @Nullable Environment environment;
  private boolean declared;

  Secrets(Fetcher source, Terms terms, Clocks clocks) {
    this.source = source;
    this.terms = terms;
    this.clocks = clocks;
  }

  private static Secrets of(Fetcher source) {
    return new Secrets(source, Terms.STANDARD, Clocks.SYSTEM);
  }

  /** Secrets of AWS Secrets Manager, text or binary, by name or ARN. */
  public static Secrets secretsManager() {
    return secretsManager(AwsClients.standard());
  }

  /** The same, with clients of another region or role, or FIPS endpoints. */
  public static Secrets secretsManager(AwsClients clients) {
    return of(new SecretsManager(clients));
  }

  /**
   * Parameters of AWS Systems Manager Parameter Store, by name or ARN; {@code name:3} is version 3
   * and {@code name:blue} the one labelled {@code blue}. Only those of type SecureString: others
   * are kept and shown in clear.
   */
  public static Secrets parameterStore() {
    return parameterStore(AwsClients.standard());
  }

  /** The same, with clients of another region or role, or FIPS endpoints. */
  public static Secrets parameterStore(AwsClients clients) {
    return of(new ParameterStore(clients, ""));
  }

  /**
   * Secrets of AWS Secrets Manager through the AWS Parameters and Secrets Lambda Extension, a layer
   * of the function: the quickest cold start, since no SDK class is loaded.
   *
   * <p>The extension answers during invocations only, so that a misspelt name is found at the first
   * use and not at INIT; and it keeps values itself, for {@code SECRETS_MANAGER_TTL} seconds (300
   * unless set). They count as that old when they come, and {@link SecretHandle#use(Scope,
   * dev.gabion.core.SecretSource.Body, java.util.function.Predicate) use with a refusal} needs it
   * to be 0. It does not work under SnapStart.
   */
  public static Secrets extension() {
    return of(Extension.ofSecretsManager());
  }

  /** Parameters through the same extension; they are kept for {@code SSM_PARAMETER_STORE_TTL}. */
  public static Secrets extensionParameters() {
    return of(Extension.ofParameterStore(""));
  }

  /**
   * Lends a value for so long before it is refreshed: five minutes unless set. Each is refreshed a
   * little earlier, by up to a tenth, so that environments do not ask all at once.
   *
   * @param live one second to one day
   */
  public Secrets timeToLive(Duration live) {
    return but(source, new Terms(live, terms.staleIfError(), terms.entries()));
  }

  /**
   * Lends an old value for so much longer while the source is throttling, fails, or cannot be
   * reached or understood: half an hour unless set. Each time it is lent so is recorded. A source
   * that says no is believed at once.
   *
   * @param longer nothing ({@link Duration#ZERO}) to one day
   */
  public Secrets staleIfError(Duration longer) {
    return but(source, new Terms(terms.timeToLive(), longer, terms.entries()));
  }

  /** Allows so many secrets and paths: 64 unless set. */
  public Secrets entries(int most) {
    return but(source, new Terms(terms.timeToLive(), terms.staleIfError(), most));
  }

  /**
   * Takes parameters of the types String and StringList as well. They are neither encrypted nor
   * hidden from whoever may list parameters.
   *
   * @param reason why that is right here; written to the log at INIT
   * @throws IllegalArgumentException if there is no reason
   * @throws IllegalStateException if this is not a store of parameters
   */
  public Secrets insecurePlainParameters(String reason) {
    return but(source.withPlain(Insecure.reason(reason)), terms);
  }

  private synchronized Secrets but(Fetcher other, Terms chosen) {
    if (!entries.isEmpty()) {
      throw new IllegalStateException("Choose for a store before you declare its secrets.");
    }
    return new Secrets(other, chosen, clocks);
  }

  /**
   * Declares a secret or parameter in its current version.
   *
   * @throws IllegalArgumentException if no secret can have this name
   * @throws IllegalStateException if the store is started, or full
   */
  public SecretHandle secret(String name) {
    return handle(Wanted.current(name));
  }

  /**
   * Declares the version of a secret that has a stage, such as {@code AWSPREVIOUS}, or of a
   * parameter that has a label.
   *
   * @throws IllegalArgumentException if no secret can have this name
   * @throws IllegalStateException if the store is started, or full
   */
  public SecretHandle secretOfStage(String name, String stage) {
    return handle(new Wanted(name, stage, null, false));
  }

  /**
   * Declares one version of a secret or parameter, which rotation does not change.
   *
   * @throws IllegalArgumentException if no secret can have this name
   * @throws IllegalStateException if the store is started, or full
   */
  public SecretHandle secretOfVersion(String name, String version) {
    return handle(new Wanted(name, null, version, false));
  }

  /**
   * Declares all parameters under a path of Parameter Store, such as {@code /prod/db/}: 200 at
   * most.
   *
   * @throws IllegalArgumentException if this is no path
   * @throws IllegalStateException if the store is started, or full, or has no paths
   */
  public SecretPath path(String path) {
    if (!source.knowsPaths()) {
      throw new IllegalStateException("Paths are Secrets.parameterStore()'s alone.");
    }
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("A path begins with /, such as /prod/db/.");
    }
    String whole = path.endsWith("/") ? path : path + "/";
    return new SecretPath(this, entry(new Wanted(whole, null, null, true)));
  }

  private SecretHandle handle(Wanted wanted) {
    return new SecretHandle(this, entry(wanted), "", 0);
  }

  private synchronized Entry entry(Wanted wanted) {
    requireNotStarted();
    Entry known = entries.get(wanted);
    if (known != null) {
      return known;
    }
    if (entries.size() == terms.entries()) {
      throw new IllegalStateException(
          "This store has " + terms.entries() + " secrets already: raise entries(...).");
    }
    Entry entry = new Entry(wanted, terms, source, clocks);
    entries.put(wanted, entry);
    return entry;
  }

  synchronized SecretHandle field(Entry entry, String name) {
    requireNotStarted();
    return new SecretHandle(this, entry, name, entry.field(name));
  }

  private void requireNotStarted() {
    if (declared) {
      throw new IllegalStateException(
          "Declare secrets while the handler is constructed: this store was started.");
    }
  }

  static void requireNoCache(Entry entry) {
    if (!entry.source().keepsFor().isZero()) {
      throw new IllegalStateException(
          "The extension may answer from its own cache: set SECRETS_MANAGER_TTL and"
              + " SSM_PARAMETER_STORE_TTL to 0 to learn of rotations from it, or use"
              + " Secrets.secretsManager() or parameterStore().");
    }
  }

  /**
   * Fetches everything that is declared; where a snapshot is going to be taken, only makes ready
   * for that.
   *
   * @throws StartFailed if there is no such secret, the role may not read it, or it lacks a field
   */
  @Override
  public void start(Environment starting) {
    awake(starting);
  }

  /** Wipes every value and lets go of connections and credentials. */
  @Override
  public void beforeSnapshot() {
    close();
  }

  /**
   * Fetches everything that is declared.
   *
   * @throws StartFailed if there is no such secret, the role may not read it, or it lacks a field
   */
  @Override
  public void afterRestore(Environment restored) {
    awake(restored);
  }

  /** Does nothing the second time: a store and its handles may all have been handed over. */
  private synchronized void awake(Environment waking) {
    if (waking == environment) {
      return;
    }
    close();
    boolean awake = false;
    try {
      source.start(waking);
      requireFresh();
      environment = waking;
      declared = true;
      boolean now = !waking.awaitsSnapshot();
      entries.values().forEach(entry -> entry.open(waking.issuedSecrets(), now));
      if (now && source.answersDuringInit()) {
        prefetch(waking.scope());
      }
      awake = true;
    } finally {
      if (!awake) {
        close();
      }
    }
  }

  /** A source that keeps values for longer than they may be old could give none that is not. */
  private void requireFresh() {
    Duration oldest = terms.timeToLive().plus(terms.staleIfError());
    if (source.keepsFor().compareTo(oldest) >= 0) {
      throw new StartFailed(
          "The extension keeps values for "
              + source.keepsFor().toSeconds()
              + " s, which is not less than timeToLive and staleIfError together: lower"
              + " SECRETS_MANAGER_TTL or SSM_PARAMETER_STORE_TTL, or allow older values.");
    }
  }

  private void prefetch(Scope scope) {
    Clocks.Moment since = clocks.now();
    source
        .fetchAll(entries.keySet(), scope)
        .forEach((wanted, brought) -> fill(entries.get(wanted), scope, brought, since));
    for (Entry entry : entries.values()) {
      try {
        entry.lease(scope).release();
      } catch (SecretUnavailable unavailable) {
        if (unavailable.getCause() instanceof Fault fault && !fault.passing()) {
          throw new StartFailed(
              unavailable.getMessage() + ", " + fault.code() + ". " + source.advice());
        }
        if (scope.deadline().left().isZero()) {
          return;
        }
        continue; // it is asked again at the first use
      }
      requireFields(entry);
    }
  }

  private static void requireFields(Entry entry) {
    if (!entry.missingFields().isEmpty()) {
      throw new StartFailed(
          "The secret "
              + entry.wanted().name()
              + " is not a JSON object with the fields "
              + entry.missingFields()
              + ": look at how it is stored.");
    }
  }

  private static void fill(
      @Nullable Entry entry, Scope scope, Fetched brought, Clocks.Moment since) {
    if (entry != null) {
      entry.fill(scope, brought, since);
    }
  }

  /** Wipes every value; handles refuse to be used from then on. */
  @Override
  public synchronized void close() {
    entries.values().forEach(Entry::close);
    source.close();
    environment = null;
  }

  @Override
  public synchronized String describe() {
    return source.describe()
        + " ("
        + entries.size()
        + (entries.size() == 1 ? " secret)" : " secrets)");
  }
}
