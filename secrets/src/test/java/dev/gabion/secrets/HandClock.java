package dev.gabion.secrets;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Two clocks that are moved by hand, together or one alone. */
final class HandClock {
  final AtomicLong wallMillis = new AtomicLong(1_700_000_000_000L);
  final AtomicLong nanos = new AtomicLong(-7);

  Clocks clocks() {
    return new Clocks(wallMillis::get, nanos::get);
  }

  void pass(Duration time) {
    wallMillis.addAndGet(time.toMillis());
    nanos.addAndGet(time.toNanos());
  }
}
