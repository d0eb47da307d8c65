package dev.gabion.core;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The simplest source of both kinds: {@code {"account":"…","letters":[{"id":"…","body":"…"}]}}. As
 * an office it answers its one letter; as a queue it reports what failed.
 */
final class Mailbox<I, O> extends EventSource<Mailbox.Letter, I, O> {
  private final boolean queue;
  private final boolean ordered;

  private Mailbox(Class<I> input, Class<O> output, boolean queue, boolean ordered) {
    super(input, output);
    this.queue = queue;
    this.ordered = ordered;
  }

  record Letter(String id, String body) implements Envelope {
    @Override
    public SourceFacts facts() {
      return SourceFacts.of("mailbox", "box-1", "deliver");
    }
  }

  static <I, O> Mailbox<I, O> office(Class<I> input, Class<O> output) {
    return new Mailbox<>(input, output, false, true);
  }

  static <I, O> Mailbox<I, O> queue(Class<I> input, Class<O> output) {
    return new Mailbox<>(input, output, true, true);
  }

  static <I, O> Mailbox<I, O> unorderedQueue(Class<I> input, Class<O> output) {
    return new Mailbox<>(input, output, true, false);
  }

  @Override
  public String describe() {
    return "Mailbox";
  }

  @Override
  protected Delivery<Letter> open(JsonNode event, FunctionArn function) {
    if (!event.path("account").asText().equals(function.account())
        || !event.path("letters").isArray()) {
      throw Rejection.of(Rejection.Code.MALFORMED, "not-a-mailbox");
    }
    List<Letter> letters = new ArrayList<>();
    for (JsonNode letter : event.path("letters")) {
      letters.add(new Letter(letter.path("id").asText(), letter.path("body").asText()));
    }
    return new Delivery<>(letters, ordered);
  }

  @Override
  protected I decode(Letter letter, StrictJson json) {
    return json.read(letter.body(), input());
  }

  @Override
  protected byte[] done(Letter letter, @Nullable O output, StrictJson json) {
    return output == null ? new byte[0] : json.write(output);
  }

  @Override
  protected byte[] refused(Letter letter, Rejection rejection, String correlationId) {
    return bytes("refused " + rejection.code().status() + " " + correlationId);
  }

  @Override
  protected byte[] reply(List<Part<Letter>> parts) {
    return queue
        ? bytes(
            parts.stream()
                .filter(part -> !part.done())
                .map(part -> part.envelope().id())
                .collect(Collectors.joining(",", "failed:", "")))
        : parts.get(0).bytes();
  }

  @Override
  protected boolean answersRefusals() {
    return !queue;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
