package dev.gabion.events;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gabion.core.Delivery;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.Limits;
import dev.gabion.core.Quarantine;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;

/**
 * An SQS queue ("Using Lambda with Amazon SQS", "Handling errors for an SQS event source in
 * Lambda"). The event source mapping must have {@code ReportBatchItemFailures}: without it AWS
 * takes every reply for an acknowledgement of the whole batch.
 *
 * <p>A message's body is JSON that becomes an {@code I}; with {@link Message} as the input it is
 * whatever it is. A queue whose name ends in {@code .fifo} is worked on in order: the first message
 * that is not done and all behind it are reported as failed, and none of those is tried.
 *
 * <p>A message that is reported as failed comes again, until the queue's redrive policy moves it
 * elsewhere. {@link #quarantine} does so at once with what can never pass.
 */
public final class Sqs<I> extends RecordSource<Sqs.Message, I> {
  private static final Shape SHAPE = new Shape("not-sqs");
  private static final String FIFO = ".fifo";

  private final Origin queue;
  private final Wrapping wrapping;
  private final String via;

  /** What an envelope within the body takes off to get at the content. */
  private interface Wrapping {
    String content(Message message, StrictJson json);
  }

  private Sqs(Origin queue, Class<I> input, Wrapping wrapping, String via, Terms terms) {
    super(input, terms);
    this.queue = queue;
    this.wrapping = wrapping;
    this.via = via;
  }

  /**
   * Takes the messages of one queue.
   *
   * @param queue its ARN; or its name, if it is in the function's own account and region
   * @param input what a body becomes; or {@link Message}, for the message as it came
   * @throws IllegalArgumentException if {@code queue} is neither
   */
  public static <I> Sqs<I> queue(String queue, Class<I> input) {
    return new Sqs<>(
        Origin.of("sqs", "", queue), input, (message, json) -> message.body, "", Terms.PLAIN);
  }

  /**
   * Takes what an SNS topic has sent to the queue without raw message delivery: the body is the
   * topic's envelope, its {@code Message} the content.
   *
   * @param topic the topic's ARN; or its name, if it is in the function's own account and region
   */
  public Sqs<I> fromTopic(String topic) {
    Origin expected = Origin.of("sns", "", topic);
    return via(
        "topic " + expected,
        (message, json) -> Sns.content(json.tree(message.body), expected, message.function));
  }

  /**
   * Takes what an EventBridge rule has sent to the queue: the body is the event, its {@code detail}
   * the content. It must come from the function's own account.
   */
  public Sqs<I> fromBus(String source, String detailType) {
    EventBridge<I> events = EventBridge.events(source, detailType, input());
    return via(
        "bus, " + detailType + " of " + source,
        (message, json) -> events.detail(json.tree(message.body), message.function));
  }

  private Sqs<I> via(String sender, Wrapping wrapping) {
    if (!via.isEmpty()) {
      throw new IllegalStateException("A queue's messages come through one topic or bus.");
    }
    return new Sqs<>(queue, input(), wrapping, " through " + sender, terms);
  }

  /** Keeps messages there that can never pass, and acknowledges them. */
  public Sqs<I> quarantine(Quarantine quarantine) {
    return with(terms.quarantine(quarantine));
  }

  /**
   * The same, and those as well that have failed with delivery {@code attempts} or a later one, as
   * SQS counts. Messages that ended the environment are not counted here: have the queue's redrive
   * policy move them, with a larger {@code maxReceiveCount}.
   */
  public Sqs<I> quarantine(Quarantine quarantine, int attempts) {
    return with(terms.quarantine(quarantine, attempts));
  }

  /**
   * Works on messages together, on this executor. Not for a FIFO queue.
   *
   * @throws IllegalStateException if the queue is one
   */
  public Sqs<I> together(Executor executor) {
    if (isFifo()) {
      throw new IllegalStateException("The messages of a FIFO queue are worked on in order.");
    }
    return with(terms.together(executor));
  }

  private Sqs<I> with(Terms other) {
    return new Sqs<>(queue, input(), wrapping, via, other);
  }

  private boolean isFifo() {
    return queue.declared().endsWith(FIFO);
  }

