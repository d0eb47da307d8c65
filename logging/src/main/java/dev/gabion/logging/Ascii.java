package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** What kinds of ASCII characters there are, and words of them in bytes. */
final class Ascii {
  private Ascii() {}

  static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  static boolean isUpper(byte b) {
    return b >= 'A' && b <= 'Z';
  }

  static boolean isLetter(byte b) {
    return (b | 0x20) >= 'a' && (b | 0x20) <= 'z';
  }

  static boolean isWord(byte b) {
    return isDigit(b) || isLetter(b);
  }

  /** Of base64 and base64url without padding, RFC 4648 sections 4 and 5. */
  static boolean isBase64(byte b) {
    return isWord(b) || b == '+' || b == '/' || b == '-' || b == '_';
  }

  /** Whether a word stands here; where {@code anyCase}, it is given in lower case. */
  static boolean isAt(Reading text, int at, String word, boolean anyCase) {
    if (at < 0 || at + word.length() > text.size) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      byte b = text.bytes[at + i];
      if ((anyCase && isLetter(b) ? b | 0x20 : b) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  static String text(Reading text, int from, int to) {
    return new String(text.bytes, from, to - from, US_ASCII);
  }
}
