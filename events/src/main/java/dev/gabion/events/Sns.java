package dev.gabion.events;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gabion.core.Delivery;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.Limits;
import dev.gabion.core.Quarantine;
import dev.gabion.core.RecordEnvelope;
import dev.gabion.core.Rejection;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An SNS topic that invokes the function ("Invoking Lambda functions with Amazon SNS
 * notifications").
 *
 * <p>SNS invokes asynchronously: nobody reads the reply. What is not done fails the invocation;
 * Lambda tries again twice, then sends the event to the function's failure destination or drops it.
 *
 * <p>A topic that sends to a queue in between is {@link Sqs#fromTopic}.
 */
public final class Sns<I> extends RecordSource<Sns.Notification, I> {
  private static final Shape SHAPE = new Shape("not-sns");

  private final Origin topic;

  private Sns(Origin topic, Class<I> input, Terms terms) {
    super(input, terms);
    this.topic = topic;
  }

  /**
   * Takes the notifications of one topic.
   *
   * @param topic its ARN; or its name, if it is in the function's own account and region
   * @param input what a message becomes; or {@link Notification}, for the notification as it came
   * @throws IllegalArgumentException if {@code topic} is neither
   */
  public static <I> Sns<I> topic(String topic, Class<I> input) {
    return new Sns<>(Origin.of("sns", "", topic), input, Terms.PLAIN);
  }

  /** Keeps notifications there that can never pass, rather than have Lambda try again. */
  public Sns<I> quarantine(Quarantine quarantine) {
    return new Sns<>(topic, input(), terms.quarantine(quarantine));
  }

  /**
   * The content of a topic's envelope, as it stands in the body of another source's message
   * ("Parsing Amazon SNS message formats").
   *
   * @throws Rejection if it is none, or of another topic
   */
  static String content(JsonNode envelope, Origin topic, FunctionArn function) {
    SHAPE.require(envelope, "Type", "Notification");
    if (!topic.is(SHAPE.text(envelope, "TopicArn"), function)) {
      throw Shape.foreign();
    }
    return SHAPE.anyText(envelope, "Message");
  }

  @Override
  public String describe() {
    return "SNS: " + input().getSimpleName() + " from " + topic + terms.describe();
  }

  @Override
  protected Delivery<Notification> open(JsonNode event, FunctionArn function) {
    List<Notification> notifications =
        SHAPE.records(
            event,
            each -> {
              SHAPE.require(each, "EventSource", "aws:sns");
              JsonNode sns = SHAPE.object(each, "Sns");
              return new Notification(each, sns, content(sns, topic, function));
            });
    return new Delivery<>(notifications, false);
  }

  @Override
  protected void admit(Notification notification, Limits limits) {
    Shape.bounded(notification.message, limits);
  }

  @Override
  protected boolean bindsInput() {
    return input() != Notification.class;
  }

  @Override
  protected I decode(Notification notification, StrictJson json) {
    return bindsInput() ? json.read(notification.message, input()) : input().cast(notification);
  }

  @Override
  protected boolean namesFailures() {
    return false;
  }

  /** One notification of a topic. */
  public static final class Notification implements RecordEnvelope {
    private final JsonNode whole;
    private final String id;
    private final String message;
    private final @Nullable String subject;
    private final SourceFacts facts;

    private Notification(JsonNode sent, JsonNode sns, String message) {
      this.whole = sent;
      this.id = SHAPE.text(sns, "MessageId");
      this.message = message;
      this.subject = SHAPE.textOrNull(sns, "Subject");
      this.facts = SourceFacts.of("sns", SHAPE.text(sns, "TopicArn"), "Notification");
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public SourceFacts facts() {
      return facts;
    }

    /** What was published. */
    public String message() {
      return message;
    }

    /** The subject that it was published with. */
    public Optional<String> subject() {
      return Optional.ofNullable(subject);
    }

    @Override
    public byte[] original() {
      return message.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] asEvent() {
      return Shape.event(whole);
    }
  }
}
