package dev.gabion.events;

import dev.gabion.core.Rejection;
import dev.gabion.core.StrictJson;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A request's query, or a form: names and values in their order, in the three ways that events have
 * them.
 */
final class HttpQuery {
  /** One parameter as it was meant. */
  record Pair(String name, String value) {}

  private final List<Pair> given;
  private final UnaryOperator<String> meaning;
  private final boolean wellFormed;
  private final long chars;

  private HttpQuery(
      List<Pair> given, UnaryOperator<String> meaning, boolean wellFormed, long chars) {
    this.given = given;
    this.meaning = meaning;
    this.wellFormed = wellFormed;
    this.chars = chars;
  }

  /** A whole string as it was sent (WHATWG URL, application/x-www-form-urlencoded). */
  static HttpQuery raw(String text) {
    List<Pair> given = new ArrayList<>();
    boolean wellFormed = true;
    for (String pair : text.isEmpty() ? new String[0] : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      wellFormed &= equals > 0;
      given.add(new Pair(pair.substring(0, Math.max(equals, 0)), pair.substring(equals + 1)));
    }
    return new HttpQuery(given, HttpQuery::decode, wellFormed, text.length());
  }

  /** Names and values that the sender's gateway has decoded. */
  static HttpQuery decoded(Map<String, List<String>> parameters) {
    return of(parameters, value -> value);
  }

  /** Names and values that stand in the event as they were sent. */
  static HttpQuery encoded(Map<String, List<String>> parameters) {
    return of(parameters, HttpQuery::decode);
  }

  private static HttpQuery of(Map<String, List<String>> parameters, UnaryOperator<String> meaning) {
    List<Pair> given = new ArrayList<>();
    long chars = 0;
    for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
      for (String value : parameter.getValue()) {
        given.add(new Pair(parameter.getKey(), value));
        chars += parameter.getKey().length() + value.length();
      }
    }
    return new HttpQuery(given, meaning, !parameters.containsKey(""), chars);
  }

  boolean isEmpty() {
    return given.isEmpty();
  }

  /** How long it is, as the event has it. */
  long chars() {
    return chars;
  }

  /** How many parameters there are. */
  int size() {
    return given.size();
  }

  /**
   * The parameters as they were meant.
   *
   * @throws Rejection if one has no name or is not well encoded
   */
  List<Pair> pairs() {
    if (!wellFormed) {
      throw malformed();
    }
    return given.stream()
        .map(pair -> new Pair(meaning.apply(pair.name()), meaning.apply(pair.value())))
        .toList();
  }

  /**
   * Makes sure that the parameters can be read.
   *
   * @throws Rejection as {@link #pairs} does
   */
  void check() {
    int unused = pairs().size();
    assert unused == size();
  }

  /** What one name or value means: percent-encoded UTF-8, and a plus for a space. */
  static String decode(String raw) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '+') {
        bytes.write(' ');
      } else if (c == '%') {
        int high = i + 2 < raw.length() ? hex(raw.charAt(i + 1)) : -1;
        int low = i + 2 < raw.length() ? hex(raw.charAt(i + 2)) : -1;
        if (high < 0 || low < 0) {
          throw malformed();
        }
        bytes.write(high * 16 + low);
        i += 2;
      } else if (c > ' ' && c <= '~') {
        bytes.write(c);
      } else {
        throw malformed();
      }
    }
    return StrictJson.text(bytes.toByteArray());
  }

  /** The value of an ASCII hexadecimal digit, or -1. */
  private static int hex(char c) {
    return c > 127 ? -1 : Character.digit(c, 16);
  }

  private static Rejection malformed() {
    return Rejection.of(Rejection.Code.MALFORMED, "query");
  }
}
