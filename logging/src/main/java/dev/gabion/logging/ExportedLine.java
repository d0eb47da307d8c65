package dev.gabion.logging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one exported line says of itself.
 *
 * @param number where it stands
 * @param sequence its number in its chain, or -1
 * @param values the values of {@link #WANTED} that it has
 * @param computed what it hashes to: what it states, if that is so
 */
record ExportedLine(long number, long sequence, Map<String, String> values, String computed) {
  private static final JsonFactory STRICT =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final String HASH = "unmapped.chain.hash";
  private static final String SEQUENCE = "unmapped.chain.seq";

  private static final Set<String> WANTED =
      Set.of(
          HASH,
          SEQUENCE,
          "api.request.uid",
          "class_uid",
          "metadata.product.name",
          "time",
          "timestamp",
          "unmapped.chain.anchor.head",
          "unmapped.chain.anchor.proof",
          "unmapped.chain.anchor.seq",
          "unmapped.chain.id",
          "unmapped.chain.prev");

  /** What is not hashed. */
  private static final Set<String> UNHASHED = Set.of("timestamp", "level", HASH);

  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

  /** What every event has, and whoever cuts one leaves, or it is gone. */
  static final String MEMBER = "\"class_uid\":";

  /** What is in front of the hashed content, and what is behind it. */
  private static final Pattern WRAPPED =
      Pattern.compile(
          "\\{(?:\"timestamp\":\"[^\"]*\",\"level\":\"[^\"]*\",)?(.*),\"hash\":\"[^\"]*\"}}}",
          Pattern.DOTALL);

  /** Whether a line looks like an audit event, printed or not. */
  static boolean looksLikeOne(String line) {
    return line.contains(MEMBER) && line.indexOf('{') >= 0;
  }

  /** Whether it is marked as what the function's code has printed, and the trail has not. */
  static boolean isPrinted(String line) {
    return line.startsWith(PrintedLines.MARK, line.indexOf('{') - PrintedLines.MARK.length());
  }

  /** Whether a line that nobody has marked is taken for an event, or for what is left of one. */
  static boolean deceives(String line) {
    try {
      return looksLikeOne(line) && read(0, line).isOurs();
    } catch (IOException unreadable) {
      return true;
    }
  }

  /**
   * Reads a line.
   *
   * @throws IOException if it is no JSON object, or has a name twice
   */
  static ExportedLine read(long number, String line) throws IOException {
    String text = line.substring(Math.max(0, line.indexOf('{'))).strip();
    Map<String, String> values = new HashMap<>();
    try (JsonParser json = STRICT.createParser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("No object.");
      }
      members(json, "", values);
      if (json.nextToken() != null) {
        throw new IOException("Something follows the object.");
      }
    }
    String stated = values.getOrDefault(HASH, "");
    String computed = asItStands(text);
    if (!computed.equals(stated)) { // perhaps somebody has written the same JSON in another way
      computed = hash(writtenAnew(text));
    }
    return new ExportedLine(number, number(values.getOrDefault(SEQUENCE, "")), values, computed);
  }

  /** Keeps what is wanted of an object's members, as far as its own name is wanted. */
  private static void members(JsonParser json, String path, Map<String, String> values)
      throws IOException {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String place = path.isEmpty() ? json.currentName() : path + "." + json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.START_OBJECT && leads(place)) {
        members(json, place, values);
      } else if (value.isStructStart()) {
        json.skipChildren();
      } else if (WANTED.contains(place)) {
        values.put(place, json.getText());
      }
    }
  }

  private static boolean leads(String place) {
    return switch (place) {
      case "api",
          "api.request",
          "metadata",
          "metadata.product",
          "unmapped",
          "unmapped.chain",
          "unmapped.chain.anchor" ->
          true;
      default -> false;
    };
  }

  private static String asItStands(String text) {
    Matcher wrapped = WRAPPED.matcher(text);
    return wrapped.matches() ? hash("{" + wrapped.group(1) + "}}}") : "";
  }

  private static String hash(String content) {
    return Chain.text(Chain.sha256().digest(content.getBytes(StandardCharsets.UTF_8)));
  }

  private static String writtenAnew(String text) throws IOException {
    StringBuilder anew = new StringBuilder(text.length());
    try (JsonParser json = STRICT.createParser(text)) {
      json.nextToken();
      write(json, "", anew);
    }
    return anew.toString();
  }

  /** A value whose first token is read, in the form that lines are written in. */
  static String canonical(JsonParser json) throws IOException {
    StringBuilder text = new StringBuilder();
    write(json, "message", text); // below a name: no member of it is left out
    return text.toString();
  }

  /** Writes a value without what is not hashed. */
  private static void write(JsonParser json, String path, StringBuilder text) throws IOException {
    switch (json.currentToken()) {
      case START_OBJECT -> {
        text.append('{');
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String place = path.isEmpty() ? json.currentName() : path + "." + json.currentName();
          int before = text.length();
          separate(text);
          quoted(json.currentName(), text).append(':');
          json.nextToken();
          write(json, place, text);
          if (UNHASHED.contains(place)) {
            text.setLength(before);
          }
        }
        text.append('}');
      }
      case START_ARRAY -> {
        text.append('[');
        while (json.nextToken() != JsonToken.END_ARRAY) {
          separate(text);
          write(json, path, text);
        }
        text.append(']');
      }
      case VALUE_STRING -> quoted(json.getText(), text);
      default -> text.append(json.getText());
    }
  }

  private static void separate(StringBuilder text) {
    char last = text.charAt(text.length() - 1);
    if (last != '{' && last != '[') {
      text.append(',');
    }
  }

  private static StringBuilder quoted(String value, StringBuilder text) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> text.append('\\').append(c);
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c >= ' ' && c < 0x7F) {
            text.append(c);
          } else {
            text.append("\\u").append(HexFormat.of().withUpperCase().toHexDigits(c));
          }
        }
      }
    }
    return text.append('"');
  }

  private String value(String path) {
    return values.getOrDefault(path, "");
  }

  /** Whether this library wrote it, or somebody wants us to think so. */
  boolean isOurs() {
    return values.containsKey("class_uid") && value("metadata.product.name").equals("Gabion");
  }

  boolean isChained() {
    return isOurs() && !chain().isEmpty() && sequence > 0 && !stated().isEmpty();
  }

  String chain() {
    return value("unmapped.chain.id");
  }

  /** The hash that it states. */
  String stated() {
    return value(HASH);
  }

  /** The hash of the line before it. */
  String previous() {
    return value("unmapped.chain.prev");
  }

  /** Whether it says what came of a message, and not what happened on the way. */
  boolean isOutcome() {
    return value("class_uid").equals("6003");
  }

  String requestId() {
    return value("api.request.uid");
  }

  boolean hasAnchor() {
    return values.containsKey("unmapped.chain.anchor.proof");
  }

  long anchoredSequence() {
    return number(value("unmapped.chain.anchor.seq"));
  }

  String anchoredHead() {
    return value("unmapped.chain.anchor.head");
  }

  String proof() {
    return value("unmapped.chain.anchor.proof");
  }

  /** Whether it hashes to what it states. */
  boolean isWhole() {
    return computed.equals(stated());
  }

  /** Whether the time in front of it is its own: that is the one thing in a line not hashed. */
  boolean isAtItsTime() {
    String front = values.get("timestamp");
    return front == null
        || front.equals(LogFormat.text(Instant.ofEpochMilli(number(value("time")))));
  }

  private static long number(String digits) {
    return DIGITS.matcher(digits).matches() ? Long.parseLong(digits) : -1;
  }
}
