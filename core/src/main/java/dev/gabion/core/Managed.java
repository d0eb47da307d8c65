package dev.gabion.core;

/**
 * A resource that the handler starts, wipes before a snapshot, and wakes after it.
 *
 * <p>Factories are cheap recipes; {@link #start} does the work. All starts of a handler run side by
 * side while it is constructed; the handler is ready when the last has returned.
 */
public interface Managed {
  /**
   * Does the work that makes this resource ready, during INIT. A resource that works with another
   * while it starts starts that first: so a start may come twice, and does nothing the second time
   * in one environment.
   */
  default void start(Environment environment) throws Exception {}

  /** Forgets everything that must not be in a snapshot of this environment's memory. */
  default void beforeSnapshot() throws Exception {}

  /** Takes up work again in a restored environment: new seeds, new credentials. */
  default void afterRestore(Environment environment) throws Exception {}

  /** Says in one line what this is; has {@code INSECURE: } and a reason in it if it is. */
  default String describe() {
    String name = getClass().getSimpleName();
    return name.isEmpty() ? getClass().getName() : name; // an anonymous class has none
  }
}
