package dev.gabion.events;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gabion.core.Delivery;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.Quarantine;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.StrictJson;
import java.util.Optional;

/**
 * A rule on an EventBridge bus that invokes the function ("Events in Amazon EventBridge"; schedules
 * are events of source {@code aws.events}).
 *
 * <p>An event names no bus: what it is about is its source and detail type, and both are declared.
 * It must come from the function's own account, unless {@link #account} says otherwise. Its detail
 * becomes an {@code I}.
 *
 * <p>EventBridge invokes asynchronously: nobody reads the reply. What is not done fails the
 * invocation; Lambda tries again twice, then sends the event to the function's failure destination
 * or drops it. A rule that sends to a queue in between is {@link Sqs#fromBus}.
 */
public final class EventBridge<I> extends RecordSource<EventBridge.Event, I> {
  private static final Shape SHAPE = new Shape("not-eventbridge");

  private final String source;
  private final String detailType;
  private final String account;

  private EventBridge(
      String source, String detailType, Class<I> input, String account, Terms terms) {
    super(input, terms);
    this.source = source;
    this.detailType = detailType;
    this.account = account;
  }

  /**
   * Takes the events of one source and detail type.
   *
   * @param source such as {@code com.acme.orders}; must be the event's own, exactly
   * @param detailType such as {@code OrderPlaced}; likewise
   * @param input what a detail becomes; or {@link Event}, for the event as it came
   */
  public static <I> EventBridge<I> events(String source, String detailType, Class<I> input) {
    return new EventBridge<>(source, detailType, input, "", Terms.PLAIN);
  }

  /**
   * Takes events from this account, and no longer from the function's own.
   *
   * @param id twelve digits
   */
  public EventBridge<I> account(String id) {
    if (!id.matches("[0-9]{12}")) {
      throw new IllegalArgumentException("An account is twelve digits.");
    }
    return new EventBridge<>(source, detailType, input(), id, terms);
  }

  /** Keeps events there that can never pass, rather than have Lambda try again. */
  public EventBridge<I> quarantine(Quarantine quarantine) {
    return new EventBridge<>(source, detailType, input(), account, terms.quarantine(quarantine));
  }

  @Override
  public String describe() {
    return "EventBridge: "
        + detailType
        + " of "
        + source
        + " as "
        + input().getSimpleName()
        + (account.isEmpty() ? "" : " of account " + account)
        + terms.describe();
  }

  private Event event(JsonNode event, FunctionArn function) {
    Event opened = new Event(event);
    String expected = account.isEmpty() ? function.account() : account;
    if (!opened.account.equals(expected)
        || !opened.facts.origin().equals(source)
        || !opened.facts.operation().equals(detailType)) {
      throw Shape.foreign();
    }
    return opened;
  }

  /** The detail of an event that stands in the body of another source's message. */
  String detail(JsonNode event, FunctionArn function) {
    return event(event, function).detail();
  }

  @Override
  protected Delivery<Event> open(JsonNode event, FunctionArn function) {
    return Delivery.of(event(event, function));
  }

  @Override
  protected boolean bindsInput() {
    return input() != Event.class;
  }

  @Override
  protected I decode(Event event, StrictJson json) {
    String detail = Shape.bounded(event.detail(), json.limits());
    return bindsInput() ? json.read(detail, input()) : input().cast(event);
  }

  @Override
  protected boolean namesFailures() {
    return false;
  }

  /** One event of a bus. */
  public static final class Event implements SentEnvelope {
    private final String id;
    private final String account;
    private final String time;
    private final JsonNode whole;
    private final SourceFacts facts;

    private Event(JsonNode event) {
      SHAPE.require(event, "version", "0");
      SHAPE.object(event, "detail");
      if (!event.path("resources").isArray()) {
        throw SHAPE.refusal();
      }
      this.whole = event;
      this.id = SHAPE.text(event, "id");
      this.account = SHAPE.text(event, "account");
      this.time = SHAPE.text(event, "time");
      SHAPE.text(event, "region");
      this.facts =
          SourceFacts.of(
              "eventbridge", SHAPE.text(event, "source"), SHAPE.text(event, "detail-type"));
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public SourceFacts facts() {
      return facts;
    }

    /** When it happened, as the event says: RFC 3339. */
    public String time() {
      return time;
    }

    /** The detail, as JSON. */
    public String detail() {
      return whole.path("detail").toString();
    }

    /** The account that the event comes from. */
    @Override
    public Optional<String> sender() {
      return Optional.of(account);
    }

    @Override
    public byte[] original() {
      return Shape.bytes(whole);
    }

    @Override
    public byte[] asEvent() {
      return Shape.bytes(whole);
    }
  }
}
