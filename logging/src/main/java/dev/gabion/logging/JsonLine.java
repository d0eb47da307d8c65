package dev.gabion.logging;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object of bounded size that no text in it can get out of, into a buffer that is
 * used again for the next.
 *
 * <p>Every byte is a printable ASCII character: line breaks, terminal escapes, bidirectional and
 * zero-width characters and all other text beyond ASCII are escaped by their number. Half a
 * surrogate pair becomes the replacement character, since strict readers refuse the whole line for
 * it (RFC 8259 section 8.2).
 *
 * <p>A text that is too long is cut and then ends in an ellipsis. Lists ask {@link #takes} before
 * each element; the room that they may not use holds what is written after them. Names are our own
 * and are written as they are, but those of {@link #foreign}.
 */
final class JsonLine {
  /** The longest line, its line break included. */
  static final int LINE_BYTES = 256 * 1024;

  /** The longest text, in UTF-16 units: as long as the longest note of a call. */
  static final int TEXT = 1_024;

  /** The longest text of a brief line, in UTF-16 units. */
  static final int BRIEF_TEXT = 128;

  /** The longest name that is not our own, in UTF-16 units. */
  static final int NAME = 128;

  /** Room for what follows the lists: the end of the object, and its place in a chain. */
  private static final int RESERVE = 8 * 1024;

  private static final int USUAL = 8 * 1024;
  private static final int ESCAPED = "\\uXXXX".length();

  private byte[] bytes = new byte[USUAL];
  private int size;
  private int depth;

  /** One bit for each level of depth: whether it is an array. */
  private long arrays;

  private int longestText;
  private int listsEnd;
  private boolean truncated;
  private int omitted;

  /** Begins an object; brief ones have short texts and no lists, and count as truncated. */
  JsonLine start(boolean brief) {
    if (bytes.length > 8 * USUAL) {
      bytes = new byte[USUAL];
    }
    size = 0;
    depth = 0;
    arrays = 0;
    longestText = brief ? BRIEF_TEXT : TEXT;
    listsEnd = brief ? 0 : LINE_BYTES - RESERVE;
    truncated = brief;
    omitted = 0;
    open('{', 0);
    return this;
  }

  /** Begins as many lines do, within an object of the object. */
  void open(Opening opening) {
    int length = opening.length();
    room(length);
    System.arraycopy(opening.bytes(), 0, bytes, 0, length);
    size = length;
    depth = 2;
    truncated |= opening.truncated();
  }

  JsonLine object(String name) {
    name(name);
    open('{', 0);
    return this;
  }

  JsonLine array(String name) {
    name(name);
    open('[', 1);
    return this;
  }

  /** Opens a list within a list. */
  JsonLine array() {
    separate(1);
    open('[', 1);
    return this;
  }

  JsonLine element() {
    separate(1);
    open('{', 0);
    return this;
  }

  JsonLine end() {
    room(1);
    bytes[size++] = (byte) ((arrays & 1) == 1 ? ']' : '}');
    arrays >>>= 1;
    depth--;
    return this;
  }

  private void open(char bracket, long array) {
    room(1);
    bytes[size++] = (byte) bracket;
    arrays = arrays << 1 | array;
    depth++;
  }

  /** Writes a text; nothing where there is none. */
  JsonLine text(String name, @Nullable String value) {
    if (value != null) {
      name(name);
      quoted(value);
    }
    return this;
  }

  /** Writes a text under a foreign name that {@link #takesName} has said yes to. */
  JsonLine foreign(String name, String value) {
    separate(0);
    quoted(name);
    room(1);
    bytes[size++] = ':';
    quoted(value);
    return this;
  }

  /** Writes a text of a list; nothing where there is none. */
  JsonLine text(@Nullable String value) {
    if (value != null) {
      separate(0);
      quoted(value);
    }
    return this;
  }

  JsonLine number(String name, long value) {
    name(name);
    digits(value);
    return this;
  }

  JsonLine number(long value) {
    separate(0);
    digits(value);
    return this;
  }

  JsonLine flag(String name, boolean value) {
    name(name);
    ascii(value ? "true" : "false");
    return this;
  }

  /** Writes a name; a comma goes before it unless it is the first of its object. */
  private void name(String name) {
    separate(name.length() + 3);
    bytes[size++] = '"';
    ascii(name);
    bytes[size++] = '"';
    bytes[size++] = ':';
  }

  /**
   * Writes a comma unless a bracket was just opened: a text ends in its quote, not in a bracket.
   */
  private void separate(int next) {
    room(next + 1);
    byte last = bytes[size - 1];
    if (last != '{' && last != '[') {
      bytes[size++] = ',';
    }
  }

  @SuppressWarnings("deprecation") // it cuts each character to a byte, and these are ASCII
  private void ascii(String text) {
    int length = text.length();
    room(length + 2);
    text.getBytes(0, length, bytes, size);
    size += length;
  }

  private void digits(long value) {
    ascii(Long.toString(value));
  }

  private void quoted(String text) {
    int length = text.length();
    if (length > longestText) {
      truncated = true;
      length = longestText;
      if (Character.isHighSurrogate(text.charAt(length - 1))) {
        length--;
      }
    }
    room(ESCAPED * (length + 1) + 2);
    byte[] to = bytes;
    int at = size;
    to[at++] = '"';
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x7F && c != '"' && c != '\\') {
        to[at++] = (byte) c;
      } else {
        at = escape(half(text, i, length) ? '\uFFFD' : c, to, at);
      }
    }
    if (length < text.length()) {
      at = escape('…', to, at);
    }
    to[at++] = '"';
    size = at;
  }

  /** Whether there is a surrogate without its other half at {@code i}. */
  private static boolean half(String text, int i, int length) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == length || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }

  private static int escape(char c, byte[] to, int from) {
    int at = from;
    to[at++] = '\\';
    switch (c) {
      case '"', '\\' -> to[at++] = (byte) c;
      case '\n' -> to[at++] = 'n';
      case '\r' -> to[at++] = 'r';
      case '\t' -> to[at++] = 't';
      default -> {
        to[at++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
          to[at++] = (byte) "0123456789ABCDEF".charAt(c >> shift & 0xF);
        }
      }
    }
    return at;
  }

  /** Makes sure that this many bytes, and a bracket or two, can be written. */
  private void room(int more) {
    if (bytes.length - size < more + 2) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more + 2));
    }
  }

  /** Whether there is room for an element of this text; if not, it counts as omitted. */
  boolean takes(String text) {
    return takes(text, "");
  }

  /** Whether there is room for an element of these texts; if not, it counts as omitted. */
  boolean takes(String text, String other) {
    int most = 64 + ESCAPED * (cut(text) + cut(other));
    boolean room = size + most <= listsEnd;
    if (!room) {
      omit();
    }
    return room;
  }

  private int cut(String text) {
    return Math.min(text.length(), longestText + 1);
  }

  /** Whether a foreign text can be a name as it is, uncut, so that no two become the same. */
  boolean takesName(String name) {
    boolean fit = !name.isEmpty() && name.length() <= NAME;
    for (int i = 0; fit && i < name.length(); i++) {
      fit = !half(name, i, name.length());
    }
    if (!fit) {
      omit();
    }
    return fit;
  }

  private void omit() {
    truncated = true;
    omitted++;
  }

  /** Whether what is good to know is left out where it can be done without. */
  boolean brief() {
    return listsEnd == 0;
  }

  /** How many elements were left out so far. */
  int omitted() {
    return omitted;
  }

  /** Whether anything was cut or left out so far. */
  boolean truncated() {
    return truncated;
  }

  /** The number of bytes so far. */
  int size() {
    return size;
  }

  /** Writes ASCII behind the first {@code place} bytes; all that stands there moves on. */
  void insert(int place, String ascii) {
    int length = ascii.length();
    int end = size;
    room(length);
    System.arraycopy(bytes, place, bytes, place + length, end - place);
    size = place;
    ascii(ascii);
    size = end + length;
  }

  /** Ends whatever is open. */
  JsonLine finish() {
    while (depth > 0) {
      end();
    }
    return this;
  }

  /** Takes back the last brackets, so that the object before them can be continued. */
  JsonLine reopen(int levels) {
    for (int i = 1; i <= levels; i++) {
      if (bytes[size - i] != '}') {
        throw new IllegalStateException("A line does not end in as many objects as it should.");
      }
    }
    size -= levels;
    depth = levels;
    arrays = 0;
    return this;
  }

  /** Takes the place of what was written. */
  JsonLine replace(byte[] whole) {
    size = 0;
    room(whole.length);
    System.arraycopy(whole, 0, bytes, 0, whole.length);
    size = whole.length;
    return this;
  }

  /** Whether it begins with these bytes. */
  boolean begins(byte[] with) {
    return size >= with.length && Arrays.equals(bytes, 0, with.length, with, 0, with.length);
  }

  /** Hands what was written from {@code from} on to a digest. */
  void addTo(MessageDigest digest, int from) {
    digest.update(bytes, from, size - from);
  }

  /** A copy of what was written. */
  byte[] copy() {
    return Arrays.copyOf(bytes, size);
  }

  /** Hands what was written, and a line break, to where lines go. */
  void writeTo(Lines lines) throws IOException {
    room(1);
    bytes[size] = '\n';
    lines.write(bytes, size + 1);
  }
}