  @Override
  public String describe() {
    return "SQS: " + input().getSimpleName() + " from " + queue + via + terms.describe();
  }

  @Override
  protected Delivery<Message> open(JsonNode event, FunctionArn function) {
    List<Message> messages =
        SHAPE.records(
            event,
            each -> {
              Message message = new Message(each, function);
              if (!queue.is(message.facts.origin(), function)) {
                throw Shape.foreign();
              }
              return message;
            });
    return new Delivery<>(messages, isFifo());
  }

  @Override
  protected void admit(Message message, Limits limits) {
    Shape.bounded(message.body, limits);
  }

  @Override
  protected boolean bindsInput() {
    return input() != Message.class;
  }

  @Override
  protected I decode(Message message, StrictJson json) {
    String content = wrapping.content(message, json);
    if (bindsInput()) {
      return json.read(content, input());
    }
    return input().cast(message.with(content));
  }

  @Override
  List<String> failures(List<Message> undone) {
    return undone.stream().map(Message::id).toList();
  }

  /** One message of a queue. */
  public static final class Message implements SentEnvelope {
    private final JsonNode whole;
    private final String id;
    private final String body;
    private final String original;
    private final Map<String, String> attributes;
    private final Map<String, String> messageAttributes;
    private final FunctionArn function;
    private final SourceFacts facts;

    private Message(JsonNode sent, FunctionArn function) {
      SHAPE.require(sent, "eventSource", "aws:sqs");
      this.whole = sent;
      this.id = SHAPE.text(sent, "messageId");
      this.body = SHAPE.anyText(sent, "body");
      this.original = body;
      this.attributes = Map.copyOf(texts(SHAPE.object(sent, "attributes")));
      this.messageAttributes = Map.copyOf(values(sent.path("messageAttributes")));
      this.function = function;
      this.facts = SourceFacts.of("sqs", SHAPE.text(sent, "eventSourceARN"), "ReceiveMessage");
    }

    private Message(Message message, String content) {
      this.whole = message.whole;
      this.id = message.id;
      this.body = content;
      this.original = message.original;
      this.attributes = Map.copyOf(message.attributes);
      this.messageAttributes = Map.copyOf(message.messageAttributes);
      this.function = message.function;
      this.facts = message.facts;
    }

    private Message with(String content) {
      return content.equals(body) ? this : new Message(this, content);
    }

    private static Map<String, String> texts(JsonNode node) {
      Map<String, String> texts = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> each : node.properties()) {
        texts.put(each.getKey(), SHAPE.anyText(node, each.getKey()));
      }
      return texts;
    }

    private static Map<String, String> values(JsonNode node) {
      if (!node.isObject() && !node.isMissingNode() && !node.isNull()) {
        throw SHAPE.refusal();
      }
      Map<String, String> values = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> each : node.properties()) {
        String value = SHAPE.textOrNull(each.getValue(), "stringValue");
        if (value != null) {
          values.put(each.getKey(), value);
        }
      }
      return values;
    }

    /** The message's id, the same whenever it is delivered again. */
    @Override
    public String id() {
      return id;
    }

    @Override
    public SourceFacts facts() {
      return facts;
    }

    /** The body; without the envelope of a topic or bus, if that was declared. */
    public String body() {
      return body;
    }

    /** What SQS says of the message, such as {@code SentTimestamp} and {@code MessageGroupId}. */
    public Map<String, String> attributes() {
      return attributes;
    }

    /** What the sender says of it: the attributes that are texts or numbers. */
    public Map<String, String> messageAttributes() {
      return messageAttributes;
    }

    @Override
    public Optional<String> sender() {
      return Optional.ofNullable(attributes.get("SenderId"));
    }

    @Override
    public OptionalInt deliveries() {
      String count = attributes.getOrDefault("ApproximateReceiveCount", "");
      return count.matches("[0-9]{1,9}")
          ? OptionalInt.of(Integer.parseInt(count))
          : OptionalInt.empty();
    }

    @Override
    public byte[] original() {
      return original.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] asEvent() {
      return Shape.event(whole);
    }
  }
}
