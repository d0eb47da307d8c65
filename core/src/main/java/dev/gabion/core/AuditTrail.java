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
    this.observers = observers;
  }

  /**
   * Makes sure that an event could be handed over now.
   *
   * @throws AuditFailed if not, whatever the sink throws
   */
  void ready(Scope scope) {
    try {
      sink.ready(scope);
    } catch (Throwable failure) {
      throw new AuditFailed(failure);
    }
  }

  /**
   * Hands an event over.
   *
   * @throws AuditFailed if it was not taken, whatever the sink throws
   */
  void write(AuditEvent event) {
    try {
      sink.write(event);
    } catch (Throwable failure) {
      throw new AuditFailed(failure);
    }
    for (PathObserver observer : observers) {
      observe(() -> observer.recorded(event));
    }
  }

  /**
   * Hands over what the sink held back of an invocation.
   *
   * @throws AuditFailed if it was not taken, whatever the sink throws
   */
  void settle(Scope scope) {
    try {
      sink.settle(scope);
    } catch (Throwable failure) {
      throw new AuditFailed(failure);
    }
  }

  void passed(Stop stop, long nanos) {
    for (PathObserver observer : observers) {
      observe(() -> observer.passed(stop, nanos));
    }
  }

  /** Lets an observer look; nothing that it throws has an effect on what it observes. */
  private void observe(Runnable observation) {
    try {
      observation.run();
    } catch (Throwable failure) {
      if (complained.compareAndSet(false, true)) {
        OperatorLog.error("A PathObserver failed.", failure);
      }
    }
  }
}
