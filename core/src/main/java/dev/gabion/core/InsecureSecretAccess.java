package dev.gabion.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.util.Arrays;

/**
 * The one way to read a secret. Insecure, because what is read is no longer guarded: find every use
 * by this class's name, and look at where its result goes.
 */
public final class InsecureSecretAccess {
  private InsecureSecretAccess() {}

  /** A copy of the bytes; wipe it after use. */
  public static byte[] bytes(SecretValue value) {
    return value.read(byte[]::clone);
  }

  /**
   * The secret as characters, for libraries that take {@code char[]}; wipe them after use.
   *
   * @throws IllegalArgumentException if the bytes are not UTF-8
   */
  public static char[] chars(SecretValue value) {
    return value.read(InsecureSecretAccess::decode);
  }

  private static char[] decode(byte[] utf8) {
    char[] chars = new char[utf8.length]; // never more characters than bytes
    CharBuffer decoded = CharBuffer.wrap(chars);
    try {
      CoderResult result = UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8), decoded, true);
      if (result.isError()) {
        throw new IllegalArgumentException("The secret is not UTF-8: read its bytes instead.");
      }
      return Arrays.copyOf(chars, decoded.position());
    } finally {
      Arrays.fill(chars, '\0');
    }
  }

  /**
   * The secret as text, for libraries that take nothing else: it stays in memory until it is
   * collected, and prints.
   *
   * @throws IllegalArgumentException if the bytes are not UTF-8
   */
  public static String text(SecretValue value) {
    char[] chars = chars(value);
    try {
      return new String(chars);
    } finally {
      Arrays.fill(chars, '\0');
    }
  }
}
