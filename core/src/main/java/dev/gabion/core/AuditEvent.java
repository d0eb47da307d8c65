package dev.gabion.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened and that an auditor wants to know: names, identifiers, sizes and times,
 * never content.
 *
 * @param activity what kind of thing
 * @param verdict how it ended
 * @param stop where on the path: the stop that refused, {@link Stop#RECORD} if none did; null
 *     outside the path
 * @param time when
 * @param invocation which invocation it belongs to
 * @param source where the message comes from; null before that is known
 * @param caller who calls; null before that is known
 * @param outcome how the path ended; null for a detail event
 * @param facts further names and identifiers
 */
public record AuditEvent(
    Activity activity,
    Verdict verdict,
    @Nullable Stop stop,
    Instant time,
    InvocationFacts invocation,
    @Nullable SourceFacts source,
    @Nullable Caller caller,
    @Nullable Outcome outcome,
    Map<String, String> facts) {

  /** Kinds of things that happen. */
  public enum Activity {
    /** The path of one event has ended: exactly one such event for each envelope. */
    OUTCOME,
    /** A caller was not identified; that one was, is in the outcome. */
    AUTHENTICATION,
    /** A secret was read, refreshed or refused. */
    SECRET,
    /** Something was encrypted or decrypted. */
    ENCRYPTION,
    /** Another host was called, or the call was refused. */
    OUTBOUND,
    /** Something failed that is nobody's refusal. */
    FAULT
  }

  /** How things end. */
  public enum Verdict {
    /** Done. */
    ALLOWED,
    /** Refused. */
    DENIED,
    /** Our own fault. */
    FAILED
  }

  /** Copies the facts. */
  public AuditEvent {
    facts = Map.copyOf(facts);
  }

  /**
   * The invocation that an event belongs to.
   *
   * @param correlationId the identifier that the reply to a refusal carries as well
   * @param requestId the platform's identifier of the invocation
   * @param traceId the X-Ray trace header, or null
   * @param tenant the tenant that the invocation runs for, or null
   * @param function which function
   * @param coldStart whether this is the environment's first invocation
   */
  public record InvocationFacts(
      String correlationId,
      String requestId,
      @Nullable String traceId,
      @Nullable String tenant,
      FunctionArn function,
      String functionVersion,
      boolean coldStart) {

    /** The same invocation under the identifier of one of its envelopes. */
    InvocationFacts as(String envelopesId) {
      return new InvocationFacts(
          envelopesId, requestId, traceId, tenant, function, functionVersion, coldStart);
    }
  }

  /**
   * How the path of an event ended.
   *
   * @param status the HTTP status that says so
   * @param reason {@code done}, or the refusal's reason
   * @param violations the broken rules
   * @param cause the class names and places of what was thrown, outermost first; never a message
   * @param timings the time spent at each stop that was reached
   * @param bytesIn the size of the whole event
   * @param bytesOut the size of this envelope's reply
   */
  public record Outcome(
      int status,
      String reason,
      List<Violation> violations,
      List<String> cause,
      Map<Stop, Duration> timings,
      long bytesIn,
      long bytesOut) {

    /** Copies the collections. */
    public Outcome {
      violations = List.copyOf(violations);
      cause = List.copyOf(cause);
      timings = Map.copyOf(timings);
    }
  }
}
