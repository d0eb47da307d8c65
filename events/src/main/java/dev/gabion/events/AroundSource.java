package dev.gabion.events;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gabion.core.Caller;
import dev.gabion.core.Delivery;
import dev.gabion.core.Environment;
import dev.gabion.core.EventSource;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.Limits;
import dev.gabion.core.Permit;
import dev.gabion.core.Rejection;
import dev.gabion.core.Rules;
import dev.gabion.core.StartFailed;
import dev.gabion.core.StrictJson;
import dev.gabion.core.Violation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The source of a handler that a team already has: the door of an HTTP source, behind which the
 * event goes on as a whole.
 *
 * @param <E> the source's request
 * @param <B> the type that bodies are of
 */
final class AroundSource<E extends HttpRequest, B>
    extends EventSource<E, AroundSource.Input, AroundSource.Answer> {
  private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

  /** What a handler may say itself, of what else is set for it. */
  private static final Set<String> KEPT =
      Set.of("allow", "content-encoding", "content-type", "vary", "www-authenticate");

  private final HttpSource<E, ?, Void, ?> door;
  private final @Nullable Class<B> body;

  /** As the runtime binds events: fields that AWS adds are no harm, nothing is polymorphic. */
  private final ObjectMapper events =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /**
   * @param body the type that bodies are of, or null for any body
   */
  AroundSource(HttpSource<E, ?, Void, ?> door, @Nullable Class<B> body) {
    super(Input.class, Answer.class);
    this.door = door;
    this.body = body;
  }

  @Override
  public String describe() {
    return door.describe()
        + " around an existing handler"
        + (body == null ? "" : ", body " + body.getSimpleName());
  }

  @Override
  protected boolean bindsInput() {
    return false;
  }

  @Override
  protected void start(Environment environment, StrictJson json) {
    if (body == null) {
      return;
    }
    if (door.choices().isForm()) {
      throw new StartFailed(describe() + ": a rule for bodies is one for JSON, not for a form.");
    }
    try {
      json.bind(JsonNodeFactory.instance.objectNode(), body);
    } catch (Rejection incomplete) {
      // An empty object need not be a whole body: that its type was understood is all that counts.
      if (incomplete.code() == Rejection.Code.FAULT) {
        throw new StartFailed("The body " + body.getName() + " cannot be bound.");
      }
    }
  }

  @Override
  protected Delivery<E> open(JsonNode event, FunctionArn function) {
    return door.open(event, function);
  }

  @Override
  protected void admit(E request, Limits limits) {
    door.admit(request, limits);
  }

  @Override
  protected Optional<EventSource.Answer> answer(E request) {
    return door.answer(request);
  }

  @Override
  protected Input decode(E request, StrictJson json) {
    HttpParameters.check(request, json.limits());
    B checked = body == null ? null : body(request, body, json);
    try {
      return new Input(events.treeToValue(request.event(), door.input()), checked);
    } catch (IOException unexpected) {
      throw Rejection.of(Rejection.Code.MALFORMED, "event-type");
    }
  }

  private @Nullable B body(E request, Class<B> type, StrictJson json) {
    if (WITH_BODY.contains(request.method())) {
      String contentType = door.choices().contentType;
      return json.read(request.body().text(request.headers(), contentType, json.limits()), type);
    }
    if (!request.body().isEmpty()) {
      throw Rejection.of(Rejection.Code.MALFORMED, "unexpected-body");
    }
    return null;
  }

  /** What a handler has returned, as JSON. */
  JsonNode tree(@Nullable Object returned) {
    return events.valueToTree(returned);
  }

  @Override
  protected byte[] done(E request, @Nullable Answer output, StrictJson json) {
    if (output == null) {
      throw Rejection.of(Rejection.Code.FAULT, "no-output");
    }
    String text = output.body();
    int limit = json.limits().of(Limits.Bound.OUTPUT_BYTES);
    if (text != null && text.getBytes(StandardCharsets.UTF_8).length > limit) {
      throw Rejection.of(Rejection.Code.FAULT, "output-bytes");
    }
    HttpReply reply = new HttpReply(output.status());
    output.headers().forEach((name, values) -> values.forEach(value -> reply.add(name, value)));
    if (text != null) {
      if (!output.headers().containsKey("content-type")) {
        reply.set("content-type", "application/json"); // as the gateway would say
      }
      reply.body(text, output.base64());
    }
    return door.written(reply, request);
  }

  @Override
  protected int doneStatus(@Nullable Answer output) {
    return output == null ? 500 : output.status();
  }

  @Override
  protected byte[] refused(E request, Rejection rejection, String correlationId) {
    return door.refused(request, rejection, correlationId);
  }

  @Override
  protected byte[] reply(List<Part<E>> parts) {
    return door.reply(parts);
  }

  @Override
  protected boolean answersRefusals() {
    return true;
  }

  /**
   * What the path carries for a handler.
   *
   * @param event the event, of the type that the handler takes
   * @param body what its body says, or null if that is not looked at or there is none
   */
  record Input(Object event, @Nullable Object body) {}

  /** What a handler has answered, as far as it is kept: headers by name in lower case. */
  record Answer(
      int status, Map<String, List<String>> headers, @Nullable String body, boolean base64) {
    /** Copies the headers. */
    Answer {
      headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /**
     * Reads what a handler has returned.
     *
     * @throws Rejection {@code FAULT} if it is none of what HTTP sources take
     */
    static Answer of(JsonNode returned) {
      try {
        HttpFields fields = new HttpFields(returned, "not-a-reply");
        int status = returned.path("statusCode").asInt();
        fields.require(returned.path("statusCode").isInt() && status >= 200 && status <= 599);
        Map<String, List<String>> all = new LinkedHashMap<>(fields.lists("multiValueHeaders"));
        fields.single("headers").forEach(all::putIfAbsent);
        if (fields.has("cookies")) {
          all.put("set-cookie", fields.list("cookies"));
        }
        Map<String, List<String>> kept = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> header : all.entrySet()) {
          String name = header.getKey().toLowerCase(Locale.ROOT);
          fields.require(HttpReply.isName(name));
          if (KEPT.contains(name) || !HttpReply.isOurs(name)) {
            fields.require(kept.put(name, header.getValue()) == null);
          }
        }
        fields.require(kept.getOrDefault("content-type", List.of()).size() <= 1);
        boolean base64 = fields.has("isBase64Encoded") && fields.flag("isBase64Encoded");
        return new Answer(status, kept, fields.textOrNull("body"), base64);
      } catch (Rejection unreadable) {
        throw Rejection.of(Rejection.Code.FAULT, "not-a-reply");
      }
    }
  }

  /** Rules for the body of an event. */
  record BodyRules<B>(Class<B> type, Rules<? super B> rules) implements Rules<Input> {
    @Override
    public List<Violation> check(Input input) {
      return input.body == null ? List.of() : rules.check(type.cast(input.body));
    }

    @Override
    public String describe() {
      return rules.describe();
    }

    @Override
    public void prepare(Class<? extends Input> input) {
      if (type != Object.class) {
        rules.prepare(type);
      }
    }

    @Override
    public void start(Environment environment) throws Exception {
      rules.start(environment);
    }

    @Override
    public void beforeSnapshot() throws Exception {
      rules.beforeSnapshot();
    }

    @Override
    public void afterRestore(Environment environment) throws Exception {
      rules.afterRestore(environment);
    }
  }

  /** A permit for an event of the type that the handler takes. */
  record EventPermit<T>(Class<T> type, Permit<? super T> permit) implements Permit<Input> {
    @Override
    public boolean allows(Caller caller, Input input) throws Exception {
      return permit.allows(caller, type.cast(input.event));
    }

    @Override
    public String describe() {
      return permit.describe();
    }

    @Override
    public void start(Environment environment) throws Exception {
      permit.start(environment);
    }

    @Override
    public void beforeSnapshot() throws Exception {
      permit.beforeSnapshot();
    }

    @Override
    public void afterRestore(Environment environment) throws Exception {
      permit.afterRestore(environment);
    }
  }
}
