package dev.gabion.logging;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.Activity;
import dev.gabion.core.AuditEvent.InvocationFacts;
import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.Stop;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes the events of one execution environment as chained lines, one at a time.
 *
 * <p>One lock for all: the order of the chain is the order of the lines.
 */
final class Ledger {
  private static final Map<String, String> ANCHORED =
      Map.of("operation", "anchor", "name", "audit-chain");
  private static final Map<String, String> ANCHOR_FAILED = Map.of("reason", "anchor");

  private final ReentrantLock lock = new ReentrantLock();
  private final OcsfForm form;
  private final LogFormat format;
  private final Lines lines;
  private final Scrubber scrubber = Scrubber.ofProcess();
  private final JsonLine json = new JsonLine();
  private final Repeats repeats = new Repeats();
  private final Allowance allowance = new Allowance();
  private @Nullable Chain chain;
  private boolean broken;
  private @Nullable InvocationFacts latest;

  /** A ledger without a chain: the first line begins it, or {@link #begin}. */
  Ledger(OcsfForm form, LogFormat format, Lines lines) {
    this.form = form;
    this.format = format;
    this.lines = lines;
  }

  /** Begins the chain; only where no snapshot is going to be taken, or all copies continue it. */
  void begin() {
    lock.lock();
    try {
      begun();
    } finally {
      lock.unlock();
    }
  }

  private Chain begun() {
    if (chain == null) {
      chain = Chain.begin();
    }
    return chain;
  }

  /** Makes an event into a line of another chain, and drops it. */
  void prime(AuditEvent event) throws IOException {
    new Ledger(form, format, (buffer, length) -> {}).write(event);
  }

  /**
   * Writes an event, or holds it back with others like it.
   *
   * @throws IOException if a line was not taken
   */
  void write(AuditEvent event) throws IOException {
    lock.lock();
    try {
      if (repeats.isSaidByOutcome(event)) {
        return;
      }
      if (repeats.hold(event)) {
        repeats.releaseFull(this::put);
      } else {
        put(event, null, null);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes what an invocation holds back, and what others left behind.
   *
   * @param requestId of the invocation; null for all
   * @throws IOException if a line was not taken
   */
  void settle(@Nullable String requestId, Instant now) throws IOException {
    lock.lock();
    try {
      repeats.release(requestId, now, this::put);
      if (requestId != null) {
        allowance.forget(requestId);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Refuses if the last line was not taken. */
  void requireWhole() throws IOException {
    lock.lock();
    try {
      if (broken) {
        throw new IOException("The last audit event could not be written.");
      }
    } finally {
      lock.unlock();
    }
  }

  /** The chain's head, to be vouched for. */
  Chain.Head head() {
    lock.lock();
    try {
      return begun().head();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes what an anchor said of a head, or that it said nothing.
   *
   * @throws IOException if the line was not taken
   */
  void anchored(Chain.@Nullable Proof proof, Instant now) throws IOException {
    lock.lock();
    try {
      InvocationFacts invocation = latest;
      if (invocation == null) {
        throw new IllegalStateException("There is nothing yet that an anchor could be asked for.");
      }
      AuditEvent event =
          new AuditEvent(
              proof == null ? Activity.FAULT : Activity.ENCRYPTION,
              proof == null ? Verdict.FAILED : Verdict.ALLOWED,
              Stop.RECORD,
              now,
              invocation,
              null,
              null,
              null,
              proof == null ? ANCHOR_FAILED : ANCHORED);
      put(event, null, proof);
    } finally {
      lock.unlock();
    }
  }

  private void put(Repeats.Tally tally) throws IOException {
    put(tally.latest(), tally, null);
  }

  private void put(AuditEvent event, Repeats.@Nullable Tally tally, Chain.@Nullable Proof proof)
      throws IOException {
    Chain continued = begun();
    String requestId = event.invocation().requestId();
    json.start(tally != null || allowance.usedUp(requestId));
    Opening opening = form.write(json, event, continued.uid(), tally);
    byte[] said = json.copy();
    byte[] clean = scrubber.scrubEvent(said, opening);
    if (clean != said) {
      json.replace(clean);
    }
    continued.seal(json, opening, proof);
    format.complete(json, event.time());
    broken = true;
    json.writeTo(lines);
    broken = false;
    continued.advance();
    allowance.add(requestId, json.size());
    latest = event.invocation();
  }
}
