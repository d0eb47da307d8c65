package dev.gabion.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Text to bytes and back where nothing is replaced on the way: what comes back another way was not
 * UTF-8 (RFC 3629).
 */
final class Utf8 {
  private Utf8() {}

  /**
   * The bytes of a text.
   *
   * @throws IllegalArgumentException if it has half a character, which has no bytes
   */
  static byte[] bytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (!new String(bytes, StandardCharsets.UTF_8).equals(text)) {
      throw new IllegalArgumentException("A text has a lone surrogate, which UTF-8 cannot write.");
    }
    return bytes;
  }

  /**
   * The text of bytes.
   *
   * @throws Refused for {@code otherwise}, if they are not UTF-8
   */
  static String text(byte[] bytes, Refused.Reason otherwise) throws Refused {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
      throw Refused.because(otherwise);
    }
    return text;
  }

  /**
   * The text of a plaintext; wipes the bytes.
   *
   * @throws Refused if they are not UTF-8
   */
  static String consume(byte[] plaintext) throws Refused {
    try {
      return text(plaintext, Refused.Reason.PLAINTEXT_FORM);
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }
}
