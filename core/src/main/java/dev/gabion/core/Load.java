package dev.gabion.core;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What this environment has under way: the bytes of all events at once, and the messages whose
 * logic runs on after they were cut off. Beyond either bound an event is refused.
 *
 * <p>A refusal that its sender can read takes an event that was opened. Those that are opened only
 * to be refused are so one after another, so that all of them take no more room than one.
 */
final class Load {
  private final int bytesAllowed;
  private final int overdueAllowed;
  private final Semaphore refusing = new Semaphore(1);
  private long bytes;
  private int overdue;

  Load(Limits limits) {
    this.bytesAllowed = limits.of(Limits.Bound.BYTES_IN_FLIGHT);
    this.overdueAllowed = limits.of(Limits.Bound.OVERDUE);
  }

  /** The room that one event takes, until it is closed. */
  final class Share implements AutoCloseable {
    private final int size;
    private final @Nullable Rejection refusal;

    private Share(int size, @Nullable Rejection refusal) {
      this.size = size;
      this.refusal = refusal;
    }

    /** What the event is refused with once it is open, or null: there is room for it. */
    @Nullable Rejection refusal() {
      return refusal;
    }

    @Override
    public void close() {
      if (refusal == null) {
        give(size);
      } else {
        refusing.release();
      }
    }
  }

  /**
   * Takes room for an event; waits for its turn if it is to be refused.
   *
   * @throws Rejection if its turn has not come when its time is spent
   */
  Share take(int size, Deadline deadline) throws InterruptedException {
    String full = tryTake(size);
    if (full == null) {
      return new Share(size, null);
    }
    if (!refusing.tryAcquire(deadline.left().toMillis(), TimeUnit.MILLISECONDS)) {
      throw Rejection.of(Rejection.Code.UNAVAILABLE, full);
    }
    String still = tryTake(size);
    if (still == null) {
      refusing.release();
      return new Share(size, null);
    }
    return new Share(size, Rejection.of(Rejection.Code.UNAVAILABLE, still));
  }

  /** Takes room if there is any; else says what is exceeded. One event alone always has room. */
  private synchronized @Nullable String tryTake(int size) {
    if (overdue > overdueAllowed) {
      return "overdue";
    }
    if (bytes > 0 && bytes + size > bytesAllowed) {
      return "bytes-in-flight";
    }
    bytes += size;
    return null;
  }

  private synchronized void give(int size) {
    bytes -= size;
  }

  /** A message was cut off, and its logic runs on. */
  synchronized void overdue() {
    overdue++;
  }

  /** Logic that was cut off has come back. */
  synchronized void returned() {
    overdue--;
  }
}
