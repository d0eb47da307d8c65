package dev.gabion.core;

/**
 * Where audit events go.
 *
 * <p>Two abstract methods on purpose: an empty lambda cannot stand in for a sink. Several threads
 * may write at once.
 *
 * <p>Events come as they were recorded: secrets that somebody noted are in them, callers and
 * addresses stand as they are. A sink of your own cleans what it writes itself; {@code
 * Scrubbing.clean} of the logging room takes the secrets out.
 */
public interface AuditSink extends Managed {
  /**
   * Makes sure that an event could be handed over now; asked before user logic runs.
   *
   * @throws Exception if not; logic is not called
   */
  void ready(Scope scope) throws Exception;

  /**
   * Hands an event over; returns only once it has been. A sink may hold back refusals that are all
   * alike until {@link #settle}, to hand over how many there were.
   *
   * @throws Exception if it could not be; the reply that it stands for does not leave
   */
  void write(AuditEvent event) throws Exception;

  /**
   * Hands over what was held back of an invocation; asked once all its envelopes are recorded and
   * before its reply leaves. Where time runs out another thread asks, while logic still runs.
   *
   * @param scope the invocation's; its correlation id is the request id of its events' invocation
   * @throws Exception if it could not be; the reply does not leave
   */
  default void settle(Scope scope) throws Exception {}

  /**
   * Renders an event as if to hand it over, and drops it: so that the first real one, after a
   * snapshot, does not wait for what rendering needs. Comes once everything has started; makes no
   * identifier and no seed that is used later.
   */
  default void prime(AuditEvent event) throws Exception {}
}
