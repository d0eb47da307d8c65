package dev.gabion.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditSink;
import dev.gabion.core.Authenticator;
import dev.gabion.core.Envelope;
import dev.gabion.core.EventSource;
import dev.gabion.core.InvocationFailed;
import dev.gabion.core.Permit;
import dev.gabion.core.Recipe;
import dev.gabion.core.Rules;
import dev.gabion.core.Scope;
import dev.gabion.core.SecureHandler;
import dev.gabion.core.Violation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A whole handler of one source, and what must be true of it whatever it is sent. */
final class FuzzedDoor {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern REASON = Pattern.compile("[a-z0-9-]{1,32}");

  /** The names that the inputs here declare, and places in lists. */
  private static final Pattern PLACE =
      Pattern.compile("((name|count|tag|age|keys|newImage|id|job)|\\[[0-9*]{1,5}]|\\.)*");

  private static final Set<String> PROBLEM =
      Set.of("type", "title", "status", "reason", "violations", "correlationId");

  /** What stands in the seeds where a sender says what nobody else may hear. */
  static final String CANARY = "canary";

  private final SecureHandler handler;
  private final List<AuditEvent> events = new ArrayList<>();
  private final ObjectNode sample;
  private final List<String> members = new ArrayList<>();
  private int done;

  private <E extends Envelope, I, O> FuzzedDoor(
      EventSource<E, I, O> source,
      Authenticator<? super E> caller,
      @Nullable O output,
      ObjectNode sample) {
    this.sample = sample;
    collect(sample, "");
    handler =
        new Handler(
            source
                .caller(caller)
                .rules(Rules.insecureAnyInput("a test of the source alone"))
                .permit(Permit.insecureEveryCaller("a test of the source alone"))
                .audit(new Ledger())
                .logic(
                    (input, call) -> {
                      done++;
                      return nullable(output);
                    }));
  }

  @SuppressWarnings("NullAway") // what logic of a queue returns
  private static <O> O nullable(@Nullable O output) {
    return output;
  }

  static <E extends Envelope, I, O> FuzzedDoor of(
      EventSource<E, I, O> source, @Nullable O output, ObjectNode sample) {
    return of(source, Authenticator.insecureAnyone("a test of the source"), output, sample);
  }

  static <E extends Envelope, I, O> FuzzedDoor of(
      EventSource<E, I, O> source,
      Authenticator<? super E> caller,
      @Nullable O output,
      ObjectNode sample) {
    return new FuzzedDoor(source, caller, output, sample);
  }

  private static final class Handler extends SecureHandler {
    Handler(Recipe<?, ?, ?> recipe) {
      super(recipe);
    }
  }

  private final class Ledger implements AuditSink {
    @Override
    public void ready(Scope scope) {}

    @Override
    public void write(AuditEvent event) {
      events.add(event);
    }
  }

  private void collect(JsonNode node, String at) {
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      members.add(at + "/" + i);
      collect(node.get(i), at + "/" + i);
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String pointer = at + "/" + field.getKey().replace("~", "~0").replace("/", "~1");
      members.add(pointer);
      collect(field.getValue(), pointer);
    }
  }

  /** The sample that goes through. */
  String sample() {
    return sample.toString();
  }

  /** How many times logic was called. */
  int done() {
    return done;
  }

  /**
   * The sample with some of its members changed.
   *
   * @param edits lines: a character that says which member, and JSON or text in its place; nothing
   *     to leave it out
   */
  String edited(String edits) {
    ObjectNode event = sample.deepCopy();
    for (String edit : edits.lines().limit(8).toList()) {
      if (!edit.isEmpty()) {
        edit(event, members.get(edit.charAt(0) % members.size()), edit.substring(1));
      }
    }
    return event.toString();
  }

  private static void edit(ObjectNode event, String member, String with) {
    int last = member.lastIndexOf('/');
    String name = member.substring(last + 1).replace("~1", "/").replace("~0", "~");
    JsonNode parent = event.at(member.substring(0, last));
    if (parent instanceof ObjectNode object) {
      if (with.isEmpty()) {
        object.remove(name);
      } else {
        object.set(name, value(with));
      }
    } else if (parent instanceof ArrayNode list && !list.isEmpty() && name.matches("[0-9]")) {
      list.insert(Integer.parseInt(name), with.isEmpty() ? list.get(0).deepCopy() : value(with));
    }
  }

  private static JsonNode value(String text) {
    try {
      JsonNode value = JSON.readTree(text);
      return value.isMissingNode() ? JSON.getNodeFactory().textNode(text) : value;
    } catch (JsonProcessingException plain) {
      return JSON.getNodeFactory().textNode(text);
    }
  }

  /** Sends an event and looks at all that came of it. */
  void send(byte[] event) {
    events.clear();
    done = 0;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean replied;
    try {
      handler.handleRequest(new ByteArrayInputStream(event), out, HttpRig.context());
      replied = true;
    } catch (InvocationFailed failed) {
      require(failed.getCause() == null && out.size() == 0, "More than a failure leaves");
      replied = false;
    } // and no other exception
    int outcomes = 0;
    for (AuditEvent each : events) {
      if (each.outcome() != null) {
        outcomes++;
        requireFit(each.outcome());
      }
      require(each.activity() != AuditEvent.Activity.FAULT, "A fault");
    }
    require(outcomes == 1 || outcomes == records(event), outcomes + " outcomes");
    require(done <= outcomes, "Logic was called more often than there are messages");
    if (replied) {
      requireQuiet(out.toByteArray());
    } else {
      require(done < outcomes, "All was done, and no reply");
    }
  }

  private static void requireFit(AuditEvent.Outcome outcome) {
    require(
        outcome.status() != 500 && outcome.cause().isEmpty(),
        "Our fault: " + outcome.reason() + " " + outcome.cause());
    require(REASON.matcher(outcome.reason()).matches(), "A reason that is no constant");
    for (Violation violation : outcome.violations()) {
      require(PLACE.matcher(violation.path()).matches(), "A place that nobody declared");
    }
  }

  private static int records(byte[] event) {
    try {
      return JSON.readTree(event).path("Records").size();
    } catch (IOException notJson) {
      return 0;
    }
  }

  /** A reply has nothing of the event. */
  private void requireQuiet(byte[] bytes) {
    try {
      JsonNode reply = JSON.readTree(bytes);
      if (reply instanceof ObjectNode batch) {
        batch.remove("batchItemFailures"); // names messages by the identifiers that they came with
      }
      require(!reply.toString().contains(CANARY), "A reply repeats what was sent");
      JsonNode body = JSON.readTree(reply.path("body").asText());
      if (reply.path("statusCode").intValue() >= 300) {
        require(done == 0, "Refused after it was done");
        body.fieldNames().forEachRemaining(name -> require(PROBLEM.contains(name), name));
        require(REASON.matcher(body.path("reason").asText("none")).matches(), "A reason");
        for (JsonNode violation : body.path("violations")) {
          require(PLACE.matcher(violation.path("path").textValue()).matches(), "A place");
        }
      }
    } catch (IOException notJson) {
      throw new UncheckedIOException(notJson);
    }
  }

  private static void require(boolean kept, String otherwise) {
    if (!kept) {
      throw new AssertionError(otherwise);
    }
  }
}
