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
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;

/**
 * A Kinesis data stream ("Using Lambda to process records from Amazon Kinesis Data Streams",
 * "Configuring partial batch response with Kinesis Data Streams and Lambda"). The event source
 * mapping should have {@code ReportBatchItemFailures}: without it a batch is done or not as a
 * whole.
 *
 * <p>Records are worked on in order. The first that is not done stops the batch, and the reply
 * names the lowest sequence number that is not done: Lambda goes on from there. Kinesis does not
 * count deliveries, so a record that keeps failing blocks its shard until the mapping's {@code
 * MaximumRetryAttempts} or {@code MaximumRecordAgeInSeconds}, both endless unless set; {@link
 * #quarantine} takes what can never pass out of the way at once.
 *
 * <p>Records that the Kinesis Producer Library has aggregated are refused, and so are the events of
 * a mapping with a tumbling window, whose reply would have to carry a state.
 */
public final class Kinesis<I> extends RecordSource<Kinesis.Item, I> {
  private static final Shape SHAPE = new Shape("not-kinesis");

  private final Origin stream;

  private Kinesis(Origin stream, Class<I> input, Terms terms) {
    super(input, terms);
    this.stream = stream;
  }

  /**
   * Takes the records of one stream.
   *
   * @param stream its ARN; or its name, if it is in the function's own account and region
   * @param input what a record's data becomes, which is JSON; or {@link Item}, for whatever it is
   * @throws IllegalArgumentException if {@code stream} is neither
   */
  public static <I> Kinesis<I> stream(String stream, Class<I> input) {
    return new Kinesis<>(Origin.of("kinesis", "stream/", stream), input, Terms.PLAIN);
  }

  /** Keeps records there that can never pass, and goes on behind them. */
  public Kinesis<I> quarantine(Quarantine quarantine) {
    return new Kinesis<>(stream, input(), terms.quarantine(quarantine));
  }

  @Override
  public String describe() {
    return "Kinesis: " + input().getSimpleName() + " from " + stream + terms.describe();
  }

  @Override
  protected Delivery<Item> open(JsonNode event, FunctionArn function) {
    if (event.has("window")) {
      throw Rejection.of(Rejection.Code.MALFORMED, "time-window");
    }
    List<Item> records =
        SHAPE.records(
            event,
            each -> {
              Item record = new Item(each);
              if (!stream.is(record.facts.origin(), function)) {
                throw Shape.foreign();
              }
              return record;
            });
    return new Delivery<>(records, true);
  }

  @Override
  protected void admit(Item record, Limits limits) {
    // Base64 of n bytes is about a third longer.
    if (record.encoded.length() > limits.of(Limits.Bound.BODY_BYTES) / 3 * 4 + 4) {
      throw Rejection.of(Rejection.Code.TOO_LARGE, "body-bytes");
    }
  }

  @Override
  protected boolean bindsInput() {
    return input() != Item.class;
  }

  @Override
  protected I decode(Item record, StrictJson json) {
    byte[] data = record.data();
    if (data.length > json.limits().of(Limits.Bound.BODY_BYTES)) {
      throw Rejection.of(Rejection.Code.TOO_LARGE, "body-bytes");
    }
    if (isAggregated(data)) {
      throw Rejection.of(Rejection.Code.MALFORMED, "aggregated");
    }
    return bindsInput() ? json.read(StrictJson.text(data), input()) : input().cast(record);
  }

  /** The four bytes that such a record begins with (KPL Aggregated Record Format). */
  private static boolean isAggregated(byte[] data) {
    return data.length >= 4
        && (data[0] & 0xFF) == 0xF3
        && (data[1] & 0xFF) == 0x89
        && (data[2] & 0xFF) == 0x9A
        && (data[3] & 0xFF) == 0xC2;
  }

  /** The lowest of sequence numbers, where Lambda goes on; none if there are none. */
  static List<String> lowest(List<String> sequenceNumbers) {
    return sequenceNumbers.stream().min(Comparator.comparing(BigInteger::new)).stream().toList();
  }

  @Override
  List<String> failures(List<Item> undone) {
    return lowest(undone.stream().map(Item::sequenceNumber).toList());
  }

  /** One record of a stream. */
  public static final class Item implements RecordEnvelope {
    private final JsonNode whole;
    private final String sequenceNumber;
    private final String partitionKey;
    private final String encoded;
    private final String id;
    private final SourceFacts facts;

    private Item(JsonNode sent) {
      SHAPE.require(sent, "eventSource", "aws:kinesis");
      SHAPE.require(sent, "eventName", "aws:kinesis:record");
      JsonNode kinesis = SHAPE.object(sent, "kinesis");
      this.whole = sent;
      this.id = SHAPE.text(sent, "eventID");
      this.sequenceNumber = SHAPE.digits(kinesis, "sequenceNumber");
      this.partitionKey = SHAPE.text(kinesis, "partitionKey");
      this.encoded = SHAPE.anyText(kinesis, "data");
      this.facts =
          SourceFacts.of("kinesis", SHAPE.text(sent, "eventSourceARN"), "aws:kinesis:record");
    }

    /** Shard and sequence number. */
    @Override
    public String id() {
      return id;
    }

    @Override
    public SourceFacts facts() {
      return facts;
    }

    /** The record's place within its shard: digits. */
    public String sequenceNumber() {
      return sequenceNumber;
    }

    /** What decides on the record's shard. */
    public String partitionKey() {
      return partitionKey;
    }

    /**
     * The data.
     *
     * @throws Rejection if the event does not have it in base64
     */
    public byte[] data() {
      try {
        return Base64.getDecoder().decode(encoded);
      } catch (IllegalArgumentException invalid) {
        throw Rejection.of(Rejection.Code.MALFORMED, "base64");
      }
    }

    /** The data; what is not base64 as it stands in the event. */
    @Override
    public byte[] original() {
      try {
        return data();
      } catch (Rejection invalid) {
        return encoded.getBytes(StandardCharsets.UTF_8);
      }
    }

    @Override
    public byte[] asEvent() {
      return Shape.event(whole);
    }
  }
}
