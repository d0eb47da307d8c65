package dev.gabion.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a request asks for: the members of its JSON object, each of the type that it must have. */
record AwsAsk(JsonNode json) {
  /** A text; null if it is not there. */
  @Nullable String find(String name) {
    JsonNode value = json.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw wrongType(name);
    }
    return value.textValue();
  }

  String text(String name) {
    String value = find(name);
    if (value == null || value.isEmpty()) {
      throw AwsRefusal.invalid(name, "must not be missing or empty");
    }
    return value;
  }

  String text(String name, String otherwise) {
    String value = find(name);
    return value == null ? otherwise : value;
  }

  boolean flag(String name) {
    return flag(name, false);
  }

  boolean flag(String name, boolean otherwise) {
    JsonNode value = json.get(name);
    if (value == null || value.isNull()) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw wrongType(name);
    }
    return value.booleanValue();
  }

  /** A whole number within bounds; empty if it is not there. */
  OptionalLong number(String name, long least, long most) {
    JsonNode value = json.get(name);
    if (value == null || value.isNull()) {
      return OptionalLong.empty();
    }
    if (!value.isIntegralNumber()) {
      throw wrongType(name);
    }
    if (!value.canConvertToLong() || value.longValue() < least || value.longValue() > most) {
      throw AwsRefusal.invalid(name, "must be between " + least + " and " + most);
    }
    return OptionalLong.of(value.longValue());
  }

  /** Bytes, which travel in base64; null if they are not there. */
  byte @Nullable [] findBytes(String name) {
    String value = find(name);
    try {
      return value == null ? null : Base64.getDecoder().decode(value);
    } catch (IllegalArgumentException notBase64) {
      throw wrongType(name);
    }
  }

  byte[] bytes(String name, int most) {
    byte[] value = findBytes(name);
    if (value == null || value.length == 0 || value.length > most) {
      throw AwsRefusal.invalid(name, "must have between 1 and " + most + " bytes");
    }
    return value;
  }

  /** Texts; empty if there are none. */
  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (JsonNode each : json.path(name)) {
      if (!each.isTextual()) {
        throw wrongType(name);
      }
      texts.add(each.textValue());
    }
    return texts;
  }

  /** An object; an empty one if it is not there. */
  AwsAsk object(String name) {
    return new AwsAsk(json.path(name));
  }

  /** Objects; empty if there are none. */
  List<AwsAsk> asks(String name) {
    List<AwsAsk> asks = new ArrayList<>();
    json.path(name).forEach(each -> asks.add(new AwsAsk(each)));
    return asks;
  }

  /** Texts by name, sorted by name. */
  SortedMap<String, String> map(String name) {
    SortedMap<String, String> map = new TreeMap<>();
    for (Map.Entry<String, JsonNode> each : json.path(name).properties()) {
      if (!each.getValue().isTextual()) {
        throw wrongType(name);
      }
      map.put(each.getKey(), each.getValue().textValue());
    }
    return map;
  }

  boolean has(String name) {
    return json.hasNonNull(name);
  }

  private static AwsRefusal wrongType(String name) {
    return AwsRefusal.of("SerializationException", "'" + name + "' has the wrong type.");
  }
}
