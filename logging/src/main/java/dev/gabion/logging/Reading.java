package dev.gabion.logging;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A line as it reads once escapes are undone, and where in the line each byte comes from. */
final class Reading {
  final byte[] bytes;
  final int size;

  /** For each byte where its source begins, and the end of the line; null if it is the line. */
  private final int @Nullable [] origins;

  private Reading(byte[] bytes, int size, int @Nullable [] origins) {
    this.bytes = bytes;
    this.size = size;
    this.origins = origins;
  }

  /** A line as it stands. */
  static Reading of(byte[] line) {
    return new Reading(line, line.length, null);
  }

  /** Where in the line the byte at {@code index} begins. */
  int from(int index) {
    return origins == null ? index : origins[index];
  }

  /** Where in the line ends what the bytes before {@code index} were read from. */
  int to(int index) {
    if (origins == null || index == 0) {
      return index;
    }
    int next = index;
    while (next < size && origins[next] == origins[index - 1]) {
      next++; // another byte of the same escape
    }
    return origins[next];
  }

  /** The same without the escapes of JSON (RFC 8259 section 7); null if there are none. */
  @Nullable Reading withoutJsonEscapes() {
    return without((byte) '\\');
  }

  /** The same without percent-encoding (RFC 3986 section 2.1); null if there is none. */
  @Nullable Reading withoutPercentEncoding() {
    return without((byte) '%');
  }

  /** One loop over local variables: the managed runtime compiles it once, and simply. */
  private @Nullable Reading without(byte sign) {
    byte[] written = bytes;
    int[] known = origins;
    int end = size;
    byte[] read = new byte[end];
    int[] sources = new int[end + 1];
    int count = 0;
    int i = 0;
    boolean any = false;
    while (i < end) {
      int source = known == null ? i : known[i];
      byte b = written[i];
      long escape = b != sign ? 0 : sign == '%' ? percent(i) : json(i);
      if (escape == 0) {
        sources[count] = source;
        read[count++] = b;
        i++;
      } else {
        int start = count;
        count = sign == '%' ? octet(read, count, (byte) escape) : utf8(read, count, (int) escape);
        Arrays.fill(sources, start, count, source);
        i += (int) (escape >>> 32);
        any = true;
      }
    }
    sources[count] = from(end);
    return any ? new Reading(read, count, sources) : null;
  }

  /** The length of the escape at {@code i} and, below it, what it stands for; 0 if it is none. */
  private long json(int i) {
    if (i + 1 == size) {
      return 0;
    }
    int plain =
        switch (bytes[i + 1]) {
          case '"', '\\', '/', '\'' -> bytes[i + 1];
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          default -> -1;
        };
    if (plain >= 0) {
      return escape(2, plain);
    }
    int unit = unit(i);
    if (unit < 0) {
      return 0;
    }
    int low = Character.isHighSurrogate((char) unit) ? unit(i + 6) : -1;
    return low >= 0 && Character.isLowSurrogate((char) low)
        ? escape(12, Character.toCodePoint((char) unit, (char) low))
        : escape(6, unit);
  }

  /** The UTF-16 unit that is escaped by its number at {@code i}, or -1. */
  private int unit(int i) {
    if (i + 6 > size || bytes[i] != '\\' || bytes[i + 1] != 'u') {
      return -1;
    }
    int high = hexadecimal(i + 2);
    int low = hexadecimal(i + 4);
    return high < 0 || low < 0 ? -1 : high << 8 | low;
  }

  /** As {@link #json}, of an octet. */
  private long percent(int i) {
    int octet = i + 3 <= size ? hexadecimal(i + 1) : -1;
    return octet < 0 ? 0 : escape(3, octet);
  }

  private static long escape(int length, int plain) {
    return (long) length << 32 | plain;
  }

  /** The octet that two hexadecimal digits stand for, or -1. */
  private int hexadecimal(int i) {
    int high = Character.digit(bytes[i], 16);
    int low = Character.digit(bytes[i + 1], 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  private static int octet(byte[] read, int count, byte octet) {
    read[count] = octet;
    return count + 1;
  }

  /** In UTF-8; half a surrogate pair in the same way, since it can match nothing. */
  private static int utf8(byte[] read, int count, int code) {
    int next = count;
    if (code < 0x80) {
      read[next++] = (byte) code;
    } else if (code < 0x800) {
      read[next++] = (byte) (0xC0 | (code >> 6));
      read[next++] = trailing(code);
    } else if (code < 0x10000) {
      read[next++] = (byte) (0xE0 | (code >> 12));
      read[next++] = trailing(code >> 6);
      read[next++] = trailing(code);
    } else {
      read[next++] = (byte) (0xF0 | (code >> 18));
      read[next++] = trailing(code >> 12);
      read[next++] = trailing(code >> 6);
      read[next++] = trailing(code);
    }
    return next;
  }

  private static byte trailing(int code) {
    return (byte) (0x80 | (code & 0x3F));
  }
}
