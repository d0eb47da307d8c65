package dev.gabion.core;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * Measures the time spent at each stop, and knows which was arrived at last. One thread walks;
 * others may ask where it is.
 */
final class Stopwatch {
  private final AuditTrail trail;
  private final Map<Stop, Duration> timings = new EnumMap<>(Stop.class);
  private volatile Stop at = Stop.READ;
  private long since;
  private boolean running;

  Stopwatch(AuditTrail trail) {
    this.trail = trail;
  }

  /** Another that begins with what this one has measured. */
  Stopwatch continued() {
    Stopwatch next = new Stopwatch(trail);
    next.timings.putAll(timings);
    next.at = at;
    return next;
  }

  /** Leaves the current stop and arrives at {@code next}. */
  void at(Stop next) {
    leave();
    at = next;
    since = System.nanoTime();
    running = true;
  }

  /** Leaves the current stop. */
  void leave() {
    if (running) {
      running = false;
      long nanos = System.nanoTime() - since;
      timings.merge(at, Duration.ofNanos(nanos), Duration::plus);
      trail.passed(at, nanos);
    }
  }

  Map<Stop, Duration> timings() {
    return timings;
  }

  /** The stop that was arrived at last. */
  Stop last() {
    return at;
  }
}
