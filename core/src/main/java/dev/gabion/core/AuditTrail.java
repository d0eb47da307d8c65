package dev.gabion.core;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The way to the sink, and what observers see of it. */
final class AuditTrail {
  private final AuditSink sink;
  private final List<PathObserver> observers;
  private final AtomicBoolean complained = new AtomicBoolean();

  AuditTrail(AuditSink sink, List<PathObserver> observers) {
    this.sink = sink;
    this.observers = List.copyOf(observers);
  }

  void write(AuditEvent event) {
    try {
      sink.write(event);
    } catch (Exception failure) {
      throw new AuditFailed(failure);
    }
    for (PathObserver observer : observers) {
      observe(() -> observer.recorded(event));
    }
  }

  void passed(Stop stop, long nanos) {
    for (PathObserver observer : observers) {
      observe(() -> observer.passed(stop, nanos));
    }
  }

  private void observe(Runnable observation) {
    try {
      observation.run();
    } catch (RuntimeException failure) {
      if (complained.compareAndSet(false, true)) {
        Startup.complain("A PathObserver failed. " + String.join(" < ", Causes.of(failure)));
      }
    }
  }
}
