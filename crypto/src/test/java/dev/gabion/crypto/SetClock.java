package dev.gabion.crypto;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Two clocks that stand still unless they are moved. */
final class SetClock {
  private final AtomicLong wallMillis = new AtomicLong(1_700_000_000_000L);
  private final AtomicLong monotonicNanos = new AtomicLong(-5);

  Clock clock() {
    return new Clock(wallMillis::get, monotonicNanos::get);
  }

  void pass(Duration time) {
    passOnTheWall(time);
    passMonotonically(time);
  }

  void passOnTheWall(Duration time) {
    wallMillis.addAndGet(time.toMillis());
  }

  void passMonotonically(Duration time) {
    monotonicNanos.addAndGet(time.toNanos());
  }
}
