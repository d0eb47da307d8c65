package dev.gabion.secrets;

import dev.gabion.core.SecretValue;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/**
 * Makes passwords of a declared length and alphabet, each that fits as likely as any other.
 *
 * <pre>{@code
 * RandomPassword.letters(32).next()
 * RandomPassword.of(24, "abcdefghijkmnpqrstuvwxyz", "23456789", "-_.~").next()  // some of each
 * }</pre>
 */
public final class RandomPassword {
  private static final String LOWER = "abcdefghijklmnopqrstuvwxyz";
  private static final String UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String DIGITS = "0123456789";

  /** What nobody guesses, however fast. */
  private static final int BITS = 128;

  private final int length;
  private final List<String> kinds;
  private final String alphabet;

  private RandomPassword(int length, List<String> kinds) {
    this.length = length;
    this.kinds = kinds;
    this.alphabet = String.join("", kinds);
  }

  /**
   * Passwords of letters and digits with at least one capital letter, one small letter and one
   * digit: nothing that a connection string or a shell would take for something else.
   *
   * @param length 22 or more
   * @throws IllegalArgumentException if it is less, which is fewer than 128 random bits
   */
  public static RandomPassword letters(int length) {
    return of(length, LOWER, UPPER, DIGITS);
  }

  /**
   * Passwords with at least one character of each kind.
   *
   * @param kinds the characters of each kind: visible ASCII, each once in all of them
   * @throws IllegalArgumentException if there is another character or one twice, or if a password
   *     of this length has fewer than 128 random bits
   */
  public static RandomPassword of(int length, String... kinds) {
    RandomPassword made = new RandomPassword(length, List.of(kinds));
    long different = made.alphabet.chars().filter(c -> c > ' ' && c <= '~').distinct().count();
    if (made.kinds.stream().anyMatch(String::isEmpty) || different != made.alphabet.length()) {
      throw new IllegalArgumentException(
          "A kind has visible ASCII characters, and none that is there already.");
    }
    if (length * Math.log((double) different) / Math.log(2) < BITS) {
      throw new IllegalArgumentException(
          "So short a password of so few characters can be guessed: take 128 bits or more, such as"
              + " 22 letters and digits.");
    }
    return made;
  }

  /** A new password; the caller closes it. */
  public SecretValue next() {
    SecureRandom random = new SecureRandom(); // none is kept: a snapshot would share it
    byte[] password = new byte[length];
    try {
      do {
        fill(password, random);
      } while (!hasEachKind(password));
      return SecretValue.copyOf(password);
    } finally {
      Arrays.fill(password, (byte) 0);
    }
  }

  /** Random bytes beyond the last whole multiple of the alphabet's size would favour its start. */
  private void fill(byte[] password, SecureRandom random) {
    byte[] characters = alphabet.getBytes(StandardCharsets.US_ASCII);
    int fair = 256 - 256 % characters.length;
    byte[] drawn = new byte[2 * length];
    for (int filled = 0; filled < length; ) {
      random.nextBytes(drawn);
      for (int i = 0; i < drawn.length && filled < length; i++) {
        int number = drawn[i] & 0xFF;
        if (number < fair) {
          password[filled++] = characters[number % characters.length];
        }
      }
    }
    Arrays.fill(drawn, (byte) 0);
  }

  private boolean hasEachKind(byte[] password) {
    for (String kind : kinds) {
      boolean has = false;
      for (byte character : password) {
        has |= kind.indexOf(character) >= 0;
      }
      if (!has) {
        return false;
      }
    }
    return true;
  }
}
