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
  /** What is left to the path once work has run out of time. */
  private static final Duration RESERVE = Duration.ofMillis(100);

  private final long budgetMillis;
  private final LongSupplier wallMillis;
  private final LongSupplier monotonicNanos;
  private final long wallStart;
  private final long monotonicStart;

  private Deadline(long budgetMillis, LongSupplier wallMillis, LongSupplier monotonicNanos) {
    this.budgetMillis = budgetMillis;
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
    return new Deadline(Math.max(0, budget.toMillis()), wallMillis, monotonicNanos);
  }

  /** The time that is left; zero once it has passed, never negative. */
  public Duration remaining() {
    long wall = wallMillis.getAsLong() - wallStart;
    long monotonic = (monotonicNanos.getAsLong() - monotonicStart) / 1_000_000;
    return Duration.ofMillis(Math.max(0, budgetMillis - Math.max(wall, monotonic)));
  }

  /**
   * The time that work may still take: what remains, less 100 ms in which an outcome is recorded
   * and a reply written. Zero once that has passed, never negative.
   */
  public Duration left() {
    Duration left = remaining().minus(RESERVE);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Whether no time is left. */
  public boolean passed() {
    return remaining().isZero();
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
