package dev.gabion.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.SNSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gabion.core.EventSource;
import dev.gabion.core.RecordEnvelope;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** AWS's own sample events: each goes through the door it is for, and through no other. */
class DoorsTest {
  private static final Path CORPUS =
      Path.of(
              System.getProperty(
                  "gabion.corpora",
                  Path.of(System.getProperty("gabion.root", ".."), "..", "shared", "corpora")
                      .toString()))
          .resolve("lambda-events");

  private static final String SQS = "arn:aws:sqs:eu-central-1:123456789012:TestLambda";
  private static final String STREAM = "arn:aws:kinesis:eu-central-1:123456789012:stream/samples";

  @BeforeAll
  static void samplesAreThere() {
    if (!Files.isDirectory(CORPUS)) {
      System.out.println("AWS's sample events: skipped, the corpora folder is absent.");
    }
    assumeTrue(Files.isDirectory(CORPUS), "the corpora folder is absent");
  }

  /** A sample; where one names no real stream, with a stream that can be declared. */
  private static String sample(String name) throws IOException {
    return Files.readString(CORPUS.resolve(name)).replace("arn:aws:kinesis:EXAMPLE", STREAM);
  }

  private static JsonNode tree(String name) throws IOException {
    return RecordRig.JSON.readTree(sample(name));
  }

  record Product(int id, String name, int price) {}

  record Person(int id, String name) {}

  record Nothing() {}

  record Item(String event, Keys keys, @Nullable Image newImage, @Nullable Image oldImage) {
    record Keys(int Id) {}

    record Image(String Message, int Id) {}
  }

  record Named(String name) {}

  /** A way in, and the samples that are for it. */
  private record Door(EventSource<?, ?, ?> source, Set<String> samples) {}

  /** One line for each door; how HTTP samples go through theirs is in {@link AwsSamplesTest}. */
  private static Map<String, Door> doors() {
    Map<String, Door> doors = new LinkedHashMap<>();
    doors.put("HttpApi", new Door(HttpApi.get(Nothing.class, Nothing.class), Set.of()));
    doors.put("RestApi", new Door(RestApi.get(Nothing.class, Nothing.class), Set.of()));
    doors.put("Alb", new Door(Alb.get(Nothing.class, Nothing.class), Set.of()));
    doors.put(
        "Sqs",
        new Door(
            Sqs.queue(SQS, Sqs.Message.class),
            Set.of("sqs/sqs_event_nobody.json", "sqs/sqs_event_product.json")));
    doors.put("Sns", new Door(Sns.topic("TopicSendToMe", Person.class), Set.of("sns_event.json")));
    doors.put(
        "EventBridge",
        new Door(
            EventBridge.events("aws.events", "Scheduled Event", Nothing.class),
            Set.of("cloudwatch_event.json")));
    doors.put("S3", new Door(S3.bucket("example-bucket"), Set.of("s3_event.json")));
    doors.put(
        "Kinesis",
        new Door(
            Kinesis.stream(STREAM, Kinesis.Item.class),
            Set.of("kinesis_event.json", "kinesis/kinesis_event_roundtrip.json")));
    doors.put(
        "DynamoDb",
        new Door(
            DynamoDb.table("ExampleTableWithStream", Item.class),
            Set.of("ddb/dynamo_event.json", "ddb/dynamo_event_roundtrip.json")));
    doors.put(
        "Direct", new Door(Direct.json(Named.class, Named.class), Set.of("unstable_pojo.json")));
    return doors;
  }

  @Test
  void everySampleIsRefusedByEveryDoorThatItIsNotFor() throws IOException {
    List<String> samples;
    try (Stream<Path> files = Files.walk(CORPUS)) {
      samples =
          files
              .filter(file -> file.toString().endsWith(".json"))
              .map(file -> CORPUS.relativize(file).toString().replace('\\', '/'))
              .sorted()
              .toList();
    }
    Map<String, List<String>> through = new TreeMap<>();
    Map<String, Integer> reasons = new TreeMap<>();
    int refused = 0;
    for (Map.Entry<String, Door> door : doors().entrySet()) {
      RecordRig<?> rig = RecordRig.of(door.getValue().source());
      for (String sample : samples) {
        rig.inputs.clear();
        rig.events.clear();
        rig.send(sample(sample));
        if (rig.inputs.isEmpty()) {
          assertThat(rig.events).as(sample + " at " + door.getKey()).isNotEmpty();
          reasons.merge(door.getKey() + " " + RecordRig.reason(rig.events.get(0)), 1, Integer::sum);
          refused++;
        } else {
          through.computeIfAbsent(door.getKey(), key -> new ArrayList<>()).add(sample);
        }
      }
    }
    System.out.printf(
        "AWS's sample events: %d samples at %d doors: %d went through, %d were refused: %s%n",
        samples.size(),
        doors().size(),
        through.values().stream().mapToInt(List::size).sum(),
        refused,
        reasons);
    doors()
        .forEach(
            (name, door) ->
                assertThat(through.getOrDefault(name, List.of()))
                    .as("what goes through " + name)
                    .containsExactlyInAnyOrderElementsOf(door.samples()));
    assertThat(samples).hasSizeGreaterThan(50);
  }

