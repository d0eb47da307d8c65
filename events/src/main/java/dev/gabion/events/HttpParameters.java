package dev.gabion.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.gabion.core.FieldKinds;
import dev.gabion.core.Limits;
import dev.gabion.core.Rejection;
import dev.gabion.core.StrictJson;
import dev.gabion.core.Violation;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Path and query parameters as fields of the input: each known, none twice. */
final class HttpParameters {
  private final StrictJson json;
  private final FieldKinds fields;
  private int count;

  HttpParameters(StrictJson json, Class<?> type) {
    this.json = json;
    this.fields = json.fields(type);
  }

  /** Refuses any parameter, where the input is the body alone. */
  static void refuse(Map<String, String> path, String rawQuery) {
    if (!path.isEmpty() || !rawQuery.isEmpty()) {
      throw malformed("unknown-parameter");
    }
  }

  /**
   * Adds path parameters, which the gateway has decoded.
   *
   * @param only the names that may come from the path, or null for any of the input
   */
  void addPath(Map<String, String> path, @Nullable Set<String> only, ObjectNode input) {
    int chars = 0;
    for (Map.Entry<String, String> parameter : path.entrySet()) {
      chars += parameter.getKey().length() + parameter.getValue().length();
      requireBudget(chars);
      add(parameter.getKey(), parameter.getValue(), only, Set.of(), input);
    }
  }

  /** Adds the parameters of a raw query string (WHATWG URL, application/x-www-form-urlencoded). */
  void addQuery(String rawQuery, @Nullable Set<String> only, ObjectNode input) {
    requireBudget(rawQuery.length());
    if (rawQuery.isEmpty()) {
      return;
    }
    Set<String> fromQuery = new java.util.HashSet<>();
    for (String pair : rawQuery.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw malformed("query");
      }
      String name = decode(pair.substring(0, equals));
      add(name, decode(pair.substring(equals + 1)), only, fromQuery, input);
      fromQuery.add(name);
    }
  }

  private void requireBudget(int chars) {
    if (chars > json.limits().of(Limits.Bound.PARAMETER_CHARS)) {
      throw Rejection.of(Rejection.Code.TOO_LARGE, "parameters");
    }
  }

  private void add(
      String name,
      String value,
      @Nullable Set<String> only,
      Set<String> repeatable,
      ObjectNode input) {
    if (++count > json.limits().of(Limits.Bound.PARAMETERS)) {
      throw Rejection.of(Rejection.Code.TOO_LARGE, "parameters");
    }
    FieldKinds.Kind kind = only == null || only.contains(name) ? fields.kind(name) : null;
    if (kind == null) {
      throw malformed("unknown-parameter");
    }
    boolean several = kind == FieldKinds.Kind.TEXTS || kind == FieldKinds.Kind.LITERALS;
    if (input.has(name) && !(several && repeatable.contains(name))) {
      throw malformed("duplicate-parameter");
    }
    JsonNode node =
        kind == FieldKinds.Kind.TEXT || kind == FieldKinds.Kind.TEXTS
            ? TextNode.valueOf(value)
            : literal(name, value);
    if (several) {
      ArrayNode all = input.withArray("/" + name);
      all.add(node);
    } else {
      input.set(name, node);
    }
  }

  private JsonNode literal(String name, String value) {
    boolean bare = !value.isEmpty() && value.chars().allMatch(c -> c > ' ' && c <= '~');
    JsonNode node = bare ? parse(value) : null;
    if (node == null || !(node.isNumber() || node.isBoolean())) {
      // The name is one of the input's own components by now.
      throw Rejection.malformed("wrong-type", List.of(new Violation(name, "wrong-type")));
    }
    return node;
  }

  private @Nullable JsonNode parse(String value) {
    try {
      return json.tree(value);
    } catch (Rejection notJson) {
      return null; // said as a wrong type: that a number was expected is the news
    }
  }

  private static String decode(String raw) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '+') {
        bytes.write(' ');
      } else if (c == '%') {
        int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
        int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          throw malformed("query");
        }
        bytes.write(high * 16 + low);
        i += 2;
      } else if (c > ' ' && c <= '~') {
        bytes.write(c);
      } else {
        throw malformed("query");
      }
    }
    return StrictJson.text(bytes.toByteArray());
  }

  private static Rejection malformed(String reason) {
    return Rejection.of(Rejection.Code.MALFORMED, reason);
  }
}
