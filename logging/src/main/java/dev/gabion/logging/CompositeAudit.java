package dev.gabion.logging;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditSink;
import dev.gabion.core.Environment;
import dev.gabion.core.Managed;
import dev.gabion.core.Scope;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Several sinks as one: each is given every event, and all must take it.
 *
 * <p>One that fails keeps no event from the others; a reply leaves only if none has failed. Those
 * that took an event of a reply that did not leave say that it was done: look at the one that
 * failed.
 */
public final class CompositeAudit implements AuditSink {
  private final List<AuditSink> sinks;

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
    Exception failed = null;
    for (AuditSink sink : sinks) {
      try {
        step.of(sink);
      } catch (Exception failure) {
        if (failed == null) {
          failed = failure;
        } else if (failed != failure) {
          failed.addSuppressed(failure);
        }
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  @Override
  public void start(Environment environment) throws Exception {
    each(sink -> sink.start(environment));
  }

  @Override
  public void ready(Scope scope) throws Exception {
    each(sink -> sink.ready(scope));
  }

  @Override
  public void write(AuditEvent event) throws Exception {
    each(sink -> sink.write(event));
  }

  @Override
  public void settle(Scope scope) throws Exception {
    each(sink -> sink.settle(scope));
  }

  @Override
  public void beforeSnapshot() throws Exception {
    each(Managed::beforeSnapshot);
  }

  @Override
  public void afterRestore(Environment environment) throws Exception {
    each(sink -> sink.afterRestore(environment));
  }

  @Override
  public String describe() {
    return sinks.stream().map(Managed::describe).collect(Collectors.joining(" and "));
  }
}
