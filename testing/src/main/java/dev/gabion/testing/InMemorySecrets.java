package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gabion.core.AuditEvent.Activity;
import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.Environment;
import dev.gabion.core.IssuedSecrets;
import dev.gabion.core.Managed;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretSource;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.SecretUnavailable.Reason;
import dev.gabion.core.SecretValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Secrets without AWS, for tests of handlers:
 *
 * <pre>{@code
 * InMemorySecrets secrets = new InMemorySecrets().put("prod/db", "correct horse");
 * CreateOrder handler = new CreateOrder(secrets, secrets.secret("prod/db"));
 * secrets.rotate("prod/db", "battery staple");   // the handler still has the old one
 * }</pre>
 *
 * <p>It is strict where a test can be wrong: it must be handed to {@code .uses(…)}, tells of what
 * it lends, refuses between a snapshot and the restore, and wipes what it lent as soon as the body
 * has returned, so that a body which keeps a secret fails here. It has no versions under way
 * ({@code AWSPENDING}) and demands nothing at INIT: {@link LocalAws} with a real store does. It can
 * be used by many threads.
 */
public final class InMemorySecrets implements Managed {
  private final Map<String, Stored> all = new LinkedHashMap<>();
  private @Nullable IssuedSecrets issued;
  private boolean open;

  /** One secret: its newest version, and the one that sources have. */
  private static final class Stored {
    byte[] newest;
    int version = 1;
    byte @Nullable [] held;
    int heldVersion;
    @Nullable Reason refused;

    Stored(byte[] newest) {
      this.newest = newest;
    }
  }

  /** Has a text, in its first version. */
  public InMemorySecrets put(String name, String text) {
    return put(name, text.getBytes(UTF_8));
  }

  /** Has bytes, in their first version. */
  public synchronized InMemorySecrets put(String name, byte[] bytes) {
    all.put(name, new Stored(bytes.clone()));
    return this;
  }

  /**
   * Has a newer version. As with a real store, sources go on lending the version that they have,
   * until that is refused or {@link #expire}d.
   *
   * @throws IllegalArgumentException if there is no such secret
   */
  public synchronized void rotate(String name, String text) {
    Stored stored = stored(name);
    stored.newest = text.getBytes(UTF_8);
    stored.version++;
  }

  /** Ends the time to live of everything: sources take the newest versions from now on. */
  public synchronized void expire() {
    all.values().forEach(stored -> stored.held = null);
  }

  /** Refuses a secret from now on, as if the role might no longer read it; drops what is held. */
  public void deny(String name) {
    refuse(name, Reason.DENIED);
  }

  /** Refuses a secret from now on, for a reason. */
  public synchronized void refuse(String name, Reason reason) {
    Stored stored = stored(name);
    stored.refused = reason;
    stored.held = null;
  }

  /** Allows a secret again. */
  public synchronized void allow(String name) {
    stored(name).refused = null;
  }

  /** Declares a secret; one that is not there is {@code MISSING} when it is used. */
  public SecretSource secret(String name) {
    return new Source(name, null);
  }

  /** Declares one field of a secret that is a JSON object. */
  public SecretSource secret(String name, String field) {
    return new Source(name, field);
  }

  @Override
  public synchronized void start(Environment environment) {
    issued = environment.issuedSecrets();
    open = !environment.awaitsSnapshot();
  }

  @Override
  public synchronized void beforeSnapshot() {
    open = false;
    expire();
  }

  @Override
  public void afterRestore(Environment environment) {
    start(environment);
  }

  @Override
  public String describe() {
    return "secrets in memory";
  }

  private Stored stored(String name) {
    Stored stored = all.get(name);
    if (stored == null) {
      throw new IllegalArgumentException("There is no secret " + name + ": put it first.");
    }
    return stored;
  }