  private static <I> RecordRig<I> sent(EventSource<?, I, ?> source, String sample)
      throws IOException {
    RecordRig<I> rig = RecordRig.of(source);
    String reply = rig.send(sample(sample));
    assertThat(reply).as(sample + ": " + rig.events).isIn("{}", "{\"batchItemFailures\":[]}");
    return rig;
  }

  @Test
  void aQueuesMessagesAreAsInTheFile() throws IOException {
    JsonNode file = tree("sqs/sqs_event_product.json").path("Records").path(0);
    Sqs.Message message =
        sent(Sqs.queue(SQS, Sqs.Message.class), "sqs/sqs_event_product.json").inputs.get(0);
    assertThat(message.id()).isEqualTo(file.path("messageId").textValue());
    assertThat(message.body()).isEqualTo(file.path("body").textValue());
    assertThat(message.attributes())
        .isEqualTo(RecordRig.JSON.convertValue(file.path("attributes"), Map.class));
    assertThat(message.sender()).contains(file.path("attributes").path("SenderId").textValue());
    assertThat(message.deliveries()).hasValue(1);
    assertThat(message.original())
        .isEqualTo(file.path("body").textValue().getBytes(StandardCharsets.UTF_8));
    assertThat(sent(Sqs.queue("TestLambda", Product.class), "sqs/sqs_event_product.json").inputs)
        .containsExactly(RecordRig.JSON.readValue(file.path("body").textValue(), Product.class))
        .containsExactly(new Product(1234, "Product1234", 450));
    assertThat(
            sent(Sqs.queue(SQS, Sqs.Message.class), "sqs/sqs_event_nobody.json")
                .inputs
                .get(0)
                .body())
        .isEmpty();
    RecordRig<Product> empty = RecordRig.of(Sqs.queue(SQS, Product.class));
    assertThat(empty.send(sample("sqs/sqs_event_nobody.json"))).as("nothing to bind").isEmpty();
  }

  @Test
  void aTopicsNotificationIsAsInTheFile() throws IOException {
    JsonNode file = tree("sns_event.json").path("Records").path(0).path("Sns");
    String arn = file.path("TopicArn").textValue();
    Sns.Notification one =
        sent(Sns.topic(arn, Sns.Notification.class), "sns_event.json").inputs.get(0);
    assertThat(one.id()).isEqualTo(file.path("MessageId").textValue());
    assertThat(one.message()).isEqualTo(file.path("Message").textValue());
    assertThat(one.subject()).contains(file.path("Subject").textValue());
    assertThat(one.facts().origin()).isEqualTo(arn);
    assertThat(sent(Sns.topic(arn, Person.class), "sns_event.json").inputs)
        .containsExactly(new Person(42, "Bob"));
  }

  @Test
  void aBusesEventIsAsInTheFile() throws IOException {
    JsonNode file = tree("cloudwatch_event.json");
    EventBridge.Event event =
        sent(
                EventBridge.events("aws.events", "Scheduled Event", EventBridge.Event.class),
                "cloudwatch_event.json")
            .inputs
            .get(0);
    assertThat(event.id()).isEqualTo(file.path("id").textValue());
    assertThat(event.time()).isEqualTo(file.path("time").textValue());
    assertThat(event.sender()).contains(file.path("account").textValue());
    assertThat(RecordRig.JSON.readTree(event.detail())).isEqualTo(file.path("detail"));
    assertThat(RecordRig.JSON.readTree(event.original())).isEqualTo(file);
  }

  @Test
  void aBucketsChangeIsAsInTheFile() throws IOException {
    JsonNode file = tree("s3_event.json").path("Records").path(0);
    JsonNode object = file.path("s3").path("object");
    S3.Change change =
        sent(S3.bucket("arn:aws:s3:::example-bucket"), "s3_event.json").inputs.get(0);
    assertThat(change.event()).isEqualTo(file.path("eventName").textValue());
    assertThat(change.bucket()).isEqualTo("example-bucket");
    assertThat(change.key().value()).isEqualTo(object.path("urlDecodedKey").textValue());
    assertThat(change.size()).hasValue(object.path("size").longValue());
    assertThat(change.eTag()).contains(object.path("eTag").textValue());
    assertThat(change.version()).isEmpty();
    assertThat(change.sequencer()).isEqualTo(object.path("sequencer").textValue());
    assertThat(change.id())
        .hasSize(32)
        .isEqualTo(sent(S3.bucket("example-bucket"), "s3_event.json").inputs.get(0).id());
    assertThat(change.sender()).contains("EXAMPLE");
  }

