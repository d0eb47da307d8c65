package dev.gabion.identity;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.Deadline;
import dev.gabion.core.Rejection;
import dev.gabion.core.Scope;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of one region's load balancers, each fetched when a token first names it and kept
 * for a day. One thread fetches, and not more than once in a second: tokens with invented names
 * bring no flood of calls.
 */
final class AlbKeys {
  private static final int KEYS = 32;
  private static final int PEM_CHARS = 1024;
  private static final Duration GOOD = Duration.ofDays(1);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Pattern PEM =
      Pattern.compile(
          "\\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----\\s*");

  private final AlbToken.Fetch fetch;
  private final String base;
  private final LongSupplier wallMillis;
  private final LongSupplier monotonicNanos;
  private final ReentrantLock fetching = new ReentrantLock();

  // Guarded by this.
  private final Map<String, Held> held = new LinkedHashMap<>();

  // Guarded by fetching.
  private @Nullable Deadline paused;

  private record Held(PublicKey key, Deadline good) {}

  AlbKeys(AlbToken.Fetch fetch, String base, LongSupplier wallMillis, LongSupplier monotonicNanos) {
    this.fetch = fetch;
    this.base = base;
    this.wallMillis = wallMillis;
    this.monotonicNanos = monotonicNanos;
  }

  /**
   * The key of a name.
   *
   * @param id a UUID: nothing else becomes part of a URL
   * @throws Rejection if it is not there and it is too soon to ask
   * @throws IllegalStateException if it cannot be had
   */
  PublicKey find(String id, Scope scope) {
    PublicKey key = known(id);
    if (key != null) {
      return key;
    }
    if (!locked(scope)) {
      throw new IllegalStateException("The load balancer's key was not had in time.");
    }
    try {
      key = known(id);
      if (key != null) {
        return key;
      }
      if (paused != null && !paused.passed()) {
        throw Rejection.unauthenticated("token-key");
      }
      paused = in(PAUSE);
      return keep(id, read(fetched(id, scope)));
    } finally {
      fetching.unlock();
    }
  }

  private boolean locked(Scope scope) {
    try {
      return fetching.tryLock(scope.deadline().left().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private String fetched(String id, Scope scope) {
    try {
      return fetch.fetch(URI.create(base + id), scope);
    } catch (Exception failure) {
      if (failure instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      scope.record(
          AuditEvent.Activity.AUTHENTICATION,
          AuditEvent.Verdict.FAILED,
          Map.of("event", "keys-not-fetched", "cause", failure.getClass().getName()));
      throw new IllegalStateException("The load balancer's key was not fetched.", failure);
    }
  }

  private static PublicKey read(String pem) {
    Matcher matcher = PEM.matcher(pem);
    if (pem.length() <= PEM_CHARS && matcher.matches()) {
      try {
        byte[] bytes = Base64.getMimeDecoder().decode(matcher.group(1));
        PublicKey key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(bytes));
        if (Signatures.suits(key, BearerJwt.Algorithm.ES256)) {
          return key;
        }
      } catch (GeneralSecurityException | IllegalArgumentException unfit) {
        throw unreadable(unfit);
      }
    }
    throw unreadable(null);
  }

  private static IllegalStateException unreadable(@Nullable Exception cause) {
    return new IllegalStateException(
        "What was fetched for the load balancer is no EC public key on P-256 in PEM.", cause);
  }

  private synchronized @Nullable PublicKey known(String id) {
    Held has = held.get(id);
    return has == null || has.good().passed() ? null : has.key();
  }

  private synchronized PublicKey keep(String id, PublicKey key) {
    held.remove(id);
    if (held.size() == KEYS) {
      held.remove(held.keySet().iterator().next()); // the oldest
    }
    held.put(id, new Held(key, in(GOOD)));
    return key;
  }

  synchronized void forget() {
    held.clear();
  }

  private Deadline in(Duration time) {
    return Deadline.in(time, wallMillis, monotonicNanos);
  }
}
