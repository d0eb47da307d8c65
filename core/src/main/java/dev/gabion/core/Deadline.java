package dev.gabion.core;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The moment by which an invocation must have answered.
 *
 * <p>Elapsed time is the larger of wall clock and monotonic clock: the monotonic one may stand
 * still while an execution environment is frozen, and the wall clock may be set back.
 */
public final class Deadline {
  private final long budgetMillis;
  private final int reserveMillis;
  private final LongSupplier wallMillis;
  private final LongSupplier monotonicNanos;
  private final long wallStart;
  private final long monotonicStart;

  private Deadline(
      long budgetMillis, int reserveMillis, LongSupplier wallMillis, LongSupplier monotonicNanos) {
    this.budgetMillis = budgetMillis;
    this.reserveMillis = reserveMillis;
    this.wallMillis = wallMillis;
    this.monotonicNanos = monotonicNanos;
    this.wallStart = wallMillis.getAsLong();
    this.monotonicStart = monotonicNanos.getAsLong();
  }

  /** Starts a deadline that ends after {@code budget} from now. */
  public static Deadline in(Duration budget) {
    return in(budget, System::currentTimeMillis, System::nanoTime);
  }

  /**
   * The same by other clocks than the system's, for tests that move them by hand.
   *
   * @param wallMillis such as {@link System#currentTimeMillis}
   * @param monotonicNanos such as {@link System#nanoTime}
   */
  public static Deadline in(Duration budget, LongSupplier wallMillis, LongSupplier monotonicNanos) {
    int reserve = Limits.Bound.RECORDING_MILLIS.byDefault();
    return new Deadline(Math.max(0, budget.toMillis()), reserve, wallMillis, monotonicNanos);
  }

  /** An invocation's own, by what its handler keeps for recording. */
  static Deadline of(
      int budgetMillis, Limits limits, LongSupplier wallMillis, LongSupplier monotonicNanos) {
    int reserve = limits.of(Limits.Bound.RECORDING_MILLIS);
    return new Deadline(Math.max(0, budgetMillis), reserve, wallMillis, monotonicNanos);
  }

  /** The time that is left; zero once it has passed, never negative. */
  public Duration remaining() {
    return Duration.ofMillis(remainingMillis());
  }

  private long remainingMillis() {
    long wall = wallMillis.getAsLong() - wallStart;
    long monotonic = (monotonicNanos.getAsLong() - monotonicStart) / 1_000_000;
    return Math.max(0, budgetMillis - Math.max(wall, monotonic));
  }

  /**
   * The time that work may still take: what remains, less what is kept to record an outcome and
   * write a reply, which is 100 ms unless {@link Limits.Bound#RECORDING_MILLIS} says otherwise.
   * Zero once that has passed, never negative.
   */
  public Duration left() {
    return Duration.ofMillis(Math.max(0, remainingMillis() - reserveMillis));
  }

  /** Whether work may take no more time. */
  boolean isSpent() {
    return remainingMillis() <= reserveMillis;
  }

  /** The time until whoever is not back is cut off: half of what is kept is left then. */
  long cutInMillis() {
    return remainingMillis() - reserveMillis / 2;
  }

  /** Whether no time is left. */
  public boolean passed() {
    return remainingMillis() == 0;
  }

  /**
   * Whether this passes before a moment that is given on both clocks, told without reading them:
   * what is good until then is good for the whole invocation.
   */
  public boolean passesBefore(long wallMoment, long monotonicMoment) {
    return wallStart + budgetMillis < wallMoment
        && monotonicStart + budgetMillis * 1_000_000 - monotonicMoment < 0;
  }
}
