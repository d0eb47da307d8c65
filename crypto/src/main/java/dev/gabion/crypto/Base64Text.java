package dev.gabion.crypto;

import dev.gabion.crypto.Refused.Reason;
import java.util.Base64;

/** A message as text: Base64 with its padding (RFC 4648 section 4), in the one form that it has. */
final class Base64Text {
  private Base64Text() {}

  static String of(byte[] message) {
    return Base64.getEncoder().encodeToString(message);
  }

  /**
   * The message.
   *
   * @throws Refused if the text is no Base64, or spells the same bytes in another way
   */
  static byte[] decode(String text) throws Refused {
    try {
      byte[] message = Base64.getDecoder().decode(text);
      if (of(message).equals(text)) {
        return message;
      }
    } catch (IllegalArgumentException none) {
      // Refused below.
    }
    throw Refused.because(Reason.NOT_BASE64);
  }
}
