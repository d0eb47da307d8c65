package dev.gabion.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.Delivery;
import dev.gabion.core.Environment;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.Quarantine;
import dev.gabion.core.Rejection;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.StartFailed;
import dev.gabion.core.StrictJson;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The stream of a DynamoDB table ("Using AWS Lambda with Amazon DynamoDB", "Configuring partial
 * batch response with DynamoDB and Lambda"). Ordered, answered and blocked as {@link Kinesis} is;
 * what is said there holds here.
 *
 * <p>The input is a type of yours with some of the components {@code event} ({@code INSERT}, {@code
 * MODIFY}, {@code REMOVE}), {@code keys}, {@code newImage} and {@code oldImage}; each that it has
 * is bound strictly:
 *
 * <pre>{@code
 * record OrderChange(String event, @Nullable Order newImage, @Nullable Order oldImage) {}
 * }</pre>
 *
 * <p>Items become plain JSON ("AttributeValue"): S and B texts, the latter in base64; N a number;
 * BOOL, NULL; M an object; L, SS, NS and BS arrays.
 */
public final class DynamoDb<I> extends RecordSource<DynamoDb.Change, I> {
  private static final Shape SHAPE = new Shape("not-dynamodb");
  private static final Set<String> EVENTS = Set.of("INSERT", "MODIFY", "REMOVE");

  /** The components that an input may have, and the members that they are made of. */
  private static final Map<String, String> IMAGES =
      Map.of("keys", "Keys", "newImage", "NewImage", "oldImage", "OldImage");

  private final Origin table;

  private DynamoDb(Origin table, Class<I> input, Terms terms) {
    super(input, terms);
    this.table = table;
  }

  /**
   * Takes the changes of one table.
   *
   * @param table the ARN of the table, or of one stream of it; or its name, if it is in the
   *     function's own account and region
   * @param input what a change becomes; or {@link Change}, for the change as it came
   * @throws IllegalArgumentException if {@code table} is neither
   */
  public static <I> DynamoDb<I> table(String table, Class<I> input) {
    return new DynamoDb<>(Origin.of("dynamodb", "table/", table), input, Terms.PLAIN);
  }

  /** Keeps changes there that can never pass, and goes on behind them. */
  public DynamoDb<I> quarantine(Quarantine quarantine) {
    return new DynamoDb<>(table, input(), terms.quarantine(quarantine));
  }

  @Override
  public String describe() {
    return "DynamoDB: " + input().getSimpleName() + " from " + table + terms.describe();
  }

  /**
   * Makes sure that the declaration can be kept.
   *
   * @throws StartFailed if the input has none of the components
   */
  @Override
  protected void start(Environment environment, StrictJson json) {
    if (!bindsInput()) {
      return;
    }
    if (!has(json, "event") && IMAGES.keySet().stream().noneMatch(name -> has(json, name))) {
      throw new StartFailed(
          describe() + " needs an input with components of event, keys, newImage and oldImage.");
    }
  }

  private boolean has(StrictJson json, String component) {
    return json.fields(input()).kind(component) != null;
  }

  @Override
  protected Delivery<Change> open(JsonNode event, FunctionArn function) {
    if (event.has("window")) {
      throw Rejection.of(Rejection.Code.MALFORMED, "time-window");
    }
    List<Change> changes =
        SHAPE.records(
            event,
            each -> {
              Change change = new Change(each);
              String arn = change.facts.origin();
              String expected = table.arn(function);
              if (!arn.equals(expected) && !arn.startsWith(expected + "/stream/")) {
                throw Shape.foreign();
              }
              return change;
            });
    return new Delivery<>(changes, true);
  }

  @Override
  protected boolean bindsInput() {
    return input() != Change.class;
  }

  @Override
  protected I decode(Change change, StrictJson json) {
    if (!bindsInput()) {
      return input().cast(change);
    }
    ObjectNode input = JsonNodeFactory.instance.objectNode();
    if (has(json, "event")) {
      input.put("event", change.facts.operation());
    }
    IMAGES.forEach(
        (component, member) -> {
          JsonNode image = change.whole.path("dynamodb").path(member);
          if (has(json, component) && !image.isMissingNode()) {
            input.set(component, AttributeValues.plain(image));
          }
        });
    return Shape.bind(input, input(), json);
  }

  @Override
  List<String> failures(List<Change> undone) {
    return Kinesis.lowest(undone.stream().map(change -> change.sequenceNumber).toList());
  }

  /** One change of an item. */
  public static final class Change implements SentEnvelope {
    private final JsonNode whole;
    private final String id;
    private final String sequenceNumber;
    private final SourceFacts facts;

    private Change(JsonNode sent) {
      SHAPE.require(sent, "eventSource", "aws:dynamodb");
      JsonNode dynamodb = SHAPE.object(sent, "dynamodb");
      SHAPE.object(dynamodb, "Keys");
      String event = SHAPE.text(sent, "eventName");
      if (!EVENTS.contains(event)) {
        throw SHAPE.refusal();
      }
      this.whole = sent;
      this.id = SHAPE.text(sent, "eventID");
      this.sequenceNumber = SHAPE.digits(dynamodb, "SequenceNumber");
      this.facts = SourceFacts.of("dynamodb", SHAPE.text(sent, "eventSourceARN"), event);
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public SourceFacts facts() {
      return facts;
    }

    /** The change's place within its shard: digits. */
    public String sequenceNumber() {
      return sequenceNumber;
    }

    /** The service that has made the change by itself, such as at the end of a time to live. */
    @Override
    public Optional<String> sender() {
      return Optional.ofNullable(whole.path("userIdentity").path("principalId").textValue());
    }

    @Override
    public byte[] original() {
      return Shape.bytes(whole);
    }

    @Override
    public byte[] asEvent() {
      return Shape.event(whole);
    }
  }
}
