package dev.gabion.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one field of a secret that is a JSON object (RFC 8259) straight from its bytes: nothing of
 * the secret is copied but that field. A parser's buffers, tables of names and messages would each
 * keep more of it.
 */
final class SecretJson {
  private static final int DEPTH = 64;

  /** Stands for every way in which a text is not what it should be; says nothing of it. */
  private static final class Unfit extends Exception {
    private static final long serialVersionUID = 1;

    Unfit() {
      super(null, null, false, false);
    }
  }

  private final byte[] json;
  private int at;

  /** Where the value of the wanted field begins and ends. */
  private int from = -1;

  private int to;

  /** Where names and values of the texts at the top begin and end, four numbers for each. */
  private final List<int[]> texts = new ArrayList<>();

  private SecretJson(byte[] json) {
    this.json = json;
  }

  /**
   * The field's bytes, a copy.
   *
   * @throws IllegalArgumentException if there is not exactly one such field, or anything else about
   *     the text is wrong; without anything of the secret
   */
  static byte[] field(byte[] json, String name) {
    try {
      SecretJson reader = new SecretJson(json);
      reader.find(name);
      return reader.text(reader.from, reader.to);
    } catch (Unfit unfit) {
      throw refusal(name);
    }
  }

  /**
   * A copy of an object in the object, as it is written.
   *
   * @throws IllegalArgumentException as {@link #field} does
   */
  static byte[] object(byte[] json, String name) {
    try {
      SecretJson reader = new SecretJson(json);
      reader.read(name.getBytes(UTF_8));
      if (reader.from < 0 || json[reader.from] != '{') {
        throw new Unfit();
      }
      return Arrays.copyOfRange(json, reader.from, reader.to);
    } catch (Unfit unfit) {
      throw refusal(name);
    }
  }

  /** Lends the texts at the top of an object; none if this is not one object. */
  static void eachText(byte[] json, BiConsumer<String, byte[]> visitor) {
    SecretJson reader = new SecretJson(json);
    try {
      reader.read(null);
    } catch (Unfit unfit) {
      return;
    }
    for (int[] text : reader.texts) {
      try {
        String name = new String(reader.text(text[0], text[1]), UTF_8);
        byte[] value = reader.text(text[2], text[3]);
        visitor.accept(name, value);
        Arrays.fill(value, (byte) 0);
      } catch (Unfit unfit) {
        // Half a character: nobody reads it as a text.
      }
    }
  }

  /**
   * A copy of the whole, but for the field, whose value becomes a text.
   *
   * @throws IllegalArgumentException as {@link #field} does
   */
  static byte[] with(byte[] json, String name, byte[] utf8) {
    byte[] quoted = quoted(utf8);
    try {
      SecretJson reader = new SecretJson(json);
      reader.find(name);
      int rest = json.length - reader.to;
      byte[] changed = Arrays.copyOf(json, reader.from + quoted.length + rest);
      System.arraycopy(quoted, 0, changed, reader.from, quoted.length);
      System.arraycopy(json, reader.to, changed, reader.from + quoted.length, rest);
      return changed;
    } catch (Unfit unfit) {
      throw refusal(name);
    } finally {
      Arrays.fill(quoted, (byte) 0);
    }
  }

  private static IllegalArgumentException refusal(String name) {
    return new IllegalArgumentException(
        "The secret is not a JSON object with one text, number or truth value named "
            + name
            + ": look at how it is stored.");
  }

  private static byte[] quoted(byte[] utf8) {
    byte[] room = new byte[6 * utf8.length + 2];
    int length = 0;
    room[length++] = '"';
    for (byte next : utf8) {
      if (next >= 0 && next < ' ') {
        for (char c : new char[] {'\\', 'u', '0', '0'}) {
          room[length++] = (byte) c;
        }
        room[length++] = (byte) Character.forDigit(next >> 4, 16);
        room[length++] = (byte) Character.forDigit(next & 0xF, 16);
      } else {
        if (next == '"' || next == '\\') {
          room[length++] = '\\';
        }
        room[length++] = next;
      }
    }
    room[length++] = '"';
    byte[] quoted = Arrays.copyOf(room, length);
    Arrays.fill(room, (byte) 0);
    return quoted;
  }

  /** Finds a text, number or truth value. */
  private void find(String name) throws Unfit {
    read(name.getBytes(UTF_8));
    if (from < 0 || "{[n".indexOf(json[from]) >= 0) {
      throw new Unfit();
    }
  }

  /** Reads the whole object, and finds where in it the wanted value is. */
  private void read(byte @Nullable [] wanted) throws Unfit {
    skipByteOrderMark();
    skipSpace();
    expect('{');
    skipSpace();
    if (peek() != '}') {
      member(wanted);
      while (peek() == ',') {
        at++;
        member(wanted);
      }
    }
    expect('}');
    skipSpace();
    if (at < json.length) {
      throw new Unfit();
    }
  }

