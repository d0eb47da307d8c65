package dev.gabion.core;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8259 once more, letter by letter and with nothing else in mind: what a reader that is built
 * another way says of a text. Names that repeat and half characters are refused as well.
 */
final class PlainReading {
  /** The text is not JSON, or says one thing twice. */
  static final class NotJson extends Exception {
    private static final long serialVersionUID = 1;
  }

  /** What JSON calls null. */
  static final Object NULL = "null".toCharArray();

  private final String text;
  private int at;
  private int depth;
  private int deepest;
  private int tokens;
  private int longest;

  private PlainReading(String text) {
    this.text = text;
  }

  /** A value, and how much of everything was in it. */
  record Read(Object value, int deepest, int tokens, int longest) {}

  /** Reads a whole text: objects as maps, arrays as lists, numbers as decimals. */
  static Read read(String text) throws NotJson {
    PlainReading reading = new PlainReading(text);
    reading.space();
    Object value = reading.value();
    reading.space();
    if (reading.at < text.length()) {
      throw new NotJson();
    }
    return new Read(value, reading.deepest, reading.tokens, reading.longest);
  }

  private Object value() throws NotJson {
    tokens++;
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", NULL);
      default -> number();
    };
  }

  private Map<String, Object> object() throws NotJson {
    enter();
    Map<String, Object> members = new LinkedHashMap<>();
    while (!closed('}', members.isEmpty())) {
      String name = string();
      space();
      take(':');
      space();
      tokens++;
      if (members.put(name, value()) != null) {
        throw new NotJson();
      }
      space();
    }
    return members;
  }

  private List<Object> array() throws NotJson {
    enter();
    List<Object> elements = new ArrayList<>();
    while (!closed(']', elements.isEmpty())) {
      elements.add(value());
      space();
    }
    return elements;
  }

  private void enter() {
    at++;
    depth++;
    deepest = Math.max(deepest, depth);
    space();
  }

  /** Whether a bracket closes here; else what stands before the next member is read. */
  private boolean closed(char bracket, boolean first) throws NotJson {
    if (peek() == bracket) {
      at++;
      depth--;
      tokens++;
      return true;
    }
    if (!first) {
      take(',');
      space();
    }
    return false;
  }

  private String string() throws NotJson {
    take('"');
    StringBuilder read = new StringBuilder();
    while (peek() != '"') {
      int c = peek();
      if (c < ' ') {
        throw new NotJson();
      }
      at++;
      read.append(c == '\\' ? escaped() : (char) c);
    }
    at++;
    longest = Math.max(longest, read.length());
    for (int i = 0; i < read.length(); i++) {
      if (Character.isHighSurrogate(read.charAt(i))
          && i + 1 < read.length()
          && Character.isLowSurrogate(read.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(read.charAt(i))) {
        throw new NotJson();
      }
    }
    return read.toString();
  }

  private char escaped() throws NotJson {
    int c = peek();
    at++;
    int known = "\"\\/bfnrt".indexOf(c);
    if (known >= 0) {
      return "\"\\/\b\f\n\r\t".charAt(known);
    }
    if (c != 'u') {
      throw new NotJson();
    }
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = "0123456789abcdefABCDEF".indexOf(peek());
      if (digit < 0) {
        throw new NotJson();
      }
      unit = unit * 16 + (digit > 15 ? digit - 6 : digit);
      at++;
    }
    return (char) unit;
  }

  private BigDecimal number() throws NotJson {
    int start = at;
    skip('-');
    if (!skip('0')) {
      digits();
    }
    if (skip('.')) {
      digits();
    }
    if (skip('e') || skip('E')) {
      if (!skip('+')) {
        skip('-');
      }
      digits();
    }
    longest = Math.max(longest, at - start);
    try {
      return new BigDecimal(text.substring(start, at));
    } catch (NumberFormatException | ArithmeticException beyondAnyNumber) {
      throw new NotJson();
    }
  }

  private void digits() throws NotJson {
    int start = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    if (at == start) {
      throw new NotJson();
    }
  }

  private Object word(String word, Object meaning) throws NotJson {
    if (!text.startsWith(word, at)) {
      throw new NotJson();
    }
    at += word.length();
    return meaning;
  }

  private void space() {
    while (peek() >= 0 && " \t\n\r".indexOf(peek()) >= 0) {
      at++;
    }
  }

  private boolean skip(char c) {
    boolean there = peek() == c;
    at += there ? 1 : 0;
    return there;
  }

  private void take(char c) throws NotJson {
    if (!skip(c)) {
      throw new NotJson();
    }
  }

  private int peek() {
    return at < text.length() ? text.charAt(at) : -1;
  }

  /** Whether a reading says what a tree says. */
  static boolean same(@Nullable Object one, @Nullable Object other) {
    if (one instanceof BigDecimal number && other instanceof BigDecimal decimal) {
      return number.compareTo(decimal) == 0;
    }
    if (one instanceof Map<?, ?> map && other instanceof Map<?, ?> members) {
      return map.keySet().equals(members.keySet())
          && map.keySet().stream().allMatch(name -> same(map.get(name), members.get(name)));
    }
    if (one instanceof List<?> list && other instanceof List<?> elements) {
      boolean same = list.size() == elements.size();
      for (int i = 0; same && i < list.size(); i++) {
        same = same(list.get(i), elements.get(i));
      }
      return same;
    }
    return Objects.equals(one, other);
  }
}
