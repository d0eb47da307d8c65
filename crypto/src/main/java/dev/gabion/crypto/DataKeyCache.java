package dev.gabion.crypto;

import java.time.Duration;

/**
 * How long and for how much one data key is used before KMS is asked for another; every bound holds
 * at once, and on both sides: keys to encrypt with and keys to decrypt with.
 *
 * <p>What caching costs: for as long as {@link #maxAge} says, a message still opens although its
 * KMS key was disabled or the role has lost its permission; and CloudTrail shows one call for many
 * messages, so the audit trail of this environment is what shows each. {@code
 * EnvelopeCipher.uncached()} asks KMS for every message instead.
 *
 * <p>A data key is never shared by two tenants, encryption contexts, algorithm suites or ciphers. A
 * context with a pair that is another for every message, such as an order's number, makes each
 * message ask KMS.
 *
 * <p>Never changes: every choice gives a copy.
 */
public final class DataKeyCache {
  /**
   * The most messages that the Encryption SDK lets one data key encrypt: each message's own key is
   * derived from it with a random message id ("Caching Cryptographic Materials Manager", "Limit
   * Messages").
   */
  static final long MOST_MESSAGES = 1L << 32;

  /** What is older than a day is no cache. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private static final DataKeyCache STANDARD =
      new DataKeyCache(Duration.ofMinutes(5), 1_000, 256L << 20, 1_000);

  private final Duration maxAge;
  private final long maxMessages;
  private final long maxBytes;
  private final int maxKeys;

  private DataKeyCache(Duration maxAge, long maxMessages, long maxBytes, int maxKeys) {
    this.maxAge = maxAge;
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
    this.maxKeys = maxKeys;
  }

  /** Five minutes, 1,000 messages and 256 MiB for each data key; 1,000 data keys on each side. */
  public static DataKeyCache standard() {
    return STANDARD;
  }

  /**
   * Takes another age, counted from the moment that KMS was asked; for so long a revoked KMS key
   * still opens messages.
   *
   * @throws IllegalArgumentException if it is below a second or above a day
   */
  public DataKeyCache maxAge(Duration other) {
    if (other.compareTo(Duration.ofSeconds(1)) < 0 || other.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("A data key's age is between a second and a day.");
    }
    return new DataKeyCache(other, maxMessages, maxBytes, maxKeys);
  }

  /**
   * Takes another number of messages for one data key.
   *
   * @throws IllegalArgumentException if it is below 1 or above 2^32
   */
  public DataKeyCache maxMessages(long other) {
    if (other < 1 || other > MOST_MESSAGES) {
      throw new IllegalArgumentException(
          "One data key is for 1 to 2^32 messages: more is not safe with AES-GCM.");
    }
    return new DataKeyCache(maxAge, other, maxBytes, maxKeys);
  }

  /**
   * Takes another number of bytes for one data key; a message that is larger alone has a data key
   * of its own.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public DataKeyCache maxBytes(long other) {
    if (other < 1) {
      throw new IllegalArgumentException("A data key is for one byte at least.");
    }
    return new DataKeyCache(maxAge, maxMessages, other, maxKeys);
  }

  /**
   * Takes another number of data keys to be held at once on each side; when it is reached, the
   * oldest is wiped.
   *
   * @throws IllegalArgumentException if it is below 1 or above 100,000
   */
  public DataKeyCache maxKeys(int other) {
    if (other < 1 || other > 100_000) {
      throw new IllegalArgumentException("A cache holds 1 to 100,000 data keys.");
    }
    return new DataKeyCache(maxAge, maxMessages, maxBytes, other);
  }

  Duration maxAge() {
    return maxAge;
  }

  long maxMessages() {
    return maxMessages;
  }

  long maxBytes() {
    return maxBytes;
  }

  int maxKeys() {
    return maxKeys;
  }

  /** Says the bounds. */
  @Override
  public String toString() {
    return maxAge.toSeconds() + " s, " + maxMessages + " messages, " + maxBytes + " bytes";
  }
}
