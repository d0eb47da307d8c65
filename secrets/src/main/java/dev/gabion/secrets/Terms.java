package dev.gabion.secrets;

import java.time.Duration;

/**
 * How long values are lent.
 *
 * @param timeToLive for how long without a refresh; a tenth of it at most is taken off, so that
 *     environments do not refresh all at once
 * @param staleIfError for how much longer while the source does not answer
 * @param entries how many secrets a store may have
 */
record Terms(Duration timeToLive, Duration staleIfError, int entries) {
  private static final Duration DAY = Duration.ofDays(1);

  static final Terms STANDARD = new Terms(Duration.ofMinutes(5), Duration.ofMinutes(30), 64);

  Terms {
    if (timeToLive.compareTo(Duration.ofSeconds(1)) < 0 || timeToLive.compareTo(DAY) > 0) {
      throw new IllegalArgumentException("A time to live is one second to one day.");
    }
    if (staleIfError.isNegative() || staleIfError.compareTo(DAY) > 0) {
      throw new IllegalArgumentException("An old value may serve for nothing to one day.");
    }
    if (entries < 1 || entries > 10_000) {
      throw new IllegalArgumentException("A store has 1 to 10,000 secrets.");
    }
  }
}
