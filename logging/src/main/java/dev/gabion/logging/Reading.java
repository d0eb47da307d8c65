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
    Undone undone = new Undone();
    int i = 0;
    while (i < size) {
      int length = bytes[i] == '\\' && i + 1 < size ? jsonEscape(i, undone) : 0;
      if (length == 0) {
        undone.keep(i++);
      }
      i += length;
    }
    return undone.reading();
  }

  /** Undoes the escape at {@code i} and gives its length; 0 if it is none. */
  private int jsonEscape(int i, Undone undone) {
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
      undone.put(i, (byte) plain);
      return 2;
    }
    int unit = unit(i);
    if (unit < 0) {
      return 0;
    }
    int low = Character.isHighSurrogate((char) unit) ? unit(i + 6) : -1;
    if (low >= 0 && Character.isLowSurrogate((char) low)) {
      undone.character(i, Character.toCodePoint((char) unit, (char) low));
      return 12;
    }
    undone.character(i, unit);
    return 6;
  }

  /** The UTF-16 unit that is escaped by its number at {@code i}, or -1. */
  private int unit(int i) {
    if (i + 6 > size || bytes[i] != '\\' || bytes[i + 1] != 'u') {
      return -1;
    }
    int high = octet(i + 2);
    int low = octet(i + 4);
    return high < 0 || low < 0 ? -1 : high << 8 | low;
  }

  /** The same without percent-encoding (RFC 3986 section 2.1); null if there is none. */
  @Nullable Reading withoutPercentEncoding() {
    Undone undone = new Undone();
    for (int i = 0; i < size; i++) {
      int octet = bytes[i] == '%' && i + 3 <= size ? octet(i + 1) : -1;
      if (octet < 0) {
        undone.keep(i);
      } else {
        undone.put(i, (byte) octet);
        i += 2;
      }
    }
    return undone.reading();
  }

  /** The octet that two hexadecimal digits stand for, or -1. */
  private int octet(int i) {
    int high = Character.digit(bytes[i], 16);
    int low = Character.digit(bytes[i + 1], 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  /** Gathers what is read; never more bytes than there were. */
  private final class Undone {
    private final byte[] read = new byte[size];
    private final int[] sources = new int[size + 1];
    private int count;
    private boolean any;

    void keep(int i) {
      sources[count] = from(i);
      read[count++] = bytes[i];
    }

    void put(int i, byte plain) {
      sources[count] = from(i);
      read[count++] = plain;
      any = true;
    }

    /** In UTF-8; half a surrogate pair in the same way, since it can match nothing. */
    void character(int i, int code) {
      if (code < 0x80) {
        put(i, (byte) code);
      } else if (code < 0x800) {
        put(i, (byte) (0xC0 | code >> 6));
        put(i, (byte) (0x80 | (code & 0x3F)));
      } else {
        if (code < 0x10000) {
          put(i, (byte) (0xE0 | code >> 12));
        } else {
          put(i, (byte) (0xF0 | code >> 18));
          put(i, (byte) (0x80 | (code >> 12 & 0x3F)));
        }
        put(i, (byte) (0x80 | (code >> 6 & 0x3F)));
        put(i, (byte) (0x80 | (code & 0x3F)));
      }
    }

    @Nullable Reading reading() {
      if (!any) {
        return null;
      }
      sources[count] = from(size);
      return new Reading(read, count, Arrays.copyOf(sources, count + 1));
    }
  }
}