  /** A copy of the version that sources have, of a newer one than {@code refused}; null if none. */
  private synchronized @Nullable Lent lend(Scope scope, String name, int refused) {
    IssuedSecrets listeners = issued;
    if (listeners == null) {
      throw new IllegalStateException(
          "The secret " + name + " was not started: hand its InMemorySecrets to .uses(...).");
    }
    Stored stored = all.get(name);
    Reason reason = stored == null ? Reason.MISSING : stored.refused;
    if (!open) {
      reason = Reason.CLOSED;
    }
    if (stored == null || reason != null) {
      scope.record(Activity.SECRET, Verdict.DENIED, facts(name, "refused", 0));
      throw new SecretUnavailable(name, reason == null ? Reason.MISSING : reason);
    }
    if (stored.held == null || (refused > 0 && stored.version > refused)) {
      scope.record(Activity.SECRET, Verdict.ALLOWED, facts(name, "fetched", stored.version));
      stored.held = stored.newest;
      stored.heldVersion = stored.version;
    }
    if (stored.heldVersion == refused) {
      return null;
    }
    SecretValue value = SecretValue.copyOf(stored.held);
    listeners.issued(value);
    return new Lent(value, stored.heldVersion);
  }

  private static Map<String, String> facts(String name, String event, int version) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("secret", name);
    facts.put("event", event);
    facts.put("source", "memory");
    if (version > 0) {
      facts.put("version", Integer.toString(version));
    }
    return facts;
  }

  private record Lent(SecretValue value, int version) {}

  private final class Source implements SecretSource {
    private final String name;
    private final @Nullable String field;

    Source(String name, @Nullable String field) {
      this.name = name;
      this.field = field;
    }

    @Override
    public void start(Environment environment) {
      InMemorySecrets.this.start(environment);
    }

    @Override
    public void beforeSnapshot() {
      InMemorySecrets.this.beforeSnapshot();
    }

    @Override
    public void afterRestore(Environment environment) {
      InMemorySecrets.this.afterRestore(environment);
    }

    @Override
    public String describe() {
      return InMemorySecrets.this.describe();
    }

    @Override
    public <R, X extends Exception> R use(Scope scope, Body<R, X> body) throws X {
      Lent lent = lend(scope, name, 0);
      if (lent == null) {
        throw new SecretUnavailable(name, Reason.MISSING);
      }
      return apply(lent, body);
    }

    @Override
    public <R, X extends Exception> R use(
        Scope scope, Body<R, X> body, Predicate<? super Exception> refused) throws X {
      Lent lent = lend(scope, name, 0);
      if (lent == null) {
        throw new SecretUnavailable(name, Reason.MISSING);
      }
      try {
        return apply(lent, body);
      } catch (Exception failure) {
        Lent newer = refused.test(failure) ? lend(scope, name, lent.version()) : null;
        if (newer == null) {
          throw failure;
        }
        return again(failure, newer, body, refused);
      }
    }

    private <R, X extends Exception> R again(
        Exception first, Lent newer, Body<R, X> body, Predicate<? super Exception> refused)
        throws X {
      try {
        return apply(newer, body);
      } catch (Exception failure) {
        boolean toTheEnd = refused.test(failure);
        Exception thrown = toTheEnd ? first : failure;
        Exception other = toTheEnd ? failure : first;
        if (thrown != other) {
          thrown.addSuppressed(other);
        }
        @SuppressWarnings("unchecked") // the body's, or unchecked and goes on as it is
        X x = (X) thrown;
        throw x;
      }
    }

    private <R, X extends Exception> R apply(Lent lent, Body<R, X> body) throws X {
      try (SecretValue whole = lent.value()) {
        if (field == null) {
          return body.apply(whole);
        }
        try (SecretValue part = part(whole, field)) {
          return body.apply(part);
        }
      }
    }

    private SecretValue part(SecretValue whole, String of) {
      try {
        return whole.field(of);
      } catch (IllegalArgumentException missing) {
        throw new SecretUnavailable(name + ", field " + of, Reason.MISSING);
      }
    }
  }
}
