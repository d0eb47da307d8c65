package dev.gabion.crypto;

import java.util.function.LongSupplier;

/**
 * Tells how much time has passed: the larger of wall clock and monotonic clock, because the
 * monotonic one may stand still while an environment is frozen, and the wall clock may be set back.
 */
record Clock(LongSupplier wallMillis, LongSupplier monotonicNanos) {
  /** The machine's clocks. */
  static Clock system() {
    return new Clock(System::currentTimeMillis, System::nanoTime);
  }

  /** A moment to count from. */
  record Moment(long wallMillis, long monotonicNanos) {
    /** The milliseconds from here to {@code later}. */
    long millisUntil(Moment later) {
      return Math.max(
          later.wallMillis - wallMillis, (later.monotonicNanos - monotonicNanos) / 1_000_000);
    }
  }

  /** Now. */
  Moment now() {
    return new Moment(wallMillis.getAsLong(), monotonicNanos.getAsLong());
  }
}
