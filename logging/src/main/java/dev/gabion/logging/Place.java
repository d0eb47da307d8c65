package dev.gabion.logging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.gabion.core.Redacted;
import dev.gabion.core.Sensitive;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Where in documents something is sensitive (RFC 6901, and {@code *}), and what becomes of it. */
final class Place {
  private static final String ANY = "*";

  private final List<String> path;
  private final Sensitive.As as;

  private Place(List<String> path, Sensitive.As as) {
    this.path = path;
    this.as = as;
  }

  static Place of(String pointer, Sensitive.As as) {
    if (!pointer.startsWith("/")) {
      throw new IllegalArgumentException(
          "A JSON pointer to something in a document begins with '/': " + pointer);
    }
    List<String> path = new ArrayList<>();
    for (String part : pointer.substring(1).split("/", -1)) {
      if (part.replace("~0", "").replace("~1", "").contains("~")) {
        throw new IllegalArgumentException(
            "In a JSON pointer '~' is written as ~0, and '/' in a name as ~1: " + pointer);
      }
      path.add(part.replace("~1", "/").replace("~0", "~"));
    }
    return new Place(path, as);
  }

  void redact(JsonNode document, UnaryOperator<String> pseudonym) {
    redact(document, 0, pseudonym);
  }

  private void redact(JsonNode node, int depth, UnaryOperator<String> pseudonym) {
    if (node instanceof ObjectNode object) {
      redact(object, depth, pseudonym);
    } else if (node instanceof ArrayNode array) {
      redact(array, depth, pseudonym);
    }
  }

  private void redact(ObjectNode object, int depth, UnaryOperator<String> pseudonym) {
    String name = path.get(depth);
    Iterator<Map.Entry<String, JsonNode>> members = object.properties().iterator();
    while (members.hasNext()) {
      Map.Entry<String, JsonNode> member = members.next();
      if (!name.equals(ANY) && !name.equals(member.getKey())) {
        continue;
      }
      if (depth + 1 < path.size()) {
        redact(member.getValue(), depth + 1, pseudonym);
      } else if (as == Sensitive.As.DROP) {
        members.remove();
      } else {
        member.setValue(instead(member.getValue(), pseudonym));
      }
    }
  }

  /** Elements are never left out, or those after them would move up. */
  private void redact(ArrayNode array, int depth, UnaryOperator<String> pseudonym) {
    String name = path.get(depth);
    for (int i = 0; i < array.size(); i++) {
      if (!name.equals(ANY) && !name.equals(Integer.toString(i))) {
        continue;
      }
      if (depth + 1 < path.size()) {
        redact(array.get(i), depth + 1, pseudonym);
      } else {
        array.set(i, instead(array.get(i), pseudonym));
      }
    }
  }

  private JsonNode instead(JsonNode node, UnaryOperator<String> pseudonym) {
    String text = node.isValueNode() ? node.asText() : node.toString();
    return node.isNull() ? node : TextNode.valueOf(Redacted.text(text, as, pseudonym));
  }
}
