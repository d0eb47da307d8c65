package dev.gabion.logging;

import dev.gabion.core.ChainAnchor;
import dev.gabion.core.Deadline;
import dev.gabion.core.Scope;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Has the chain vouched for, every so many events or minutes, within an invocation.
 *
 * <p>An anchor that fails costs no reply at once: that it failed is on the trail, and it is asked
 * again. Once twice as many events as agreed wait for it, no logic runs until it vouches.
 */
final class Anchoring {
  private static final Duration RETRY = Duration.ofSeconds(5);

  /** What fits into a line uncut, as base64. */
  private static final int PROOF_BYTES = JsonLine.TEXT * 3 / 4;

  private final ChainAnchor anchor;
  private final int events;
  private final Duration every;
  private long vouched;
  private long ownLines;
  private Deadline due;
  private @Nullable Deadline retry;
  private boolean asking;

  Anchoring(ChainAnchor anchor, int events, Duration every) {
    this.anchor = anchor;
    this.events = events;
    this.every = every;
    this.due = Deadline.in(every);
  }

  /**
   * Asks the anchor if it is time to, outside of all locks.
   *
   * @throws IOException if what came of it could not be written
   */
  void run(Ledger ledger, Scope scope) throws IOException {
    Chain.Head head = ledger.head();
    if (!begin(head)) {
      return;
    }
    Chain.Proof written = null;
    try {
      Chain.Proof proof = vouch(head, scope);
      ledger.anchored(proof, Instant.now());
      written = proof;
    } finally {
      end(written);
    }
  }

  private Chain.@Nullable Proof vouch(Chain.Head head, Scope scope) {
    try {
      byte[] said = anchor.vouch(head.bytes(), scope);
      return said.length <= PROOF_BYTES ? new Chain.Proof(head, Chain.text(said)) : null;
    } catch (Exception silent) { // what it says is for nobody; the trail says that it failed
      if (silent instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      return null;
    }
  }

  private synchronized boolean begin(Chain.Head head) {
    long waiting = head.sequence() - vouched - ownLines;
    boolean wanted = waiting >= events || (waiting > 0 && due.passed());
    boolean pausing = retry != null && !retry.passed();
    if (asking || !wanted || pausing) {
      return false;
    }
    asking = true;
    return true;
  }

  /** What vouched counts once its line is written. */
  private synchronized void end(Chain.@Nullable Proof proof) {
    asking = false;
    if (proof == null) {
      retry = Deadline.in(RETRY);
    } else {
      retry = null;
      vouched = proof.head().sequence();
      ownLines = 1;
      due = Deadline.in(every);
    }
  }

  /**
   * Refuses once too much waits for an anchor that fails.
   *
   * @throws IOException if so
   */
  synchronized void requireRecent(Ledger ledger) throws IOException {
    if (retry != null && ledger.head().sequence() - vouched > 2L * events) {
      throw new IOException("Nobody has vouched for the audit trail for too long.");
    }
  }
}
