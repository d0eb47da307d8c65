package dev.gabion.core;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One invocation of the function: what all its envelopes share, its first two stops and its last.
 */
final class Invocation {
  private static final String UNKNOWN = "unknown";

  /** A function that cannot be named has no account that an event could come from. */
  private static final FunctionArn NOBODYS = new FunctionArn(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);

  private final AuditTrail trail;
  private final AuditEvent.InvocationFacts facts;
  private final Deadline deadline;
  private final Context context;
  private final Stopwatch stopwatch;
  private long bytesIn;
  private boolean opened;

  private Invocation(
      AuditTrail trail, AuditEvent.InvocationFacts facts, Deadline deadline, Context context) {
    this.trail = trail;
    this.facts = facts;
    this.deadline = deadline;
    this.context = context;
    this.stopwatch = Stopwatch.ofInvocation(trail);
  }

  static Invocation of(Context context, boolean coldStart, AuditTrail trail) {
    String given = context.getAwsRequestId();
    String requestId = given == null ? UUID.randomUUID().toString() : given;
    String version = context.getFunctionVersion();
    AuditEvent.InvocationFacts facts =
        new AuditEvent.InvocationFacts(
            requestId,
            requestId,
            context.getXrayTraceId(),
            context.getTenantId(),
            function(context.getInvokedFunctionArn()),
            version == null ? UNKNOWN : version,
            coldStart);
    return new Invocation(
        trail,
        facts,
        Deadline.in(Duration.ofMillis(context.getRemainingTimeInMillis())),
        new FilteredContext(context));
  }

  private static FunctionArn function(@Nullable String arn) {
    try {
      return FunctionArn.parse(arn == null ? "" : arn);
    } catch (IllegalArgumentException unnamed) {
      return NOBODYS;
    }
  }

  /** Stop 1: no more than one byte over the budget is ever read. */
  byte[] read(InputStream in, Limits limits) throws IOException {
    stopwatch.at(Stop.READ);
    int limit = limits.of(Limits.Bound.EVENT_BYTES);
    byte[] event = in.readNBytes(limit + 1);
    bytesIn = event.length;
    if (event.length > limit) {
      throw Rejection.of(Rejection.Code.TOO_LARGE, "event-bytes");
    }
    return event;
  }

  /** Stop 2: what is not the declared source's event ends here. */
  <E extends Envelope> Delivery<E> open(
      byte[] event, EventSource<E, ?, ?> source, StrictJson json) {
    stopwatch.at(Stop.OPEN);
    if (facts.function().equals(NOBODYS)) {
      throw Rejection.of(Rejection.Code.FORBIDDEN, "function");
    }
    JsonNode tree = json.event(event);
    Delivery<E> delivery = source.open(tree, facts.function());
    if (delivery.envelopes().isEmpty()) {
      throw Rejection.of(Rejection.Code.MALFORMED, "empty-delivery");
    }
    stopwatch.leave();
    opened = true;
    return delivery;
  }

  /**
   * The end of stop 9: no outcome is held back any more.
   *
   * @throws AuditFailed if one could not be handed over
   */
  void settle() {
    trail.settle(visit(null, ""));
  }

  /** Stop 10. */
  void write(byte[] reply, OutputStream out) throws IOException {
    stopwatch.at(Stop.WRITE);
    out.write(reply);
    stopwatch.leave();
  }

  /** Whether each outcome from here on is one of an envelope. */
  boolean opened() {
    return opened;
  }

  /** The visit of one of this invocation's envelopes, or of the event while it is not open. */
  Visit visit(@Nullable Envelope envelope, String suffix) {
    return new Visit(this, envelope, facts.as(correlationId() + suffix), stopwatch.continued());
  }

  String correlationId() {
    return facts.correlationId();
  }

  AuditTrail trail() {
    return trail;
  }

  Deadline deadline() {
    return deadline;
  }

  LambdaLogger logger() {
    return context.getLogger();
  }

  Context context() {
    return context;
  }

  long bytesIn() {
    return bytesIn;
  }
}
