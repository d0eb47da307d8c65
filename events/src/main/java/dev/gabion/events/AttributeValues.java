package dev.gabion.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.Rejection;
import java.math.BigDecimal;
import java.util.Map;

/**
 * DynamoDB's items as plain JSON (Amazon DynamoDB API Reference, "AttributeValue"; Developer Guide,
 * "Supported data types and naming rules").
 */
final class AttributeValues {
  /** Of numbers DynamoDB keeps 38 digits, below 1E126. */
  private static final int NUMBER_CHARS = 140;

  private AttributeValues() {}

  /** An item. */
  static ObjectNode plain(JsonNode item) {
    if (!item.isObject()) {
      throw unfit();
    }
    ObjectNode plain = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> attribute : item.properties()) {
      plain.set(attribute.getKey(), value(attribute.getValue()));
    }
    return plain;
  }

  private static JsonNode value(JsonNode typed) {
    if (!typed.isObject() || typed.size() != 1) {
      throw unfit();
    }
    Map.Entry<String, JsonNode> only = typed.properties().iterator().next();
    JsonNode value = only.getValue();
    return switch (only.getKey()) {
      case "S", "B" -> text(value);
      case "N" -> number(value);
      case "BOOL" -> require(value, value.isBoolean());
      case "NULL" -> {
        require(value, value.isBoolean() && value.booleanValue());
        yield JsonNodeFactory.instance.nullNode();
      }
      case "M" -> plain(value);
      case "L" -> list(value, "");
      case "SS" -> list(value, "S");
      case "NS" -> list(value, "N");
      case "BS" -> list(value, "B");
      default -> throw unfit();
    };
  }

  /** A list of typed values; or, of a set, the values alone. */
  private static ArrayNode list(JsonNode values, String type) {
    require(values, values.isArray());
    ArrayNode plain = JsonNodeFactory.instance.arrayNode(values.size());
    for (JsonNode each : values) {
      plain.add(
          switch (type) {
            case "" -> value(each);
            case "N" -> number(each);
            default -> text(each);
          });
    }
    return plain;
  }

  private static JsonNode text(JsonNode value) {
    return require(value, value.isTextual());
  }

  /** A number; one without a fraction is an integer, however it is written. */
  private static JsonNode number(JsonNode value) {
    String text = text(value).textValue();
    if (text.length() > NUMBER_CHARS
        || !text.chars().allMatch(c -> "0123456789+-.eE".indexOf(c) >= 0)) {
      throw unfit();
    }
    try {
      BigDecimal number = new BigDecimal(text);
      if (Math.abs((long) number.scale()) + number.precision() > 200) {
        throw unfit();
      }
      return number.scale() <= 0
          ? JsonNodeFactory.instance.numberNode(number.toBigInteger())
          : JsonNodeFactory.instance.numberNode(number);
    } catch (NumberFormatException none) {
      throw unfit();
    }
  }

  private static JsonNode require(JsonNode value, boolean fit) {
    if (!fit) {
      throw unfit();
    }
    return value;
  }

  private static Rejection unfit() {
    return Rejection.of(Rejection.Code.MALFORMED, "attribute-value");
  }
}
