package dev.gabion.identity;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.Deadline;
import dev.gabion.core.Environment;
import dev.gabion.core.Managed;
import dev.gabion.core.Rejection;
import dev.gabion.core.Scope;
import dev.gabion.core.StartFailed;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of a token issuer: a JWK Set (RFC 7517 section 5), given as text or fetched by a
 * function of yours. Nothing that a token says has an influence on where they come from.
 *
 * <p>Of a set the RSA keys of 2048 bits or more and the EC keys on P-256 are taken that may verify
 * signatures; others are passed over. A set with a private or symmetric key in it is refused as a
 * whole: whoever could read it could issue tokens.
 *
 * <p>What is fetched is refreshed after ten minutes, and when a token names a key that is not
 * there, at most once in thirty seconds however many such tokens come. If fetching fails, the keys
 * are good for an hour from when they were fetched, and then nobody is let in. One thread fetches,
 * others go on with what there is or wait until their deadline. Nothing of it is in a snapshot.
 */
public final class JwtKeys implements Managed {
  static final int RSA_BITS = 2048;

  private static final Duration REFRESH = Duration.ofMinutes(10);
  private static final Duration GOOD = Duration.ofHours(1);
  private static final Duration PAUSE = Duration.ofSeconds(30);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

  /** Fetches a JWK Set, mostly by an HTTPS GET of the issuer's {@code jwks_uri}. */
  @FunctionalInterface
  public interface Fetch {
    /**
     * Gives the text of a JWK Set. A request waits for it: give up after a second or two.
     *
     * @param scope what it is fetched for: its deadline bounds the call
     * @throws Exception if it cannot be had
     */
    String fetch(Scope scope) throws Exception;
  }

  private final Fetch fetch;
  private final boolean fixed;
  private final Duration pause;
  private final LongSupplier wallMillis;
  private final LongSupplier monotonicNanos;

  private final ReentrantLock fetching = new ReentrantLock();
  private volatile @Nullable Held held;
  private volatile @Nullable Deadline paused;

  /** Keys, when to look for others, and until when they are good. */
  private static final class Held {
    private final List<PublicJwk> keys;
    private final Deadline refresh;
    private final Deadline good;

    Held(List<PublicJwk> keys, Deadline refresh, Deadline good) {
      this.keys = keys;
      this.refresh = refresh;
      this.good = good;
    }
  }

  private JwtKeys(
      Fetch fetch,
      boolean fixed,
      Duration pause,
      LongSupplier wallMillis,
      LongSupplier monotonicNanos) {
    this.fetch = fetch;
    this.fixed = fixed;
    this.pause = pause;
    this.wallMillis = wallMillis;
    this.monotonicNanos = monotonicNanos;
  }

  /**
   * Takes the keys of a set that does not change while the function runs.
   *
   * @param jwks the text of a JWK Set; read at INIT
   */
  public static JwtKeys of(String jwks) {
    return new JwtKeys(scope -> jwks, true, PAUSE, System::currentTimeMillis, System::nanoTime);
  }

  /** Takes the keys of a set that is fetched, at INIT and whenever it is due. */
  public static JwtKeys fetched(Fetch fetch) {
    return new JwtKeys(fetch, false, PAUSE, System::currentTimeMillis, System::nanoTime);
  }

  /**
   * Fetches at most once in this time for tokens that name an unknown key, instead of thirty
   * seconds.
   *
   * @throws IllegalArgumentException if that is less than a second or more than ten minutes
   */
  public JwtKeys atMostEvery(Duration least) {
    if (least.compareTo(Duration.ofSeconds(1)) < 0 || least.compareTo(REFRESH) > 0) {
      throw new IllegalArgumentException("Keys are fetched once in one second to ten minutes.");
    }
    return new JwtKeys(fetch, fixed, least, wallMillis, monotonicNanos);
  }

  /** The same by other clocks, for tests. */
  JwtKeys at(LongSupplier wall, LongSupplier monotonic) {
    return new JwtKeys(fetch, fixed, pause, wall, monotonic);
  }

  /**
   * Reads a given set, or fetches one unless a snapshot is going to be taken; a fetch that fails is
   * tried again at the first use.
   *
   * @throws StartFailed if a given set is none, or has no key to use or one that should not be
   *     there
   */
  @Override
  public void start(Environment environment) {
    if (held != null) {
      return;
    }
    if (fixed) {
      held = hold(environment.scope());
    } else if (!environment.awaitsSnapshot()) {
      tryFetching(environment.scope());
    }
  }

  private void tryFetching(Scope scope) {
    fetching.lock();
    try {
      held = hold(scope);
      paused = in(pause);
    } catch (RuntimeException failure) {
      failed(scope, failure);
    } finally {
      fetching.unlock();
    }
  }

  @Override
  public void beforeSnapshot() {
    if (!fixed) {
      held = null;
      paused = null;
    }
  }

  @Override
  public void afterRestore(Environment environment) {
    start(environment);
  }

  /**
   * The key that a token names, or the only one that there is.
   *
   * @param id its {@code kid}; empty if it names none
   * @throws Rejection if there is no such key
   * @throws IllegalStateException if no keys are to be had
   */
  PublicKey find(
      String id, BearerJwt.Algorithm algorithm, List<BearerJwt.Algorithm> allowed, Scope scope) {
    Held has = held;
    PublicKey key = has == null ? null : PublicJwk.find(has.keys, id, algorithm, allowed);
    if (!fixed && (key == null || has == null || has.refresh.passed())) {
      has = refreshed(has, key == null, scope);
      key = PublicJwk.find(has.keys, id, algorithm, allowed);
    }
    if (key == null) {
      throw Rejection.unauthenticated("token-key");
    }
    return key;
  }

  /** Keys that are good, and newer ones than {@code seen} if they are to be had by now. */
  private Held refreshed(@Nullable Held seen, boolean wait, Scope scope) {
    if (wait ? locked(scope) : fetching.tryLock()) {
      try {
        Deadline before = paused;
        if (held == seen && (before == null || before.passed())) {
          tryFetching(scope);
        }
      } finally {
        fetching.unlock();
      }
    }
    Held has = held;
    if (has == null || has.good.passed()) {
      throw new IllegalStateException(
          "The token issuer's keys cannot be had: see the audit trail.");
    }
    return has;
  }

  private boolean locked(Scope scope) {
    try {
      return fetching.tryLock(scope.deadline().left().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Held hold(Scope scope) {
    String text;
    try {
      text = fetch.fetch(scope);
    } catch (Exception failure) {
      if (failure instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new IllegalStateException("The token issuer's keys were not fetched.", failure);
    }
    return new Held(PublicJwk.set(text), in(REFRESH), in(GOOD));
  }

  private void failed(Scope scope, RuntimeException failure) {
    paused = in(PAUSE_AFTER_FAILURE);
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    scope.record(
        AuditEvent.Activity.AUTHENTICATION,
        AuditEvent.Verdict.FAILED,
        Map.of("event", "keys-not-fetched", "cause", cause.getClass().getName()));
  }

  private Deadline in(Duration time) {
    return Deadline.in(time, wallMillis, monotonicNanos);
  }

  @Override
  public String describe() {
    return fixed ? "given keys" : "fetched keys";
  }
}
