package dev.gabion.benchmarks;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.gabion.logging.OcsfAudit;
import dev.gabion.validation.BeanRules;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One event, from the runtime's bytes to the reply's. Each fork knows one subject alone, so that
 * none runs in code compiled for another.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH fills the parameters, then calls start
public class EventPath {
  /** Whom the event is sent to. */
  public enum Subject {
    /** Parses only. */
    PLAIN,
    /** The whole path, but no audit line. */
    UNWRITTEN,
    /** The whole path as in production: one audit line to the process's standard output. */
    GABION;

    RequestStreamHandler handler() {
      return switch (this) {
        case PLAIN -> new PlainHandler<>(Order.class, Order::receipt);
        case UNWRITTEN -> new HardenedHandler(BeanRules.create(), new HardenedHandler.Latest());
        case GABION -> new HardenedHandler(BeanRules.create(), OcsfAudit.of("orders"));
      };
    }
  }

  /** Whom the event is sent to. */
  @Param public Subject subject;

  /** How large the body is. */
  @Param({"1", "100"})
  public int kilobytes;

  private byte[] event;
  private Context context;
  private RequestStreamHandler handler;

  /** Starts the handler, and demands that it does what it is measured for: refusals are cheap. */
  @Setup
  public void start() throws IOException {
    event = Orders.event(Orders.body(kilobytes));
    context = Orders.context();
    handler = subject.handler();
    String reply = event().toString(StandardCharsets.UTF_8);
    if (!reply.contains("\"statusCode\":201")) {
      throw new IllegalStateException("The event was refused: " + reply);
    }
  }

  /** One event. */
  @Benchmark
  public ByteArrayOutputStream event() throws IOException {
    ByteArrayOutputStream reply = new ByteArrayOutputStream(1024);
    handler.handleRequest(new ByteArrayInputStream(event), reply, context);
    return reply;
  }
}
