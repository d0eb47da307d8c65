package dev.gabion.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.Delivery;
import dev.gabion.core.Environment;
import dev.gabion.core.EventSource;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.RecordEnvelope;
import dev.gabion.core.Rejection;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.StartFailed;
import dev.gabion.core.StrictJson;
import dev.gabion.core.Violation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A direct invocation: the event is the input, the reply the output (AWS Lambda API Reference,
 * "Invoke"). Who may invoke is for IAM and the function's resource policy to say; the event itself
 * names nobody.
 *
 * <p>A refusal fails the invocation: the invoker sees a function error with a constant message and
 * a correlation id, as Step Functions and asynchronous invokers need it to try again or to stop. An
 * invoker that waits and wants to know what to mend is told so after {@link #answering}.
 */
public final class Direct<I, O> extends EventSource<Direct.Invocation, I, O> {
  private static final String PROBLEM = "problem";

  private final boolean answering;

  private Direct(Class<I> input, Class<O> output, boolean answering) {
    super(input, output);
    this.answering = answering;
  }

  /** Takes an event that is an {@code I}, and replies an {@code O}. */
  public static <I, O> Direct<I, O> json(Class<I> input, Class<O> output) {
    return new Direct<>(input, output, false);
  }

  /**
   * Replies to a refusal, too: {@code {"problem":{"title":…,"status":…,"reason":…,
   * "correlationId":…}}}, the members of RFC 9457 as an HTTP API has them. Only for invokers that
   * wait and look: an asynchronous one would take it for success.
   */
  public Direct<I, O> answering() {
    return new Direct<>(input(), output(), true);
  }

  @Override
  public String describe() {
    return "Direct: " + input().getSimpleName();
  }

  /**
   * Makes sure that the declaration can be kept.
   *
   * @throws StartFailed if an output could be taken for a refusal
   */
  @Override
  protected void start(Environment environment, StrictJson json) {
    if (answering && json.fields(output()).kind(PROBLEM) != null) {
      throw new StartFailed(
          describe() + " answers refusals as a problem, and its output has a field of that name.");
    }
  }

  @Override
  protected Delivery<Invocation> open(JsonNode event, FunctionArn function) {
    return Delivery.of(new Invocation(event, function));
  }

  @Override
  protected I decode(Invocation invocation, StrictJson json) {
    return Shape.bind(invocation.event, input(), json);
  }

  @Override
  protected byte[] done(Invocation invocation, @Nullable O output, StrictJson json) {
    return output == null ? "null".getBytes(StandardCharsets.UTF_8) : json.write(output);
  }

  @Override
  protected byte[] refused(Invocation invocation, Rejection rejection, String correlationId) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ObjectNode problem = answer.putObject(PROBLEM);
    problem.put("title", rejection.code().title()).put("status", rejection.code().status());
    if (rejection.explained()) {
      problem.put("reason", rejection.reason());
      for (Violation violation : rejection.violations()) {
        problem
            .withArray("/violations")
            .addObject()
            .put("path", violation.path())
            .put("rule", violation.rule());
      }
    }
    problem.put("correlationId", correlationId);
    return Shape.bytes(answer);
  }

  @Override
  protected byte[] reply(List<Part<Invocation>> parts) {
    return parts.get(0).bytes();
  }

  @Override
  protected boolean answersRefusals() {
    return answering;
  }

  /** One direct invocation. */
  public static final class Invocation implements RecordEnvelope {
    private final JsonNode event;
    private final SourceFacts facts;

    private Invocation(JsonNode event, FunctionArn function) {
      this.event = event;
      this.facts =
          SourceFacts.of(
              "direct",
              "arn:%s:lambda:%s:%s:function:%s"
                  .formatted(
                      function.partition(), function.region(), function.account(), function.name()),
              "Invoke");
    }

    /** Empty: an invocation has no identifier but the platform's own. */
    @Override
    public String id() {
      return "";
    }

    @Override
    public SourceFacts facts() {
      return facts;
    }

    /** Nobody: a function does not learn who has invoked it. */
    @Override
    public Optional<String> sender() {
      return Optional.empty();
    }

    @Override
    public OptionalInt deliveries() {
      return OptionalInt.empty();
    }

    @Override
    public byte[] original() {
      return Shape.bytes(event);
    }

    @Override
    public byte[] asEvent() {
      return Shape.bytes(event);
    }
  }
}
