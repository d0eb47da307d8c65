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
 * <p>Control, bidirectional and invisible characters are written by their numbers in the way of
 * JSON, so that a text in a line of JSON stays the same text. Line feeds, with a carriage return
 * before them or not, and tabs are what they are.
 */
final class PrintedLines {
  /** What stands before the first brace of a line that would pass for one of ours. */
  static final String MARK = "printed: ";

  private static final byte[] MARKED = MARK.getBytes(US_ASCII);

  /**
   * Characters that nobody sees or that turn text around, from and to: those with the property
   * Default_Ignorable_Code_Point in Unicode 17.0 (as ICU4J 78.1 has it), but for U+FE0E and U+FE0F,
   * which choose between a sign and its emoji; those that end lines or annotate them.
   */
  private static final int[] HIDDEN = {
    0xAD, 0xAD, 0x34F, 0x34F, 0x61C, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180F, 0x200B,
    0x200F, 0x2028, 0x202E, 0x2060, 0x206F, 0x3164, 0x3164, 0xFE00, 0xFE0D, 0xFEFF, 0xFEFF, 0xFFA0,
    0xFFA0, 0xFFF0, 0xFFFB, 0x1BCA0, 0x1BCA3, 0x1D173, 0x1D17A, 0xE0000, 0xE0FFF
  };

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
    int next = 0;
    for (int i = 0; i < lines.length; i = next) {
      next = i + 1;
      byte b = lines[i];
      if (b < ' ' || b == 0x7F) {
        int length = lengthOfCharacter(lines, i);
        next = i + Math.max(1, length);
        boolean breaks = b == '\r' && next < lines.length && lines[next] == '\n';
        int character = character(lines, i, length);
        if (!breaks && isHostile(character)) {
          escaped = escaped == null ? new ByteArrayOutputStream(lines.length + 32) : escaped;
          escaped.write(lines, kept, i - kept);
          for (char unit : Character.toChars(character)) {
            writeNumber(unit, escaped);
          }
          kept = next;
        }
      }
    }
    if (escaped == null) {
      return lines;
    }
    escaped.write(lines, kept, lines.length - kept);
    return escaped.toByteArray();
  }

  /** How many bytes the character that begins here has in UTF-8; 0 for what is not UTF-8. */
  private static int lengthOfCharacter(byte[] lines, int at) {
    byte b = lines[at];
    int length = b >= 0 ? 1 : (b & 0xE0) == 0xC0 ? 2 : (b & 0xF0) == 0xE0 ? 3 : 4;
    boolean begins = b >= 0 || (b >= (byte) 0xC2 && b <= (byte) 0xF4);
    for (int i = at + 1; begins && i < at + length; i++) {
      begins = i < lines.length && (lines[i] & 0xC0) == 0x80;
    }
    return begins ? length : 0;
  }

  /** The character; a harmless one for what is not UTF-8. */
  private static int character(byte[] lines, int at, int length) {
    int character = length == 0 ? '?' : length == 1 ? lines[at] : lines[at] & (0x7F >> length);
    for (int i = at + 1; i < at + length; i++) {
      character = character << 6 | (lines[i] & 0x3F);
    }
    return Character.isValidCodePoint(character) ? character : '?';
  }

  private static boolean isHostile(int character) {
    if (character < 0xA0) {
      return (character < ' ' && character != '\n' && character != '\t') || character >= 0x7F;
    }
    for (int i = 0; i < HIDDEN.length && character >= HIDDEN[i]; i += 2) {
      if (character <= HIDDEN[i + 1]) {
        return true;
      }
    }
    return false;
  }

  private static void writeNumber(char unit, ByteArrayOutputStream escaped) {
    escaped.write('\\');
    escaped.write('u');
    for (int shift = 12; shift >= 0; shift -= 4) {
      escaped.write(Character.forDigit(unit >> shift & 0xF, 16));
    }
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
