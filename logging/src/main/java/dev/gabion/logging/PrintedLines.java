package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes printed lines harmless to whoever reads them: none colours a terminal, hides or turns text
 * around, ends a line unseen, or passes for an audit event.
 *
 * <p>Control, bidirectional and zero-width characters are written by their numbers in the way of
 * JSON, so that a text in a line of JSON stays the same text. Line feeds, with a carriage return
 * before them or not, and tabs are what they are.
 */
final class PrintedLines {
  /** What stands before the first brace of a line that would pass for one of ours. */
  static final String MARK = "printed: ";

  private static final byte[] MARKED = MARK.getBytes(US_ASCII);

  private static final byte[] CLASS = "class_uid".getBytes(US_ASCII);
  private static final byte[] PRODUCT = "Gabion".getBytes(US_ASCII);
  private static final byte[] MEMBER = ExportedLine.MEMBER.getBytes(US_ASCII);

  /** What is longer may be printed in pieces, and then read as something else. */
  private static final int LONGEST = 128 * 1024;

  private PrintedLines() {}

  /** The lines, or themselves where there is nothing in them. */
  static byte[] tamed(byte[] lines) {
    byte[] plain = escaped(lines);
    return marked(plain);
  }

  private static byte[] escaped(byte[] lines) {
    ByteArrayOutputStream escaped = null;
    int kept = 0;
    for (int i = 0; i < lines.length; i++) {
      byte b = lines[i];
      if (b < ' ' || b == 0x7F) {
        int length = lengthOfHostile(lines, i);
        if (length > 0) {
          escaped = escaped == null ? new ByteArrayOutputStream(lines.length + 32) : escaped;
          escaped.write(lines, kept, i - kept);
          escaped.writeBytes(
              String.format("\\u%04x", character(lines, i, length)).getBytes(US_ASCII));
          kept = i + length;
          i = kept - 1;
        }
      }
    }
    if (escaped == null) {
      return lines;
    }
    escaped.write(lines, kept, lines.length - kept);
    return escaped.toByteArray();
  }

  /** How many bytes a character has that does not stay, in UTF-8; 0 for one that does. */
  private static int lengthOfHostile(byte[] lines, int at) {
    byte b = lines[at];
    int second = at + 1 < lines.length ? lines[at + 1] & 0xFF : 0;
    int third = at + 2 < lines.length ? lines[at + 2] & 0xFF : 0;
    return switch (b) {
      case '\n', '\t' -> 0;
      case '\r' -> second == '\n' ? 0 : 1;
      case (byte) 0xC2 -> second >= 0x80 && second < 0xA0 ? 2 : 0; // U+0080 to U+009F
      case (byte) 0xD8 -> second == 0x9C ? 2 : 0; // U+061C
      case (byte) 0xE2 -> // U+200B to U+200F, U+2028 to U+202E, U+2060 to U+206F
          (second == 0x80 && ((third >= 0x8B && third <= 0x8F) || (third >= 0xA8 && third <= 0xAE)))
                  || (second == 0x81 && third >= 0xA0 && third <= 0xAF)
              ? 3
              : 0;
      case (byte) 0xEF -> second == 0xBB && third == 0xBF ? 3 : 0; // U+FEFF
      default -> b >= 0 ? 1 : 0;
    };
  }

  private static int character(byte[] lines, int at, int length) {
    return switch (length) {
      case 1 -> lines[at];
      case 2 -> ((lines[at] & 0x1F) << 6) | (lines[at + 1] & 0x3F);
      default ->
          ((lines[at] & 0x0F) << 12) | ((lines[at + 1] & 0x3F) << 6) | (lines[at + 2] & 0x3F);
    };
  }

  /** The lines with a mark in each that would pass for an audit event, before its first brace. */
  private static byte[] marked(byte[] lines) {
    ByteArrayOutputStream marked = null;
    int kept = 0;
    int from = 0;
    while (from < lines.length) {
      int brace = -1;
      int to = from;
      while (to < lines.length && lines[to] != '\n') {
        if (brace < 0 && lines[to] == '{') {
          brace = to;
        }
        to++;
      }
      if (brace >= 0 && isForged(lines, from, brace, to)) {
        marked = marked == null ? new ByteArrayOutputStream(lines.length + 32) : marked;
        marked.write(lines, kept, brace - kept);
        marked.writeBytes(MARKED);
        kept = brace;
      }
      from = to + 1;
    }
    if (marked == null) {
      return lines;
    }
    marked.write(lines, kept, lines.length - kept);
    return marked.toByteArray();
  }

  /**
   * Whether what begins with the first brace names a class of events and us, in whatever escapes;
   * or a verifier would take the line for an event, or for what is left of one.
   */
  private static boolean isForged(byte[] lines, int from, int brace, int to) {
    if (has(lines, brace, to, CLASS) && has(lines, brace, to, PRODUCT)) {
      return true;
    }
    if (has(lines, from, to, MEMBER)
        && (to - from > LONGEST
            || ExportedLine.deceives(new String(lines, from, to - from, ISO_8859_1)))) {
      return true;
    }
    if (!has(lines, brace, to, new byte[] {'\\', 'u', '0', '0'})) {
      return false;
    }
    Reading read = read(lines, brace, to);
    return read != null
        && has(read.bytes, 0, read.size, CLASS)
        && has(read.bytes, 0, read.size, PRODUCT);
  }

  private static @Nullable Reading read(byte[] lines, int from, int to) {
    return Reading.of(Arrays.copyOfRange(lines, from, to)).withoutJsonEscapes();
  }

  private static boolean has(byte[] lines, int from, int to, byte[] word) {
    for (int i = from; i <= to - word.length; i++) {
      if (lines[i] == word[0] && lines[i + 1] == word[1] && isAt(lines, i, word)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAt(byte[] lines, int at, byte[] word) {
    for (int i = 0; i < word.length; i++) {
      if (lines[at + i] != word[i]) {
        return false;
      }
    }
    return true;
  }
}
