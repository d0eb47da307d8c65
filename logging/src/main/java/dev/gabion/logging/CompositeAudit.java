package dev.gabion.logging;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditSink;
import dev.gabion.core.Environment;
import dev.gabion.core.Managed;
import dev.gabion.core.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Several sinks as one: each is given every event, and all must take it.
 *
 * <p>One that fails keeps no event from the others, whatever it throws; a reply leaves only if none
 * has failed. Those that took an event of a reply that did not leave say that it was done: look at
 * the one that failed.
 *
 * <p>What one records while it starts or wakes, such as that it read a key, is given to all once
 * all have: so their order does not matter.
 */
public final class CompositeAudit implements AuditSink {
  private final List<AuditSink> sinks;

  /** Guards what follows. */
  private final Object lock = new Object();

  private final List<AuditEvent> waiting = new ArrayList<>();
  private boolean starting;

  private CompositeAudit(List<AuditSink> sinks) {
    this.sinks = sinks;
  }

  /** All of these sinks, in this order. */
  public static CompositeAudit of(AuditSink first, AuditSink second, AuditSink... more) {
    return new CompositeAudit(Stream.concat(Stream.of(first, second), Stream.of(more)).toList());
  }

  private interface Step {
    void of(AuditSink sink) throws Exception;
  }

  /** Goes on after a failure; the first is thrown in the end, the others with it. */
  private void each(Step step) throws Exception {
    Throwable failed = null;
    for (AuditSink sink : sinks) {
      try {
        step.of(sink);
      } catch (Throwable failure) {
        if (failed == null) {
          failed = failure;
        } else if (failure instanceof VirtualMachineError && failed instanceof Exception) {
          failure.addSuppressed(failed); // the environment is lost: that must be heard of
          failed = failure;
        } else if (failed != failure) {
          failed.addSuppressed(failure);
        }
      }
    }
    if (failed instanceof Error error) {
      throw error;
    }
    if (failed instanceof Exception exception) {
      throw exception;
    }
  }

  /** Lets all start or wake, and keeps for then what they record meanwhile. */
  private void begin(Step step) throws Exception {
    synchronized (lock) {
      starting = true;
    }
    try {
      each(step);
    } catch (Throwable failure) { // nobody is served now: nothing is to be kept for later
      synchronized (lock) {
        starting = false;
        waiting.clear();
      }
      throw failure;
    }
    for (List<AuditEvent> kept = kept(); !kept.isEmpty(); kept = kept()) {
      for (AuditEvent event : kept) {
        each(sink -> sink.write(event));
      }
    }
  }

  /** Takes what was recorded meanwhile; once there is nothing more, events go straight on. */
  private List<AuditEvent> kept() {
    synchronized (lock) {
      List<AuditEvent> kept = List.copyOf(waiting);
      waiting.clear();
      starting = !kept.isEmpty();
      return kept;
    }
  }

  @Override
  public void start(Environment environment) throws Exception {
    begin(sink -> sink.start(environment));
  }

  @Override
  public void ready(Scope scope) throws Exception {
    each(sink -> sink.ready(scope));
  }

  @Override
  public void write(AuditEvent event) throws Exception {
    synchronized (lock) {
      if (starting) {
        waiting.add(event);
        return;
      }
    }
    each(sink -> sink.write(event));
  }

  @Override
  public void settle(Scope scope) throws Exception {
    each(sink -> sink.settle(scope));
  }

  @Override
  public void prime(AuditEvent event) throws Exception {
    each(sink -> sink.prime(event));
  }

  @Override
  public void beforeSnapshot() throws Exception {
    each(Managed::beforeSnapshot);
  }

  @Override
  public void afterRestore(Environment environment) throws Exception {
    begin(sink -> sink.afterRestore(environment));
  }

  @Override
  public String describe() {
    return sinks.stream().map(Managed::describe).collect(Collectors.joining("; ", "all of (", ")"));
  }
}
