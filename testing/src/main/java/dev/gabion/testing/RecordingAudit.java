package dev.gabion.testing;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditSink;
import dev.gabion.core.Scope;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An audit sink that keeps every event, and that can be made to refuse. */
public final class RecordingAudit implements AuditSink {
  private final List<AuditEvent> events = new CopyOnWriteArrayList<>();
  private volatile boolean refusesReady;
  private volatile boolean failsWrites;

  /** A sink that is never ready: no logic may run. */
  public static RecordingAudit notReady() {
    RecordingAudit audit = new RecordingAudit();
    audit.refuseReady();
    return audit;
  }

  /** A sink that is ready and then takes no event: no reply may leave. */
  public static RecordingAudit failing() {
    RecordingAudit audit = new RecordingAudit();
    audit.failWrites();
    return audit;
  }

  /** Makes it unready from now on. */
  public void refuseReady() {
    refusesReady = true;
  }

  /** Makes every write fail from now on. */
  public void failWrites() {
    failsWrites = true;
  }

  /** Makes it work again. */
  public void recover() {
    refusesReady = false;
    failsWrites = false;
  }

  /** Every event that was handed over, in order. */
  public List<AuditEvent> events() {
    return List.copyOf(events);
  }

  /** The outcome events among them: one for each envelope whose path has ended. */
  public List<AuditEvent> outcomes() {
    return events.stream()
        .filter(event -> event.activity() == AuditEvent.Activity.OUTCOME)
        .toList();
  }

  @Override
  public void ready(Scope scope) throws NotTaken {
    if (refusesReady) {
      throw new NotTaken("not ready");
    }
  }

  @Override
  public void write(AuditEvent event) throws NotTaken {
    if (failsWrites) {
      throw new NotTaken("write failed");
    }
    events.add(event);
  }

  @Override
  public String describe() {
    return "recorded in memory";
  }

  /** What a refusing sink throws. */
  public static final class NotTaken extends Exception {
    private static final long serialVersionUID = 1;

    private NotTaken(String message) {
      super(message);
    }
  }
}
