package dev.gabion.crypto;

import dev.gabion.core.Scope;
import dev.gabion.crypto.Clock.Moment;
import dev.gabion.crypto.KeysUnavailable.Reason;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The data keys of one cipher on one side, kept within their bounds.
 *
 * <p>One thread at a time fetches for a partition, and others wait for what it gets. A key is wiped
 * when it is too old or used up, and when the cache is full or closed; while a message is at work
 * with it, then as soon as that is done.
 *
 * @param <K> what is kept
 */
final class KeyCache<K extends KeyCache.Wiped> implements AutoCloseable {
  /** What is wiped by closing it. */
  interface Wiped extends AutoCloseable {
    @Override
    void close();
  }

  /** How a key is got that is not here. */
  @FunctionalInterface
  interface Fetch<K> {
    K fetch() throws KeysUnavailable;
  }

  private final DataKeyCache bounds;
  private final Clock clock;

  /** In the order in which they were fetched: the oldest is the first. */
  private final Map<Partition, Kept<K>> kept = new LinkedHashMap<>();

  private final Map<Partition, Flight> flights = new HashMap<>();
  private boolean open;

  /** Creates a cache that is closed. */
  KeyCache(DataKeyCache bounds, Clock clock) {
    this.bounds = bounds;
    this.clock = clock;
  }

  /** Lets keys in. */
  synchronized void open() {
    open = true;
  }

  /** Wipes everything, and lets no key in until it is opened again. */
  @Override
  public synchronized void close() {
    open = false;
    flights.clear(); // what they bring is wiped when they land
    kept.values().forEach(Kept::retire);
    kept.clear();
  }

  /**
   * Lends the partition's key for one message.
   *
   * @param bytes how long the message is; one that is too long for any key gets a key of its own
   */
  Lease<K> lease(Partition partition, long bytes, Scope scope, Fetch<K> fetch)
      throws KeysUnavailable {
    if (bytes > bounds.maxBytes()) {
      return lease(fetch);
    }
    while (true) {
      Flight mine = new Flight();
      Flight first;
      synchronized (this) {
        Kept<K> found = find(partition, bytes);
        if (found != null) {
          return new Lease<>(found, true);
        }
        first = flights.putIfAbsent(partition, mine);
      }
      if (first == null) {
        return fly(mine, partition, bytes, fetch);
      }
      first.await(scope);
    }
  }

  /** Lends a key that is used for this message alone. */
  Lease<K> lease(Fetch<K> fetch) throws KeysUnavailable {
    requireOpen();
    Kept<K> own = new Kept<>(fetch.fetch(), clock.now());
    own.take(0, bounds);
    own.retire(); // in use from now on, and for the last time
    Lease<K> lease = new Lease<>(own, false);
    try {
      requireOpen();
    } catch (KeysUnavailable closed) {
      lease.close();
      throw closed;
    }
    return lease;
  }

  private synchronized void requireOpen() throws KeysUnavailable {
    if (!open) {
      throw KeysUnavailable.because(Reason.CLOSED);
    }
  }

  /** What is kept for a partition, taken for a message; null if it has to be fetched. */
  private @Nullable Kept<K> find(Partition partition, long bytes) throws KeysUnavailable {
    requireOpen();
    Moment now = clock.now();
    forgetOld(now);
    Kept<K> found = kept.get(partition);
    if (found == null || (isYoung(found, now) && found.take(bytes, bounds))) {
      return found;
    }
    kept.remove(partition);
    found.retire();
    return null;
  }

  /** Nobody may come for what is too old: it is wiped when somebody comes for anything. */
  private void forgetOld(Moment now) {
    Iterator<Kept<K>> oldest = kept.values().iterator();
    while (oldest.hasNext()) {
      Kept<K> next = oldest.next();
      if (isYoung(next, now)) {
        return;
      }
      oldest.remove();
      next.retire();
    }
  }

  private boolean isYoung(Kept<K> key, Moment now) {
    return key.asked.millisUntil(now) < bounds.maxAge().toMillis();
  }

  private Lease<K> fly(Flight flight, Partition partition, long bytes, Fetch<K> fetch)
      throws KeysUnavailable {
    try {
      Moment asked = clock.now(); // an answer may be old when it comes
      return keep(flight, partition, new Kept<>(fetch.fetch(), asked), bytes);
    } catch (KeysUnavailable failure) {
      flight.failure = failure;
      throw failure;
    } finally {
      synchronized (this) {
        flights.remove(partition, flight);
      }
      flight.landed.countDown();
    }
  }

  private synchronized Lease<K> keep(Flight flight, Partition partition, Kept<K> fresh, long bytes)
      throws KeysUnavailable {
    if (flights.get(partition) != flight) { // closed since, and perhaps opened again
      fresh.retire();
      throw KeysUnavailable.because(Reason.CLOSED);
    }
    fresh.take(bytes, bounds);
    if (kept.size() == bounds.maxKeys()) {
      Iterator<Kept<K>> oldest = kept.values().iterator();
      oldest.next().retire();
      oldest.remove();
    }
    kept.put(partition, fresh);
    return new Lease<>(fresh, false);
  }

  /** One fetch on its way. */
  private static final class Flight {
    private final CountDownLatch landed = new CountDownLatch(1);
    private volatile @Nullable KeysUnavailable failure;

    /**
     * Waits until it has landed, for as long as the scope has time.
     *
     * @throws KeysUnavailable if it failed, unless only because its own time was over
     */
    private void await(Scope scope) throws KeysUnavailable {
      try {
        if (!landed.await(scope.deadline().left().toMillis(), TimeUnit.MILLISECONDS)) {
          throw KeysUnavailable.because(Reason.OUT_OF_TIME);
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw KeysUnavailable.because(Reason.OUT_OF_TIME);
      }
      KeysUnavailable failed = failure;
      if (failed != null && failed.reason() != Reason.OUT_OF_TIME) {
        throw failed;
      }
    }
  }

  /** A key, what it was used for, and who is using it. */
  private static final class Kept<K extends Wiped> {
    private final K key;
    private final Moment asked;
    private long messages;
    private long bytes;
    private int users;
    private boolean retired;

    private Kept(K key, Moment asked) {
      this.key = key;
      this.asked = asked;
    }

    /** Whether it may be used for one more message; then it is in use. */
    private synchronized boolean take(long more, DataKeyCache bounds) {
      if (retired || messages >= bounds.maxMessages() || more > bounds.maxBytes() - bytes) {
        return false;
      }
      messages++;
      bytes += more;
      users++;
      return true;
    }

    private synchronized void retire() {
      retired = true;
      wipeIfIdle();
    }

    private synchronized void release() {
      users--;
      wipeIfIdle();
    }

    private void wipeIfIdle() {
      if (retired && users == 0) {
        key.close();
      }
    }
  }

  /** A key that one message is at work with, until this is closed. */
  static final class Lease<K extends Wiped> implements AutoCloseable {
    private final Kept<K> lent;
    private final boolean cached;
    private boolean closed;

    private Lease(Kept<K> lent, boolean cached) {
      this.lent = lent;
      this.cached = cached;
    }

    /** The key, which is not wiped before this is closed. */
    K key() {
      return lent.key;
    }

    /** Whether it was here already. */
    boolean cached() {
      return cached;
    }

    /** Gives it back. Does nothing the second time. */
    @Override
    public void close() {
      if (!closed) {
        closed = true;
        lent.release();
      }
    }
  }
}
