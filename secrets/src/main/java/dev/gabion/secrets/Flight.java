package dev.gabion.secrets;

import dev.gabion.core.Scope;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One asking that is under way, by one thread for all who need the answer. */
final class Flight {
  /** Whoever gave the source so long has learnt something of it by having no answer. */
  private static final Duration FAIR = Duration.ofSeconds(1);

  /** A timer may go off so much early. */
  private static final long TIMER_MILLIS = 10;

  private final CountDownLatch landed = new CountDownLatch(1);
  private final Journal journal;
  private final boolean fair;
  private volatile boolean cutShort = true;

  Flight(Journal journal, Scope scope) {
    this.journal = journal;
    this.fair = scope.deadline().left().compareTo(FAIR) >= 0;
  }

  Journal journal() {
    return journal;
  }

  /** It has brought an answer. */
  void succeeded() {
    cutShort = false;
  }

  /**
   * It has failed; false if that says nothing of the source, because it hardly had time to answer,
   * or the one who asked was told to stop.
   */
  boolean failed(Scope scope, Fault fault) {
    boolean stopped = fault.passing() && Thread.currentThread().isInterrupted();
    boolean outOfTime = fault.passing() && scope.deadline().left().toMillis() <= TIMER_MILLIS;
    cutShort = stopped || outOfTime;
    return !stopped && (fair || !outOfTime);
  }

  /** Whether it ended for want of time: who waited for it may have more, and ask again at once. */
  boolean wasCutShort() {
    return cutShort;
  }

  /** Lets everybody go on. */
  void end() {
    landed.countDown();
  }

  /** Waits for its end; false if the scope's time is over first. */
  boolean await(Scope scope) {
    try {
      return landed.await(scope.deadline().left().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
