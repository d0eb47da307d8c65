package dev.gabion.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.Limits;
import dev.gabion.core.StrictJson;
import dev.gabion.core.Violation;
import dev.gabion.logging.OcsfAudit;
import dev.gabion.validation.BeanRules;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The parts of the path that cost most, each alone, with Jackson as it comes beside ours. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH fills the parameter, then calls start
public class Steps {
  /** How large the body is. */
  @Param({"1", "100"})
  public int kilobytes;

  private final ObjectMapper plain = new ObjectMapper();
  private final StrictJson strict = new StrictJson(Limits.defaults());
  private final StrictJson strictEvents =
      new StrictJson(
          Limits.defaults()
              .with(Limits.Bound.STRING_CHARS, Limits.Bound.EVENT_BYTES.byDefault())
              .with(Limits.Bound.TOKENS, Limits.Bound.EVENT_TOKENS.byDefault()));
  private final BeanRules rules = BeanRules.create();
  private final OcsfAudit audit = OcsfAudit.of("orders");

  private String body;
  private byte[] event;
  private Order order;
  private AuditEvent outcome;

  /** Lets handlers start the rules and the sink, and one event pass. */
  @Setup
  public void start() throws IOException {
    body = Orders.body(kilobytes);
    event = Orders.event(body);
    order = strict.read(body, Order.class);
    var unused = new HardenedHandler(BeanRules.create(), audit);
    HardenedHandler.Latest latest = new HardenedHandler.Latest();
    new HardenedHandler(rules, latest)
        .handleRequest(
            new ByteArrayInputStream(event), new ByteArrayOutputStream(), Orders.context());
    outcome = latest.event();
  }

  /** The event into a tree, as stop 2 does. */
  @Benchmark
  public JsonNode eventStrict() {
    return strictEvents.tree(StrictJson.text(event));
  }

  /** The event into the class that the plain handler binds. */
  @Benchmark
  public PlainHandler.Event eventPlain() throws IOException {
    return plain.readValue(event, PlainHandler.Event.class);
  }

  /** The body into an order, as stop 4 does. */
  @Benchmark
  public Order bodyStrict() {
    return strict.read(body, Order.class);
  }

  /** The body into an order. */
  @Benchmark
  public Order bodyPlain() throws IOException {
    return plain.readValue(body, Order.class);
  }

  /** Stop 5. */
  @Benchmark
  public List<Violation> check() {
    return rules.check(order);
  }

  /** Stop 9: an outcome into an OCSF line, and the line to standard output. */
  @Benchmark
  public void record() throws IOException {
    audit.write(outcome);
  }
}
