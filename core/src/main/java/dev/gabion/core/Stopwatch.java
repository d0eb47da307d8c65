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
  private final Map<Stop, Duration> timings;
  private Stop at;
  private long since;
  private boolean running;

  private Stopwatch(AuditTrail trail, Map<Stop, Duration> timings, Stop at) {
    this.trail = trail;
    this.timings = timings;
    this.at = at;
  }

  /** One that has measured nothing yet. */
  static Stopwatch ofInvocation(AuditTrail trail) {
    return new Stopwatch(trail, new EnumMap<>(Stop.class), Stop.READ);
  }

  /** Another that begins with what this one has measured. */
  synchronized Stopwatch continued() {
    return new Stopwatch(trail, new EnumMap<>(timings), at);
  }

  /** Leaves the current stop and arrives at {@code next}. */
  synchronized void at(Stop next) {
    leave();
    at = next;
    since = System.nanoTime();
    running = true;
  }

  /** Leaves the current stop. */
  synchronized void leave() {
    if (running) {
      running = false;
      long nanos = System.nanoTime() - since;
      timings.merge(at, Duration.ofNanos(nanos), Duration::plus);
      trail.passed(at, nanos);
    }
  }

  synchronized Map<Stop, Duration> timings() {
    return Map.copyOf(timings);
  }

  /** The stop that was arrived at last. */
  synchronized Stop last() {
    return at;
  }
}
