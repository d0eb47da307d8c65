package dev.gabion.benchmarks;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditSink;
import dev.gabion.logging.OcsfAudit;
import dev.gabion.validation.BeanRules;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One audit event end to end: from the outcome of a path to a line on standard output. */
@State(Scope.Benchmark)
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

  private AuditSink sink;
  private AuditEvent outcome;

  /**
   * Takes the outcome of one event that passed the whole path. Whoever prints does so on the
   * process's descriptor, as we do, and not over JMH's connection or through our own wrapper.
   */
  @Setup
  public void start() throws Exception {
    outcome = outcome();
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

  /** One event. */
  @Benchmark
  public void line() throws Exception {
    sink.write(outcome);
  }
}
