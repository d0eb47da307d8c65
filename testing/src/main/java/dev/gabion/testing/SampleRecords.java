package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.net.URLEncoder;
import java.util.Base64;

/**
 * Events of record sources as AWS sends them, in JSON: from account 123456789012 in eu-central-1,
 * each record delivered for the first time.
 *
 * <p>Source: AWS Lambda Developer Guide, the pages of each service.
 */
public final class SampleRecords {
  private static final String HERE = "eu-central-1:123456789012:";
  private static final String TIME = "2026-01-02T03:04:05.678Z";

  private SampleRecords() {}

  /**
   * Messages of a queue, with the ids {@code m0}, {@code m1} and so on.
   *
   * @param queue its name; one that ends in {@code .fifo} is a FIFO queue, and all messages are of
   *     one group
   */
  public static String sqs(String queue, String... bodies) {
    return sqs(1, queue, bodies);
  }

  /** The same, delivered for the {@code deliveries}th time. */
  public static String sqs(int deliveries, String queue, String... bodies) {
    ArrayNode records = JsonNodeFactory.instance.arrayNode();
    for (String body : bodies) {
      ObjectNode message =
          records
              .addObject()
              .put("messageId", "m" + (records.size() - 1))
              .put("receiptHandle", "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a")
              .put("body", body);
      ObjectNode attributes =
          message
              .putObject("attributes")
              .put("ApproximateReceiveCount", "" + deliveries)
              .put("SentTimestamp", "1767323045678")
              .put("SenderId", "AROAEXAMPLE:orders")
              .put("ApproximateFirstReceiveTimestamp", "1767323045679");
      if (queue.endsWith(".fifo")) {
        attributes.put("MessageGroupId", "group").put("SequenceNumber", "" + records.size());
      }
      message.putObject("messageAttributes");
      message.put("eventSource", "aws:sqs").put("eventSourceARN", "arn:aws:sqs:" + HERE + queue);
      message.put("awsRegion", "eu-central-1");
    }
    return event(records);
  }

  /** A notification of a topic. */
  public static String sns(String topic, String message) {
    ArrayNode records = JsonNodeFactory.instance.arrayNode();
    String arn = "arn:aws:sns:" + HERE + topic;
    records
        .addObject()
        .put("EventSource", "aws:sns")
        .put("EventVersion", "1.0")
        .put("EventSubscriptionArn", arn + ":21be56ed-a058-49f5-8c98-aedd2564c486")
        .set("Sns", envelope(arn, message));
    return event(records);
  }

  /** What a topic puts around a message that it sends to a queue. */
  public static String topicsEnvelope(String topic, String message) {
    return envelope("arn:aws:sns:" + HERE + topic, message).toString();
  }

  /** An event of a bus. */
  public static String eventBridge(String source, String detailType, String detail) {
    ObjectNode event =
        JsonNodeFactory.instance
            .objectNode()
            .put("version", "0")
            .put("id", "6a7e8feb-b491-4cf7-a9f1-bf3703467718")
            .put("detail-type", detailType)
            .put("source", source)
            .put("account", "123456789012")
            .put("time", "2026-01-02T03:04:05Z")
            .put("region", "eu-central-1");
    event.putArray("resources");
    event.putRawValue("detail", new RawValue(detail));
    return event.toString();
  }

  /** A notification that an object was put into a bucket. */
  public static String s3(String bucket, String key) {
    ArrayNode records = JsonNodeFactory.instance.arrayNode();
    ObjectNode put =
        records
            .addObject()
            .put("eventVersion", "2.1")
            .put("eventSource", "aws:s3")
            .put("awsRegion", "eu-central-1")
            .put("eventTime", TIME)
            .put("eventName", "ObjectCreated:Put");
    put.putObject("userIdentity").put("principalId", "AWS:AROAEXAMPLE:orders");
    ObjectNode s3 = put.putObject("s3").put("s3SchemaVersion", "1.0");
    s3.putObject("bucket").put("name", bucket).put("arn", "arn:aws:s3:::" + bucket);
    s3.putObject("object")
        .put("key", URLEncoder.encode(key, UTF_8).replace("%2F", "/"))
        .put("size", 1024)
        .put("eTag", "d41d8cd98f00b204e9800998ecf8427e")
        .put("sequencer", "0055AED6DCD90281E5");
    return event(records);
  }

  /** Records of a stream, with the sequence numbers 1000, 1001 and so on. */
  public static String kinesis(String stream, String... data) {
    ArrayNode records = JsonNodeFactory.instance.arrayNode();
    for (String each : data) {
      String number = "" + (1000 + records.size());
      ObjectNode item = records.addObject();
      item.putObject("kinesis")
          .put("kinesisSchemaVersion", "1.0")
          .put("partitionKey", "1")
          .put("sequenceNumber", number)
          .put("data", Base64.getEncoder().encodeToString(each.getBytes(UTF_8)))
          .put("approximateArrivalTimestamp", 1767323045.678);
      item.put("eventSource", "aws:kinesis")
          .put("eventVersion", "1.0")
          .put("eventID", "shardId-000000000006:" + number)
          .put("eventName", "aws:kinesis:record")
          .put("invokeIdentityArn", "arn:aws:iam::123456789012:role/orders")
          .put("awsRegion", "eu-central-1")
          .put("eventSourceARN", "arn:aws:kinesis:" + HERE + "stream/" + stream);
    }
    return event(records);
  }

  /**
   * New items of a table, with the keys {@code {"id":0}}, {@code {"id":1}} and so on, and the
   * sequence numbers 1000, 1001 and so on.
   *
   * @param attribute the one attribute that an item has beside its key
   * @param values its values, which are texts
   */
  public static String dynamoDb(String table, String attribute, String... values) {
    ArrayNode records = JsonNodeFactory.instance.arrayNode();
    for (String value : values) {
      int number = records.size();
      ObjectNode item =
          records
              .addObject()
              .put("eventID", "e" + number)
              .put("eventName", "INSERT")
              .put("eventVersion", "1.1")
              .put("eventSource", "aws:dynamodb")
              .put("awsRegion", "eu-central-1");
      ObjectNode dynamodb = item.putObject("dynamodb");
      dynamodb.putObject("Keys").putObject("id").put("N", "" + number);
      ObjectNode image = dynamodb.putObject("NewImage");
      image.putObject("id").put("N", "" + number);
      image.putObject(attribute).put("S", value);
      dynamodb
          .put("ApproximateCreationDateTime", 1767323045)
          .put("SequenceNumber", "" + (1000 + number))
          .put("SizeBytes", 26)
          .put("StreamViewType", "NEW_AND_OLD_IMAGES");
      item.put(
          "eventSourceARN",
          "arn:aws:dynamodb:" + HERE + "table/" + table + "/stream/2026-01-02T03:04:05.678");
    }
    return event(records);
  }

  private static ObjectNode envelope(String arn, String message) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("Type", "Notification")
        .put("MessageId", "95df01b4-ee98-5cb9-9903-4c221d41eb5e")
        .put("TopicArn", arn)
        .put("Message", message)
        .put("Timestamp", TIME)
        .put("SignatureVersion", "1")
        .put("Signature", "EXAMPLE");
  }

  private static String event(ArrayNode records) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.set("Records", records);
    return event.toString();
  }
}