  @Test
  void aStreamsRecordIsAsInTheFile() throws IOException {
    for (String name : List.of("kinesis_event.json", "kinesis/kinesis_event_roundtrip.json")) {
      JsonNode file = tree(name).path("Records").path(0);
      Kinesis.Item item = sent(Kinesis.stream(STREAM, Kinesis.Item.class), name).inputs.get(0);
      assertThat(item.id()).isEqualTo(file.path("eventID").textValue());
      assertThat(item.sequenceNumber())
          .isEqualTo(file.path("kinesis").path("sequenceNumber").textValue());
      assertThat(item.partitionKey())
          .isEqualTo(file.path("kinesis").path("partitionKey").textValue());
      assertThat(item.data())
          .isEqualTo(file.path("kinesis").path("data").binaryValue())
          .asString(StandardCharsets.UTF_8)
          .isEqualTo("Hello, this is a test 123.");
    }
  }

  @Test
  void aTablesChangesAreAsInTheFile() throws IOException {
    for (String name : List.of("ddb/dynamo_event.json", "ddb/dynamo_event_roundtrip.json")) {
      Item.Image before = new Item.Image("New item!", 101);
      Item.Image after = new Item.Image("This item has changed", 101);
      Item.Keys keys = new Item.Keys(101);
      assertThat(sent(DynamoDb.table("ExampleTableWithStream", Item.class), name).inputs)
          .containsExactly(
              new Item("INSERT", keys, before, null),
              new Item("MODIFY", keys, after, before),
              new Item("REMOVE", keys, null, after));
    }
  }

  @Test
  void aTimeWindowIsRefused() throws IOException {
    String stream = "arn:aws:kinesis:us-east-1:123456789012:stream/lambda-stream";
    RecordRig<?> kinesis = RecordRig.of(Kinesis.stream(stream, Kinesis.Item.class));
    assertThat(kinesis.send(sample("kinesis/kinesis_time_window_event.json"))).isEmpty();
    assertThat(kinesis.onlyReason()).isEqualTo("time-window");
    RecordRig<?> table = RecordRig.of(DynamoDb.table("ExampleTableWithStream", Item.class));
    assertThat(table.send(sample("ddb/dynamo_time_window_event.json"))).isEmpty();
    assertThat(table.onlyReason()).isEqualTo("time-window");
  }

  @Test
  void whoeverWantsAwssOwnTypeGetsIt() throws IOException {
    assertThat(aws(SQSEvent.class, Sqs.queue(SQS, Sqs.Message.class), "sqs/sqs_event_product.json"))
        .extracting(SQSEvent::getRecords)
        .isEqualTo(aws(SQSEvent.class, sample("sqs/sqs_event_product.json")).getRecords());
    assertThat(
            aws(
                SNSEvent.class,
                Sns.topic("TopicSendToMe", Sns.Notification.class),
                "sns_event.json"))
        .extracting(SNSEvent::getRecords)
        .isEqualTo(aws(SNSEvent.class, sample("sns_event.json")).getRecords());
    assertThat(
            aws(
                KinesisEvent.class,
                Kinesis.stream(STREAM, Kinesis.Item.class),
                "kinesis_event.json"))
        .extracting(event -> event.getRecords().get(0))
        .isEqualTo(aws(KinesisEvent.class, sample("kinesis_event.json")).getRecords().get(0));
    assertThat(
            aws(
                DynamodbEvent.class,
                DynamoDb.table("ExampleTableWithStream", DynamoDb.Change.class),
                "ddb/dynamo_event.json"))
        .extracting(event -> event.getRecords().get(0))
        .isEqualTo(aws(DynamodbEvent.class, sample("ddb/dynamo_event.json")).getRecords().get(0));
  }

  /** The first message that goes through a door, as AWS's type. */
  private static <T> T aws(
      Class<T> type, EventSource<?, ? extends RecordEnvelope, ?> source, String sample)
      throws IOException {
    return aws(
        type, new String(sent(source, sample).inputs.get(0).asEvent(), StandardCharsets.UTF_8));
  }

  private static <T> T aws(Class<T> type, String event) {
    return LambdaEventSerializers.serializerFor(type, DoorsTest.class.getClassLoader())
        .fromJson(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)));
  }
}
