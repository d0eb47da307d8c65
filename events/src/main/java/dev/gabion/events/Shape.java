package dev.gabion.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.Limits;
import dev.gabion.core.Rejection;
import dev.gabion.core.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the events of record sources are read: each member that is asked for has the type it must
 * have, or the event is not that source's; members that nobody asks for are AWS's to add.
 *
 * @param reason what an event of another shape is refused with, such as {@code not-sqs}
 */
record Shape(String reason) {
  Rejection refusal() {
    return Rejection.of(Rejection.Code.MALFORMED, reason);
  }

  static Rejection foreign() {
    return Rejection.of(Rejection.Code.FORBIDDEN, "origin");
  }

  /** Opens each of an event's records. */
  <E> List<E> records(JsonNode event, Function<JsonNode, E> open) {
    JsonNode records = event.path("Records");
    if (!records.isArray()) {
      throw refusal();
    }
    List<E> opened = new ArrayList<>(records.size());
    for (JsonNode each : records) {
      opened.add(open.apply(each));
    }
    return opened;
  }

  JsonNode object(JsonNode parent, String name) {
    JsonNode node = parent.path(name);
    if (!node.isObject()) {
      throw refusal();
    }
    return node;
  }

  /** A text that says something. */
  String text(JsonNode parent, String name) {
    String text = anyText(parent, name);
    if (text.isEmpty()) {
      throw refusal();
    }
    return text;
  }

  /** A text, even an empty one. */
  String anyText(JsonNode parent, String name) {
    JsonNode node = parent.path(name);
    if (!node.isTextual()) {
      throw refusal();
    }
    return node.textValue();
  }

  @Nullable String textOrNull(JsonNode parent, String name) {
    JsonNode node = parent.path(name);
    return node.isMissingNode() || node.isNull() ? null : anyText(parent, name);
  }

  /** Demands that a member has this value: what tells one source's records from another's. */
  void require(JsonNode parent, String name, String value) {
    if (!value.equals(parent.path(name).textValue())) {
      throw refusal();
    }
  }

  /** Demands a number of digits only, as streams count their records. */
  String digits(JsonNode parent, String name) {
    String text = text(parent, name);
    if (text.length() > 128 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw refusal();
    }
    return text;
  }

  /** Refuses a body over its budget. */
  static String bounded(String body, Limits limits) {
    int limit = limits.of(Limits.Bound.BODY_BYTES);
    // A unit is three bytes at most.
    if (body.length() > limit
        || (body.length() > limit / 3 && body.getBytes(StandardCharsets.UTF_8).length > limit)) {
      throw Rejection.of(Rejection.Code.TOO_LARGE, "body-bytes");
    }
    return body;
  }

  /** Binds a part of the event as a body of its own: within the budgets of one. */
  static <T> T bind(JsonNode part, Class<T> type, StrictJson json) {
    return json.read(bounded(part.toString(), json.limits()), type);
  }

  static byte[] bytes(JsonNode part) {
    return part.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** An event with one record. */
  static byte[] event(JsonNode record) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.putArray("Records").add(record);
    return bytes(event);
  }

  /**
   * The reply of a mapping with {@code ReportBatchItemFailures} (AWS Lambda Developer Guide,
   * "Implementing partial batch responses").
   */
  static byte[] failures(List<String> identifiers) {
    ObjectNode reply = JsonNodeFactory.instance.objectNode();
    identifiers.forEach(
        id -> reply.withArray("/batchItemFailures").addObject().put("itemIdentifier", id));
    if (identifiers.isEmpty()) {
      reply.putArray("batchItemFailures");
    }
    return bytes(reply);
  }

  /** What a delivery is answered where nobody reads the answer. */
  static byte[] nothing() {
    return "{}".getBytes(StandardCharsets.UTF_8);
  }
}