  private void member(byte @Nullable [] wanted) throws Unfit {
    skipSpace();
    int name = at;
    string();
    int nameEnd = at;
    boolean found = Arrays.equals(wanted, text(name, nameEnd));
    colon();
    int value = at;
    value(1);
    if (json[value] == '"') {
      texts.add(new int[] {name, nameEnd, value, at});
    }
    if (found) {
      if (from >= 0) {
        throw new Unfit(); // twice: whoever else reads it may take the other
      }
      from = value;
      to = at;
    }
    skipSpace();
  }

  private void colon() throws Unfit {
    skipSpace();
    expect(':');
    skipSpace();
  }

  private void value(int depth) throws Unfit {
    switch (peek()) {
      case '"' -> string();
      case '{' -> members(depth, '}');
      case '[' -> members(depth, ']');
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> number();
    }
  }

  /** What is in an object or an array, up to its closing bracket. */
  private void members(int depth, int close) throws Unfit {
    if (depth == DEPTH) {
      throw new Unfit();
    }
    at++;
    skipSpace();
    if (peek() == close) {
      at++;
      return;
    }
    element(depth, close);
    while (peek() == ',') {
      at++;
      element(depth, close);
    }
    expect(close);
  }

  private void element(int depth, int close) throws Unfit {
    skipSpace();
    if (close == '}') {
      string();
      colon();
    }
    value(depth + 1);
    skipSpace();
  }

  private void string() throws Unfit {
    expect('"');
    for (int next = peek(); next != '"'; next = peek()) {
      if (next < ' ') {
        throw new Unfit();
      }
      at++;
      if (next == '\\') {
        int escaped = peek();
        at++;
        if (escaped == 'u') {
          unit(at);
          at += 4;
        } else if (escaped < 0 || "\"\\/bfnrt".indexOf(escaped) < 0) {
          throw new Unfit();
        }
      }
    }
    at++;
  }

  private void number() throws Unfit {
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits();
    }
    if (peek() == '.') {
      at++;
      digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits();
    }
  }

  private void digits() throws Unfit {
    int start = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    if (at == start) {
      throw new Unfit();
    }
  }

  private void literal(String word) throws Unfit {
    for (int i = 0; i < word.length(); i++) {
      expect(word.charAt(i));
    }
  }

  /** A copy of what has been read before: a string without its quotes and escapes. */
  private byte[] text(int start, int end) throws Unfit {
    if (json[start] != '"') {
      return Arrays.copyOfRange(json, start, end);
    }
    byte[] text = new byte[end - start - 2]; // an escape is never shorter than what it stands for
    int length = 0;
    try {
      for (int i = start + 1; i < end - 1; i++) {
        if (json[i] != '\\') {
          text[length++] = json[i];
        } else if (json[++i] != 'u') {
          int escape = "bfnrt".indexOf(json[i]);
          text[length++] = escape < 0 ? json[i] : (byte) "\b\f\n\r\t".charAt(escape);
        } else {
          int character = unit(i + 1);
          i += 4;
          if (Character.isHighSurrogate((char) character) && json[i + 1] == '\\') {
            character = Character.toCodePoint((char) character, low(i + 2));
            i += 6;
          } else if (Character.isSurrogate((char) character)) {
            throw new Unfit();
          }
          length = append(character, text, length);
        }
      }
      return Arrays.copyOf(text, length);
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  /** The second half of a character whose first was escaped. */
  private char low(int escape) throws Unfit {
    if (json[escape] != 'u' || !Character.isLowSurrogate((char) unit(escape + 1))) {
      throw new Unfit();
    }
    return (char) unit(escape + 1);
  }

  /** UTF-8 (RFC 3629 section 3). */
  private static int append(int character, byte[] text, int length) {
    int end = length;
    if (character < 0x80) {
      text[end++] = (byte) character;
      return end;
    }
    if (character < 0x800) {
      text[end++] = (byte) (0xC0 | character >> 6);
    } else {
      if (character < 0x10000) {
        text[end++] = (byte) (0xE0 | character >> 12);
      } else {
        text[end++] = (byte) (0xF0 | character >> 18);
        text[end++] = (byte) (0x80 | (character >> 12 & 0x3F));
      }
      text[end++] = (byte) (0x80 | (character >> 6 & 0x3F));
    }
    text[end++] = (byte) (0x80 | (character & 0x3F));
    return end;
  }

  /** Four hexadecimal digits. */
  private int unit(int start) throws Unfit {
    int unit = 0;
    for (int i = start; i < start + 4; i++) {
      int digit = i < json.length ? Character.digit(json[i], 16) : -1;
      if (digit < 0) {
        throw new Unfit();
      }
      unit = unit * 16 + digit;
    }
    return unit;
  }

  /** Editors put one in front of what they save. */
  private void skipByteOrderMark() {
    if (json.length > 2
        && json[0] == (byte) 0xEF
        && json[1] == (byte) 0xBB
        && json[2] == (byte) 0xBF) {
      at = 3;
    }
  }

  private void skipSpace() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') {
      at++;
    }
  }

  private void expect(int character) throws Unfit {
    if (peek() != character) {
      throw new Unfit();
    }
    at++;
  }

  /** The next byte; -1 at the end. */
  private int peek() {
    return at < json.length ? json[at] & 0xFF : -1;
  }
}
