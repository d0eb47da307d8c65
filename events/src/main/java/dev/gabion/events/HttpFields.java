package dev.gabion.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gabion.core.Rejection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one object of an event, each of the type that its source gives it; anything else is
 * not that source's event.
 */
final class HttpFields {
  private final JsonNode object;
  private final String refusal;

  /**
   * @param refusal what is said of an event that is not the source's, such as {@code not-http-api}
   */
  HttpFields(JsonNode object, String refusal) {
    this.object = object;
    this.refusal = refusal;
    require(object.isObject());
  }

  void require(boolean kept) {
    if (!kept) {
      throw Rejection.of(Rejection.Code.MALFORMED, refusal);
    }
  }

  boolean has(String name) {
    return !isAbsent(object.path(name));
  }

  HttpFields object(String name) {
    return new HttpFields(object.path(name), refusal);
  }

  /** What is in the object {@code name}; nothing if it is absent or not an object. */
  HttpFields objectOrEmpty(String name) {
    JsonNode node = object.path(name);
    return new HttpFields(node.isObject() ? node : JsonNodeFactory.instance.objectNode(), refusal);
  }

  String text(String name) {
    return text(object.path(name));
  }

  @Nullable String textOrNull(String name) {
    return has(name) ? text(name) : null;
  }

  String textOr(String name, String otherwise) {
    return has(name) ? text(name) : otherwise;
  }

  boolean flag(String name) {
    JsonNode node = object.path(name);
    require(node.isBoolean() || node.isMissingNode());
    return node.booleanValue();
  }

  /** An object of texts; empty if it is absent. */
  Map<String, String> texts(String name) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : entries(name)) {
      texts.put(field.getKey(), text(field.getValue()));
    }
    return texts;
  }

  /** An object of lists of texts; empty if it is absent. */
  Map<String, List<String>> lists(String name) {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : entries(name)) {
      lists.put(field.getKey(), list(field.getValue()));
    }
    return lists;
  }

  /** An object of texts, as lists of one; empty if it is absent. */
  Map<String, List<String>> single(String name) {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    texts(name).forEach((key, value) -> lists.put(key, List.of(value)));
    return lists;
  }

  /** A list of texts; empty if it is absent. */
  List<String> list(String name) {
    return has(name) ? list(object.path(name)) : List.of();
  }

  /** All fields as texts: numbers and truth values as JSON writes them, lists and objects too. */
  Map<String, String> asTexts() {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      JsonNode value = field.getValue();
      if (!value.isNull()) {
        texts.put(field.getKey(), value.isTextual() ? value.textValue() : value.toString());
      }
    }
    return texts;
  }

  private Iterable<Map.Entry<String, JsonNode>> entries(String name) {
    JsonNode node = object.path(name);
    require(node.isObject() || isAbsent(node));
    return node.properties();
  }

  private List<String> list(JsonNode node) {
    require(node.isArray());
    List<String> texts = new ArrayList<>();
    node.forEach(element -> texts.add(text(element)));
    return texts;
  }

  private String text(JsonNode node) {
    require(node.isTextual());
    return node.textValue();
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }
}
