package dev.gabion.secrets;

import org.jspecify.annotations.Nullable;

/**
 * How long nobody asks again, after asking was in vain: half a second at first, twice as long each
 * time, half a minute at most. Guarded by the lock of whoever has it.
 */
final class Pause {
  private static final long FIRST_MILLIS = 500;
  private static final long LONGEST_MILLIS = 30_000;

  private final Clocks clocks;
  private int times;
  private long millis;
  private Clocks.@Nullable Moment since;

  Pause(Clocks clocks) {
    this.clocks = clocks;
  }

  /** Begins a pause that is longer than the last. */
  void grow() {
    long whole = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(times, 10));
    millis = whole - clocks.upTo(whole / 2);
    since = clocks.now();
    times++;
  }

  boolean lasts() {
    return since != null && since.elapsedMillis() < millis;
  }

  /** Ends it: the next is as short as the first. */
  void end() {
    times = 0;
    since = null;
  }
}
