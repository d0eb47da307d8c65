package dev.gabion.logging;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.Activity;
import dev.gabion.core.AuditEvent.Outcome;
import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.Caller;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.Stop;
import dev.gabion.core.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts refusals that are all alike, so that a flood of them is told in few lines.
 *
 * <p>The first {@value #WHOLE} of a minute are for lines of their own; those that follow are held
 * and given back as one tally for each invocation, by the end of it. Not safe for several threads.
 */
final class Repeats {
  /** How many alike are told in full within one window. */
  static final int WHOLE = 10;

  /** How many one tally holds at most: as many as are lost if the environment dies. */
  static final int HELD = 1_000;

  private static final Duration WINDOW = Duration.ofMinutes(1);

  /** How many kinds of refusal are known at once; a kind that is forgotten starts again. */
  private static final int KINDS = 256;

  private final Map<Refusal, Seen> seen =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Refusal, Seen> eldest) {
          return size() > KINDS;
        }
      };

  private final Map<Held, Tally> held = new HashMap<>();

  /** How many callers were not identified, whoever they were. */
  private final Seen strangers = new Seen(Instant.EPOCH);

  /**
   * What makes refusals alike: everything but when they happened, to whom it was told, and size.
   */
  private record Refusal(
      Activity activity,
      @Nullable Stop stop,
      int status,
      String reason,
      List<Violation> violations,
      List<String> cause,
      @Nullable String source,
      @Nullable String origin,
      @Nullable String operation,
      @Nullable String ip,
      @Nullable String issuer,
      @Nullable String caller,
      @Nullable String tenant,
      Map<String, String> facts) {
    static Refusal of(AuditEvent event) {
      Outcome outcome = event.outcome();
      SourceFacts source = event.source();
      Caller caller = event.caller();
      return new Refusal(
          event.activity(),
          event.stop(),
          outcome == null ? 0 : outcome.status(),
          outcome == null ? "" : outcome.reason(),
          outcome == null ? List.of() : outcome.violations(),
          outcome == null ? List.of() : outcome.cause(),
          source == null ? null : source.kind(),
          source == null ? null : source.origin(),
          source == null ? null : source.operation(),
          source == null ? null : source.ip(),
          caller == null ? null : caller.issuer(),
          caller == null ? null : caller.id(),
          event.invocation().tenant(),
          event.facts());
    }
  }

  private record Held(String requestId, Refusal refusal) {}

  private static final class Seen {
    private Instant since;
    private int count;

    private Seen(Instant since) {
      this.since = since;
    }

    boolean alreadyTold(Instant now) {
      if (now.isBefore(since) || since.plus(WINDOW).isBefore(now)) {
        since = now;
        count = 0;
      }
      count++;
      return count > WHOLE;
    }
  }

  /**
   * Refusals that are held back.
   *
   * @param latest the last of them
   * @param count how many there are
   * @param first when the first happened
   */
  record Tally(AuditEvent latest, int count, Instant first) {
    Instant last() {
      return latest.time();
    }

    private Tally and(AuditEvent another) {
      return new Tally(another, count + 1, first);
    }
  }

  /**
   * Whether an event need not be told, because the outcome of the same envelope says the same: that
   * a caller was not identified, after the first {@value #WHOLE} times of a minute.
   */
  boolean isSaidByOutcome(AuditEvent event) {
    return event.activity() == Activity.AUTHENTICATION
        && event.verdict() == Verdict.DENIED
        && event.stop() == Stop.IDENTIFY
        && event.facts().keySet().equals(Set.of("reason"))
        && strangers.alreadyTold(event.time());
  }

  /** Whether an event is held back; all but repeated refusals are to be told now. */
  boolean hold(AuditEvent event) {
    if (event.verdict() != Verdict.DENIED) {
      return false;
    }
    Refusal refusal = Refusal.of(event);
    if (!seen.computeIfAbsent(refusal, key -> new Seen(event.time())).alreadyTold(event.time())) {
      return false;
    }
    held.compute(
        new Held(event.invocation().requestId(), refusal),
        (key, tally) -> tally == null ? new Tally(event, 1, event.time()) : tally.and(event));
    return true;
  }

  /** What takes a tally; the tally is forgotten once it has returned. */
  interface Teller<X extends Exception> {
    void tell(Tally tally) throws X;
  }

  /** Gives back what an invocation holds, and what others left behind before {@code now}. */
  <X extends Exception> void release(@Nullable String requestId, Instant now, Teller<X> teller)
      throws X {
    if (held.isEmpty()) {
      return;
    }
    Instant before = now.minus(WINDOW);
    release(
        (key, tally) ->
            key.requestId.equals(requestId)
                || requestId == null
                || tally.first.isBefore(before)
                || tally.first.isAfter(now),
        teller);
  }

  /** Gives back tallies that are full. */
  <X extends Exception> void releaseFull(Teller<X> teller) throws X {
    release((key, tally) -> tally.count >= HELD, teller);
  }

  private interface Which {
    boolean is(Held key, Tally tally);
  }

  private <X extends Exception> void release(Which which, Teller<X> teller) throws X {
    for (Iterator<Map.Entry<Held, Tally>> all = held.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Held, Tally> each = all.next();
      if (which.is(each.getKey(), each.getValue())) {
        teller.tell(each.getValue());
        all.remove();
      }
    }
  }
}
