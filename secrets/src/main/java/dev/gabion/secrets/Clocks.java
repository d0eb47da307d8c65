package dev.gabion.secrets;

import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * The two clocks that say how old something is. The monotonic one may stand still while an
 * environment is frozen, and the wall clock may be set back: neither is enough.
 */
record Clocks(LongSupplier wallMillis, LongSupplier monotonicNanos) {
  static final Clocks SYSTEM = new Clocks(System::currentTimeMillis, System::nanoTime);

  long wall() {
    return wallMillis.getAsLong();
  }

  Moment now() {
    return new Moment(this, wall(), monotonicNanos.getAsLong());
  }

  /**
   * A number from 0 to {@code bound}, so that many environments do not all come at once. Drawn from
   * the clocks each time: a generator that is kept would be the same in every copy of a snapshot.
   */
  long upTo(long bound) {
    return new SplittableRandom(monotonicNanos.getAsLong() ^ wall()).nextLong(bound + 1);
  }

  /** A moment, and how long ago it was: the larger of what the two clocks say. */
  record Moment(Clocks clocks, long wall, long nanos) {
    long elapsedMillis() {
      long monotonic = (clocks.monotonicNanos.getAsLong() - nanos) / 1_000_000;
      return Math.max(clocks.wall() - wall, monotonic);
    }
  }
}
