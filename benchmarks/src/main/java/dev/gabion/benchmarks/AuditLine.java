package dev.gabion.benchmarks;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditSink;
import dev.gabion.core.Caller;
import dev.gabion.core.Deadline;
import dev.gabion.core.Scope;
import dev.gabion.core.SourceFacts;
import dev.gabion.logging.OcsfAudit;
import dev.gabion.validation.BeanRules;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One audit event end to end: from the outcome of a path to a line on standard output. */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH fills the parameter, then calls start
public class AuditLine {
  /** Who writes the line. */
  public enum Subject {
    /** Powertools logging on Log4j2. */
    POWERTOOLS,
    /** Logback and logstash-logback-encoder. */
    LOGBACK,
    /** OcsfAudit. */
    GABION;

    AuditSink sink() throws Exception {
      return switch (this) {
        case POWERTOOLS -> AuditPeer.powertools();
        case LOGBACK -> AuditPeer.logback();
        case GABION -> OcsfAudit.of("orders");
      };
    }
  }

  /** Who writes the line. */
  @Param public Subject subject;

  /** The size of the body whose outcome is written; it has no effect but on a number. */
  @Param("1")
  public int kilobytes;

  /** How many events take turns: each is of another caller, sender and request. */
  private static final int EVENTS = 64;

  private final AuditEvent[] outcomes = new AuditEvent[EVENTS];
  private final Scope[] scopes = new Scope[EVENTS];
  private AuditSink sink;
  private int next;

  /**
   * Takes the outcome of one event that passed the whole path. Whoever prints does so on the
   * process's descriptor, as we do, and not over JMH's connection or through our own wrapper.
   */
  @Setup
  public void start() throws Exception {
    for (int i = 0; i < EVENTS; i++) {
      outcomes[i] = of(i, outcome());
      scopes[i] =
          new Unrecorded(
              outcomes[i].invocation().correlationId(), Deadline.in(Duration.ofHours(1)));
    }
    var unused = new HardenedHandler(BeanRules.create(), OcsfAudit.of("orders")); // all floors
    PrintStream descriptor =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(descriptor);
    sink = subject.sink();
    if (subject == Subject.GABION) {
      unused = new HardenedHandler(BeanRules.create(), sink); // starts the sink
    }
  }

  static AuditEvent outcome() {
    HardenedHandler.Latest latest = new HardenedHandler.Latest();
    new HardenedHandler(BeanRules.create(), latest)
        .handleRequest(
            new ByteArrayInputStream(Orders.event(Orders.body(1))),
            new ByteArrayOutputStream(),
            Orders.context());
    return latest.event();
  }

  /** The event of another caller, from another place. */
  private static AuditEvent of(int number, AuditEvent event) {
    SourceFacts source = Objects.requireNonNull(event.source());
    Caller caller = Objects.requireNonNull(event.caller());
    return new AuditEvent(
        event.activity(),
        event.verdict(),
        event.stop(),
        event.time(),
        event.invocation(),
        new SourceFacts(
            source.kind(),
            source.origin(),
            source.operation(),
            source.method(),
            source.host(),
            "192.0.2." + number,
            source.userAgent()),
        new Caller(caller.issuer(), caller.id() + number, caller.tenant(), Map.of()),
        event.outcome(),
        event.facts());
  }

  /** One event, and the end of its invocation: without that, lines would become brief. */
  @Benchmark
  public void line() throws Exception {
    next = (next + 1) % EVENTS;
    sink.write(outcomes[next]);
    sink.settle(scopes[next]);
  }
}
