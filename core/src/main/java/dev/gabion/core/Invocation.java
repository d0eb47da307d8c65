package dev.gabion.core;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One invocation of the function: what all its envelopes share, its first two stops and its last.
 */
final class Invocation {
  /** What recording the outcome of one message that is cut off may take. */
  static final long CUTTING_NANOS = 50_000;

  private static final String UNKNOWN = "unknown";

  /** A function that cannot be named has no account that an event could come from. */
  private static final FunctionArn NOBODYS = new FunctionArn(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);

  private final AuditTrail trail;
  private final AuditEvent.InvocationFacts facts;
  private final Deadline deadline;
  private final Context context;
  private final Stopwatch stopwatch;
  private final AtomicReference<Whose> whose = new AtomicReference<>(Whose.NOBODYS);
  private volatile List<? extends Work<?, ?, ?>> works = List.of();
  private volatile long bytesIn;
  private boolean settled;

  /** To whom the outcomes belong. */
  private enum Whose {
    /** Nobody's yet. */
    NOBODYS,
    /** There is one of the event: it ended before it was open. */
    THE_EVENTS,
    /** There is one of each envelope. */
    ENVELOPES
  }

  private Invocation(
      AuditTrail trail, AuditEvent.InvocationFacts facts, Deadline deadline, Context context) {
    this.trail = trail;
    this.facts = facts;
    this.deadline = deadline;
    this.context = context;
    this.stopwatch = Stopwatch.ofInvocation(trail);
  }

  static Invocation of(
      Context context, boolean coldStart, AuditTrail trail, IntFunction<Deadline> deadline) {
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
        deadline.apply(context.getRemainingTimeInMillis()),
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
    return delivery;
  }

  /**
   * From here on each outcome is one of an envelope.
   *
   * @throws InvocationFailed if the event was cut off before
   */
  void begin(List<? extends Work<?, ?, ?>> begun) {
    works = begun;
    if (!whose.compareAndSet(Whose.NOBODYS, Whose.ENVELOPES)) {
      throw InvocationFailed.of(correlationId());
    }
  }

  /** Whether the outcome is the event's and the asker's to record: it is not open, nor ended. */
  boolean endsUnopened() {
    return whose.compareAndSet(Whose.NOBODYS, Whose.THE_EVENTS);
  }

  /** How long it may go on before it is cut off; nothing or less if it is to be. */
  long dueInMillis() {
    return deadline.cutInMillis() - works.size() * CUTTING_NANOS / 1_000_000;
  }

  /** Records that time was up, for whatever has no outcome yet, while others still work on it. */
  void cut() {
    if (endsUnopened()) {
      Rejection rejection = Rejection.timedOut();
      visit(null, "").recordOutcome(rejection.code().status(), rejection, 0);
    } else {
      works.forEach(Work::cut);
    }
    settle();
  }

  /**
   * The end of stop 9: no outcome is held back any more.
   *
   * @throws AuditFailed if one could not be handed over
   */
  synchronized void settle() {
    if (!settled) {
      trail.settle(visit(null, ""));
      settled = true;
    }
  }

  /**
   * Stop 10.
   *
   * @throws InvocationFailed if the platform has answered in our place: nothing is written
   */
  void write(byte[] reply, OutputStream out) throws IOException {
    if (deadline.passed()) {
      OperatorLog.error("A reply came too late and was discarded: " + correlationId());
      throw InvocationFailed.of(correlationId());
    }
    stopwatch.at(Stop.WRITE);
    out.write(reply);
    stopwatch.leave();
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
