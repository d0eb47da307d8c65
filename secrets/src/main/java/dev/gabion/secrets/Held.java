package dev.gabion.secrets;

import dev.gabion.core.Scope;
import dev.gabion.core.SecretValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * One version of a secret while it is held: lent to many at once, and wiped when it is retired and
 * the last of them has given it back. Whoever has a lease never sees wiped bytes.
 *
 * <p>Leases are counted on several places far apart in memory, so that threads which use the secret
 * at once do not wait for each other's counter.
 */
final class Held {
  private static final int PLACES = 8;

  /** In ints: 128 bytes, since processors fetch lines of 64 in pairs. */
  private static final int APART = 32;

  private final Map<String, SecretValue> values;
  private final List<@Nullable SecretValue> views;
  private final String version;
  private final Clocks.Moment since;
  private final long freshMillis;
  private final long freshUntilWall;
  private final long freshUntilNanos;

  private final AtomicIntegerArray leases = new AtomicIntegerArray(PLACES * APART);
  private final AtomicBoolean wiped = new AtomicBoolean();
  private volatile boolean retired;

  /**
   * Holds what was fetched.
   *
   * @param fields which fields of it are lent beside the whole
   * @param since when it was asked for
   * @param freshMillis for how long it needs no refresh
   */
  Held(Fetched fetched, List<String> fields, Clocks.Moment since, long freshMillis) {
    this.values = fetched.values();
    this.version = fetched.version();
    this.since = since;
    this.freshMillis = freshMillis;
    this.freshUntilWall = since.wall() + freshMillis;
    this.freshUntilNanos = since.nanos() + freshMillis * 1_000_000;
    this.views = new ArrayList<>(fields.size() + 1);
    views.add(values.get(""));
    for (String field : fields) {
      views.add(field(values.get(""), field));
    }
  }

  private static @Nullable SecretValue field(@Nullable SecretValue whole, String name) {
    try {
      return whole == null ? null : whole.field(name);
    } catch (IllegalArgumentException missing) {
      return null;
    }
  }

  String version() {
    return version;
  }

  /** The whole secret at 0, then the declared fields; null for one that this version lacks. */
  @Nullable SecretValue view(int index) {
    return views.get(index);
  }

  Map<String, SecretValue> values() {
    return values;
  }

  /** Whether no refresh is due. Clocks are read only if it comes due during the scope's work. */
  boolean fresh(Scope scope) {
    return scope.deadline().passesBefore(freshUntilWall, freshUntilNanos)
        || since.elapsedMillis() < freshMillis;
  }

  long ageMillis() {
    return since.elapsedMillis();
  }

  /** Takes a lease, to be {@link #release}d by the same thread; false if this is retired. */
  boolean lease() {
    int place = place();
    leases.getAndIncrement(place);
    if (retired) {
      leave(place);
      return false;
    }
    return true;
  }

  void release() {
    leave(place());
  }

  /** Lends no more, and wipes as soon as nobody has a lease. */
  void retire() {
    retired = true;
    wipeUnlessLent();
  }

  private void leave(int place) {
    leases.getAndDecrement(place);
    if (retired) {
      wipeUnlessLent();
    }
  }

  /**
   * A lease that was granted was counted before {@link #retired} was set, and so is seen here; of
   * those who give one back, the last sees all the others gone.
   */
  private void wipeUnlessLent() {
    int lent = 0;
    for (int i = 0; i < PLACES; i++) {
      lent += leases.get(i * APART);
    }
    if (lent == 0 && wiped.compareAndSet(false, true)) {
      values.values().forEach(SecretValue::close);
      for (SecretValue view : views) {
        if (view != null) {
          view.close();
        }
      }
    }
  }

  private static int place() {
    return ((int) Thread.currentThread().getId() & (PLACES - 1)) * APART;
  }
}
