package dev.gabion.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One envelope's way along the path: what its stops and its logic share, and nobody else. Logic may
 * use it from several threads; once the call has ended it refuses to be used.
 */
final class Visit implements Call {
  private static final Pattern NOTE_KEY = Pattern.compile("[a-z0-9._-]{1,64}");
  private static final int NOTES = 32;
  private static final int NOTE_CHARS = 1024;

  private final Invocation invocation;
  private final @Nullable Envelope envelope;
  private final AuditEvent.Work work;
  private final Stopwatch stopwatch;
  private final Map<String, String> notes = new LinkedHashMap<>();
  private @Nullable Caller caller;
  private @Nullable Path tempFolder;
  private boolean ended;

  Visit(
      Invocation invocation,
      @Nullable Envelope envelope,
      String correlationId,
      Stopwatch stopwatch) {
    AuditEvent.Work of = invocation.work();
    this.invocation = invocation;
    this.envelope = envelope;
    this.work =
        new AuditEvent.Work(
            correlationId,
            of.requestId(),
            of.traceId(),
            of.tenant(),
            of.function(),
            of.functionVersion(),
            of.coldStart());
    this.stopwatch = stopwatch;
  }

  void at(Stop stop) {
    stopwatch.at(stop);
  }

  void identified(Caller who) {
    caller = who;
  }

  /** Records how the visit ended: the one outcome event. */
  void recordOutcome(@Nullable Rejection rejection, long bytesOut) {
    Stop ended = stopwatch.last();
    AuditEvent.Outcome outcome =
        new AuditEvent.Outcome(
            rejection == null ? 200 : rejection.code().status(),
            rejection == null ? "done" : rejection.reason(),
            rejection == null ? List.of() : rejection.violations(),
            rejection == null || rejection.getCause() == null
                ? List.of()
                : Causes.of(rejection.getCause()),
            stopwatch.stop(),
            invocation.bytesIn(),
            bytesOut);
    AuditEvent.Verdict verdict =
        rejection == null ? AuditEvent.Verdict.ALLOWED : rejection.verdict();
    write(AuditEvent.Activity.OUTCOME, verdict, ended, outcome, takeNotes());
  }

  private void write(
      AuditEvent.Activity activity,
      AuditEvent.Verdict verdict,
      Stop stop,
      AuditEvent.@Nullable Outcome outcome,
      Map<String, String> facts) {
    SourceFacts source = envelope == null ? null : envelope.facts();
    invocation
        .trail()
        .write(
            new AuditEvent(
                activity, verdict, stop, Instant.now(), work, source, caller, outcome, facts));
  }

  /** Ends the call for its logic: what it still holds no longer works, its folder is gone. */
  void end() {
    Path folder;
    synchronized (notes) {
      ended = true;
      folder = tempFolder;
    }
    if (folder != null) {
      delete(folder);
    }
  }

  private Map<String, String> takeNotes() {
    synchronized (notes) {
      return Map.copyOf(notes);
    }
  }

  private void refuseOnceEnded() {
    if (ended) {
      throw new IllegalStateException("The call has ended: keep nothing of it for later.");
    }
  }

  @Override
  public String correlationId() {
    return work.correlationId();
  }

  @Override
  public Deadline deadline() {
    return invocation.deadline();
  }

  @Override
  public Optional<String> tenantId() {
    return Optional.ofNullable(work.tenant());
  }

  @Override
  public void record(
      AuditEvent.Activity activity, AuditEvent.Verdict verdict, Map<String, String> facts) {
    if (activity == AuditEvent.Activity.OUTCOME) {
      throw new IllegalArgumentException("The outcome is recorded by the path, once.");
    }
    synchronized (notes) {
      refuseOnceEnded();
    }
    write(activity, verdict, stopwatch.last(), null, facts);
  }

  @Override
  public Caller caller() {
    if (caller == null) {
      throw new IllegalStateException("The caller is not identified yet.");
    }
    return caller;
  }

  @Override
  public String requestId() {
    return work.requestId();
  }

  @Override
  public String idempotencyKey() {
    return envelope == null ? work.requestId() : envelope.id();
  }

  @Override
  public Path tempFolder() {
    synchronized (notes) {
      refuseOnceEnded();
      if (tempFolder == null) {
        try {
          tempFolder = Files.createTempDirectory("gabion-"); // readable by its owner alone
        } catch (IOException failure) {
          throw new UncheckedIOException(failure);
        }
      }
      return tempFolder;
    }
  }

  @Override
  public void note(String key, String value) {
    synchronized (notes) {
      refuseOnceEnded();
      if (!NOTE_KEY.matcher(key).matches() || notes.containsKey(key) || notes.size() == NOTES) {
        throw new IllegalArgumentException(
            "A note's key is 1 to 64 of a-z 0-9 . _ - and new; a call has at most 32 notes.");
      }
      notes.put(key, value.length() <= NOTE_CHARS ? value : value.substring(0, NOTE_CHARS));
    }
  }

  private static void delete(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure)
                throws IOException {
              Files.delete(dir);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException remains) {
      Startup.complain("A call's folder could not be deleted. " + Causes.of(remains).get(0));
    }
  }
}
