package dev.gabion.core;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One envelope's way along the path: what its stops and its logic share, and nobody else. Logic may
 * use it from several threads; once the call has ended it refuses to be used.
 */
final class Visit implements Call {
  private static final Pattern NOTE_KEY = Pattern.compile("[a-z0-9._-]{1,64}");

  /** What log pipelines and the audit trail itself go by, or what the path says. */
  private static final Set<String> RESERVED =
      Set.of(
          "_aws",
          "answered",
          "chain",
          "class_uid",
          "late",
          "level",
          "quarantine",
          "quarantine.place",
          "timestamp",
          "type_uid");

  private static final int NOTES = 32;

  /** One more than is said, so that whoever writes a note sees that it was cut. */
  private static final int NOTE_CHARS = 1_024 + 1;

  private final Invocation invocation;
  private final @Nullable Envelope envelope;
  private final AuditEvent.InvocationFacts facts;
  private final Stopwatch stopwatch;
  private volatile @Nullable Caller caller;

  /** Guards what follows: logic may use its call from several threads. */
  private final Object lock = new Object();

  private final Map<String, String> notes = new HashMap<>();
  private @Nullable Path tempFolder;
  private volatile boolean ended;

  Visit(
      Invocation invocation,
      @Nullable Envelope envelope,
      AuditEvent.InvocationFacts facts,
      Stopwatch stopwatch) {
    this.invocation = invocation;
    this.envelope = envelope;
    this.facts = facts;
    this.stopwatch = stopwatch;
  }

  void at(Stop stop) {
    stopwatch.at(stop);
  }

  void identified(Caller who) {
    caller = who;
  }

  /** Says on the trail what the source has answered itself. */
  void answered(String what) {
    synchronized (lock) {
      notes.put("answered", what);
    }
  }

  /** Keeps whom an authenticator has refused though it knew them. */
  void refused(@Nullable Caller who) {
    if (caller == null) {
      caller = who;
    }
  }

  /** Records that nobody was identified; that somebody was, the outcome says. */
  void unidentified(Rejection refused) {
    if (refused.code() == Rejection.Code.UNAUTHENTICATED) {
      record(
          AuditEvent.Activity.AUTHENTICATION,
          AuditEvent.Verdict.DENIED,
          Map.of("reason", refused.reason()));
    }
  }

  /** Records how the visit ended: the one outcome event. */
  void recordOutcome(int status, @Nullable Rejection rejection, long bytesOut) {
    Stop refusedAt = stopwatch.last();
    stopwatch.at(Stop.RECORD);
    Throwable cause = rejection == null ? null : rejection.getCause();
    AuditEvent.Outcome outcome =
        new AuditEvent.Outcome(
            status,
            rejection == null ? "done" : rejection.reason(),
            rejection == null ? List.of() : rejection.violations(),
            cause == null ? List.of() : Causes.of(cause),
            stopwatch.timings(),
            invocation.bytesIn(),
            bytesOut);
    Map<String, String> noted;
    synchronized (lock) {
      if (invocation.deadline().passed()) {
        notes.put("late", "true");
      }
      noted = Map.copyOf(notes);
    }
    write(
        AuditEvent.Activity.OUTCOME,
        rejection == null ? AuditEvent.Verdict.ALLOWED : rejection.verdict(),
        rejection == null ? Stop.RECORD : refusedAt,
        outcome,
        noted);
    stopwatch.leave();
  }

  /** Has the outcome event say whether the message was put into quarantine, and where that is. */
  void quarantined(String how, String place) {
    synchronized (lock) {
      notes.put("quarantine", how);
      notes.put("quarantine.place", place.substring(0, Math.min(NOTE_CHARS, place.length())));
    }
  }

  /** The stop that was arrived at last. */
  Stop last() {
    return stopwatch.last();
  }

  private void write(
      AuditEvent.Activity activity,
      AuditEvent.Verdict verdict,
      Stop stop,
      AuditEvent.@Nullable Outcome outcome,
      Map<String, String> said) {
    SourceFacts source = envelope == null ? null : envelope.facts();
    invocation
        .trail()
        .write(
            new AuditEvent(
                activity, verdict, stop, Instant.now(), facts, source, caller, outcome, said));
  }

  /** Ends the call for its logic: what it still holds no longer works. */
  void end() {
    synchronized (lock) {
      ended = true;
    }
  }

  /** Removes its folder; once the outcome is recorded, since that may have little time. */
  void cleanUp() {
    Path folder;
    synchronized (lock) {
      folder = tempFolder;
    }
    if (folder != null) {
      TempFolder.delete(folder);
    }
  }

  /** Whether its outcome is recorded, or about to be: nothing more may be done for it. */
  boolean hasEnded() {
    return ended;
  }

  private void refuseOnceEnded() {
    if (ended) {
      throw new IllegalStateException("The call has ended: keep nothing of it for later.");
    }
  }

  @Override
  public String correlationId() {
    return facts.correlationId();
  }

  @Override
  public Deadline deadline() {
    refuseOnceEnded();
    return invocation.deadline();
  }

  @Override
  public Optional<String> tenantId() {
    return Optional.ofNullable(facts.tenant());
  }

  @Override
  public void record(
      AuditEvent.Activity activity, AuditEvent.Verdict verdict, Map<String, String> said) {
    if (activity == AuditEvent.Activity.OUTCOME) {
      throw new IllegalArgumentException("The outcome is recorded by the path, once.");
    }
    synchronized (lock) { // held while writing, so that no detail follows the outcome
      refuseOnceEnded();
      write(activity, verdict, stopwatch.last(), null, said);
    }
  }

  @Override
  public Caller caller() {
    Caller who = caller;
    if (who == null) {
      throw new IllegalStateException("The caller is not identified yet.");
    }
    return who;
  }

  @Override
  public String requestId() {
    return facts.requestId();
  }

  @Override
  public String deliveryId() {
    return envelope == null || envelope.id().isEmpty() ? facts.requestId() : envelope.id();
  }

  @Override
  public Path tempFolder() {
    synchronized (lock) {
      refuseOnceEnded();
      if (tempFolder == null) {
        try {
          tempFolder = TempFolder.create(); // readable by its owner alone
        } catch (IOException failure) {
          throw new UncheckedIOException(failure);
        }
      }
      return tempFolder;
    }
  }

  @Override
  public LambdaLogger logger() {
    return invocation.logger();
  }

  @Override
  public Context lambdaContext() {
    refuseOnceEnded();
    return invocation.context();
  }

  @Override
  public void note(String key, String value) {
    synchronized (lock) {
      refuseOnceEnded();
      if (!NOTE_KEY.matcher(key).matches()
          || RESERVED.contains(key)
          || notes.containsKey(key)
          || notes.size() == NOTES) {
        throw new IllegalArgumentException(
            "A note's key is 1 to 64 of a-z 0-9 . _ - and new, and none of "
                + new TreeSet<>(RESERVED)
                + "; a call has at most 32 notes.");
      }
      notes.put(key, value.length() <= NOTE_CHARS ? value : value.substring(0, NOTE_CHARS));
    }
  }

  @Override
  public void note(String key, Record value) {
    note(key, Redacted.text(value));
  }
}
