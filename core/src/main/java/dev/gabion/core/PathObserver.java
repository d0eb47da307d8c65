package dev.gabion.core;

/**
 * Sees what happens on the path and changes nothing: for metrics, tests and benchmarks.
 *
 * <p>Called on the thread that serves the event. What it throws is reported once on standard error
 * and otherwise of no effect. One that is {@link Managed} is started with everything else.
 */
public interface PathObserver {
  /** A stop has been passed or has refused. */
  default void passed(Stop stop, long nanos) {}

  /** An event was handed to the audit sink. */
  default void recorded(AuditEvent event) {}
}
