package dev.gabion.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.EventSource;
import dev.gabion.core.InvocationFailed;
import dev.gabion.core.Rejection;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each record source takes, what it refuses, and what its sender is told. */
class SourcesTest {
  private static final String TOPIC = "arn:aws:sns:eu-central-1:123456789012:orders";

  record Order(String name, int count) {}

  record Keyed(Id keys, @Nullable Image newImage) {
    record Id(int id) {}

    record Image(String job) {}
  }

  private static final String ORDER = "{\"name\":\"a\",\"count\":1}";
  private static final Order EXPECTED = new Order("a", 1);

  private static ObjectNode json(String text) {
    try {
      return (ObjectNode) RecordRig.JSON.readTree(text.replace('\'', '"'));
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static ObjectNode sns() {
    return json(
        """
        {'Records':[{'EventSource':'aws:sns','EventVersion':'1.0','Sns':{'Type':'Notification',
        'MessageId':'n1','TopicArn':'%s','Message':'%s'}}]}"""
            .formatted(TOPIC, ORDER.replace("\"", "\\\"")));
  }

  private static ObjectNode bridge() {
    return json(
        """
        {'version':'0','id':'e1','detail-type':'OrderPlaced','source':'com.acme','region':'eu-central-1',
        'account':'123456789012','time':'2026-01-02T03:04:05Z','resources':[],'detail':%s}"""
            .formatted(ORDER));
  }

  private static final String SESSION = "AWS:AROAEXAMPLE:session";

  private static ObjectNode s3(String key) {
    ObjectNode event =
        json(
            """
            {'Records':[{'eventSource':'aws:s3','eventName':'ObjectCreated:Put','s3':{
            'bucket':{'name':'orders','arn':'arn:aws:s3:::orders'},'object':{'key':'','sequencer':'01'}}}]}""");
    ((ObjectNode) event.at("/Records/0/s3/object")).put("key", key);
    return event;
  }

  /** A whole event of each source, and the source that takes it. */
  private static Map<EventSource<?, ?, ?>, ObjectNode> events() {
    Map<EventSource<?, ?, ?>, ObjectNode> events = new LinkedHashMap<>();
    events.put(
        Sqs.queue("orders", Order.class),
        RecordRig.records(List.of(RecordRig.sqs(RecordRig.QUEUE, 0, ORDER, 1))));
    events.put(Sns.topic(TOPIC, Order.class), sns());
    events.put(EventBridge.events("com.acme", "OrderPlaced", Order.class), bridge());
    events.put(S3.bucket("orders"), s3("a"));
    events.put(
        Kinesis.stream("orders", Order.class),
        RecordRig.records(List.of(RecordRig.kinesis(0, ORDER))));
    events.put(
        DynamoDb.table("orders", Keyed.class),
        RecordRig.records(List.of(RecordRig.dynamoDb(7, "j"))));
    return events;
  }

  /** What no event of its source needs to have: AWS's to add and to leave out. */
  private static final List<String> OPTIONAL =
      List.of(
          "awsRegion",
          "receiptHandle",
          "messageAttributes",
          "EventVersion",
          "sequencer",
          "NewImage",
          "ApproximateReceiveCount",
          "SenderId");

  @Test
  void everyMemberThatCountsIsDemandedAndMustBeOfItsType() {
    int variants = 0;
    for (Map.Entry<EventSource<?, ?, ?>, ObjectNode> each : events().entrySet()) {
      RecordRig<?> rig = RecordRig.of(each.getKey());
      assertThat(rig.send(each.getValue())).as(each.getKey().describe()).isNotEmpty();
      assertThat(rig.inputs).hasSize(1);
      List<String> members = new ArrayList<>();
      collect(each.getValue(), "", members);
      for (String member : members) {
        String name = member.substring(member.lastIndexOf('/') + 1);
        if (OPTIONAL.contains(name)
            || member.contains("/detail/")
            || member.matches(".*(Keys|NewImage)/.*")) {
          continue;
        }
        for (String change : List.of("missing", "null", "5", "[]")) {
          if (change.equals("[]") && each.getValue().at(member).isArray()) {
            continue; // an empty list is of its type
          }
          rig.inputs.clear();
          rig.events.clear();
          ObjectNode event = each.getValue().deepCopy();
          ObjectNode parent = (ObjectNode) event.at(member.substring(0, member.lastIndexOf('/')));
          switch (change) {
            case "missing" -> parent.remove(name);
            case "null" -> parent.putNull(name);
            case "5" -> parent.put(name, 5);
            default -> parent.putArray(name);
          }
          assertThat(rig.send(event)).as(member + " " + change).isEmpty();
          assertThat(rig.inputs).as(member + " " + change).isEmpty();
          assertThat(rig.events).as(member + " " + change).hasSize(1);
          variants++;
        }
      }
    }
    assertThat(variants).isGreaterThan(150);
  }

  private static void collect(JsonNode node, String at, List<String> members) {
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        collect(node.get(i), at + "/" + i, members);
      }
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      members.add(at + "/" + field.getKey());
      collect(field.getValue(), at + "/" + field.getKey(), members);
    }
  }

  @Test
  void anothersRecordsAreRefusedAsAWhole() {
    for (String change :
        List.of("999999999999", "eu-central-2", "orders2", "aws-cn", "stream/orders/x")) {
      int tried = 0;
      for (Map.Entry<EventSource<?, ?, ?>, ObjectNode> each : events().entrySet()) {
        String event = each.getValue().toString();
        String other =
            switch (change) {
              case "999999999999" -> event.replace("123456789012", change);
              case "eu-central-2" -> event.replace(":eu-central-1:", ":" + change + ":");
              case "aws-cn" -> event.replace("arn:aws:", "arn:" + change + ":");
              case "orders2" -> event.replaceAll("(:|/)orders(\"|/)", "$1orders2$2");
              default -> event.replace("stream/orders", change);
            };
        if (other.equals(event)) {
          continue;
        }
        RecordRig<?> rig = RecordRig.of(each.getKey());
        assertThat(rig.send(other)).as(other).isEmpty();
        assertThat(rig.onlyReason()).as(other).isEqualTo("origin");
        assertThat(rig.inputs).isEmpty();
        tried++;
      }
      assertThat(tried).as(change).isPositive();
    }
  }

  @Test
  void oneForeignRecordAmongOthersRefusesThemAll() {
    RecordRig<Order> rig = RecordRig.of(Sqs.queue("orders", Order.class));
    assertThat(
            rig.send(
                RecordRig.records(
                    List.of(
                        RecordRig.sqs(RecordRig.QUEUE, 0, ORDER, 1),
                        RecordRig.sqs(RecordRig.QUEUE + "2", 1, ORDER, 1)))))
        .isEmpty();
    assertThat(rig.inputs).isEmpty();
  }

  @Test
  void nobodyDeclaresWhatIsNoPlace() {
    for (String place :
        List.of(
            "", "a b", "arn:aws:sqs:eu-central-1:123456789012:*", "https://sqs/1/q", "a/../b")) {
      assertThatIllegalArgumentException().isThrownBy(() -> Sqs.queue(place, Order.class));
      assertThatIllegalArgumentException().isThrownBy(() -> Sns.topic(place, Order.class));
      assertThatIllegalArgumentException().isThrownBy(() -> Kinesis.stream(place, Order.class));
      assertThatIllegalArgumentException().isThrownBy(() -> DynamoDb.table(place, Order.class));
      assertThatIllegalArgumentException().isThrownBy(() -> S3.bucket(place));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventBridge.events("a", "b", Order.class).account("1"));
  }

  @Test
  void aQueueOpensTheEnvelopeThatIsDeclared() {
    ObjectNode envelope = (ObjectNode) sns().at("/Records/0/Sns");
    RecordRig<Order> topic = RecordRig.of(Sqs.queue("orders", Order.class).fromTopic("orders"));
    assertThat(topic.send(queued(envelope))).isEqualTo("{\"batchItemFailures\":[]}");
    assertThat(topic.inputs).containsExactly(EXPECTED);

    RecordRig<Order> bus =
        RecordRig.of(Sqs.queue("orders", Order.class).fromBus("com.acme", "OrderPlaced"));
    assertThat(bus.send(queued(bridge()))).isEqualTo("{\"batchItemFailures\":[]}");
    assertThat(bus.inputs).containsExactly(EXPECTED);

    RecordRig<Sqs.Message> whole =
        RecordRig.of(Sqs.queue("orders", Sqs.Message.class).fromTopic("orders"));
    whole.send(queued(envelope));
    assertThat(whole.inputs.get(0).body()).isEqualTo(ORDER);
    assertThat(whole.inputs.get(0).original()).as("as sent").contains("TopicArn".getBytes(UTF_8));

    for (RecordRig<Order> each : List.of(topic, bus)) {
      each.inputs.clear();
      for (ObjectNode wrong :
          List.of(
              json(ORDER),
              envelope.deepCopy().put("TopicArn", TOPIC + "2"),
              envelope.deepCopy().put("Type", "SubscriptionConfirmation"),
              bridge().put("account", "999999999999"),
              bridge().put("source", "com.evil"),
              bridge().put("detail-type", "Other"))) {
        assertThat(each.send(queued(wrong))).as(wrong.toString()).isEmpty();
      }
      assertThat(each.inputs).isEmpty();
    }
    RecordRig<Order> raw = RecordRig.of(Sqs.queue("orders", Order.class));
    assertThat(raw.send(queued(envelope))).as("undeclared").isEmpty();
    assertThat(raw.onlyReason()).isIn("unknown-field", "wrong-type");
  }

  private static ObjectNode queued(ObjectNode body) {
    return RecordRig.records(List.of(RecordRig.sqs(RecordRig.QUEUE, 0, body.toString(), 1)));
  }

  @Test
  void aReplyThatNobodyReadsIsNoneIfAnythingWasNotDone() {
    ObjectNode two = sns();
    ObjectNode second = ((ObjectNode) two.at("/Records/0")).deepCopy();
    ((ObjectNode) second.at("/Sns")).put("Message", "junk");
    two.withArray("/Records").add(second);
    RecordRig<Order> rig = RecordRig.of(Sns.topic(TOPIC, Order.class));
    assertThat(rig.send(two)).as("one of two").isEmpty();
    assertThat(rig.inputs).hasSize(1);

    RecordRig.Cell cell = new RecordRig.Cell();
    RecordRig<Order> kept = RecordRig.of(Sns.topic(TOPIC, Order.class).quarantine(cell));
    assertThat(kept.send(two)).isEqualTo("{}");
    assertThat(cell.kept).hasSize(1);
    assertThat(
            RecordRig.of(
                    EventBridge.events("com.acme", "OrderPlaced", Order.class).quarantine(cell))
                .send(bad()))
        .isEqualTo("{}");
    assertThat(RecordRig.of(S3.bucket("orders").quarantine(cell)).send(s3("../x"))).isEqualTo("{}");
  }

  private static ObjectNode bad() {
    ObjectNode event = bridge();
    event.putObject("detail").put("unknown", 1);
    return event;
  }

  @ParameterizedTest
  @CsvSource({
    "a, a",
    "a+b, a b",
    "a%2Bb, a+b",
    "a%2520b, a%20b",
    "%C3%A9/%E2%82%AC, \u00e9/\u20ac",
    "a//b/, a//b/",
    "a..b/...c, a..b/...c",
    "-_.~!*'()&$@=;:, -_.~!*'()&$@=;:"
  })
  void aKeyIsDecodedOnce(String sent, String key) {
    RecordRig<S3.Change> rig = RecordRig.of(S3.bucket("orders"));
    assertThat(rig.send(s3(sent))).isEqualTo("{}");
    assertThat(rig.inputs.get(0).key().value()).isEqualTo(key);
    assertThat(rig.events.toString()).as("keys stay out of the trail").doesNotContain("Key[");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        ".",
        "a/../b",
        "%2e%2e/x",
        "a/%2E%2E",
        "..%5Cx",
        "a%5C..%5Cb",
        "/etc/passwd",
        "%2Fetc",
        "%5Cx",
        "a%00b",
        "a%0Ab",
        "a%7Fb",
        "a%C2%85b",
        "a%",
        "a%2",
        "a%zz",
        "%FF",
        "%C0%AE%C0%AE",
        "%ED%A0%80",
        "a b",
        "\u00e9",
        "a%\uff12\uff10"
      })
  void aKeyThatLeadsElsewhereIsRefused(String sent) {
    RecordRig<S3.Change> rig = RecordRig.of(S3.bucket("orders"));
    assertThat(rig.send(s3(sent))).isEmpty();
    assertThat(rig.onlyReason()).isIn("key", "invalid-utf-8");
    assertThat(rig.inputs).isEmpty();
  }

  @Test
  void aKeyHasOf1024BytesAtMost() {
    assertThat(S3.Key.of("\u20ac".repeat(341) + "a").value()).hasSize(342);
    assertThatThrownBy(() -> S3.Key.of("\u20ac".repeat(341) + "ab")).isInstanceOf(Rejection.class);
    assertThat(S3.Key.of("a")).isEqualTo(S3.Key.of("a")).hasToString("S3.Key");
    assertThat(S3.Key.of("a")).hasSameHashCodeAs(S3.Key.of("a")).isNotEqualTo(S3.Key.of("b"));
  }

  @Test
  void aStreamsDataIsBase64WithinItsBudgetAndNotAggregated() {
    byte[] aggregated = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2, 0};
    Map<String, String> refused = new LinkedHashMap<>();
    refused.put(Base64.getEncoder().encodeToString(aggregated), "aggregated");
    refused.put("****", "base64");
    refused.put(Base64.getEncoder().encodeToString(new byte[256 * 1024 + 1]), "body-bytes");
    refused.put("A".repeat(400_000), "body-bytes");
    refused.put("/////w==", "invalid-utf-8");
    refused.forEach(
        (data, reason) -> {
          ObjectNode event = RecordRig.records(List.of(RecordRig.kinesis(0, "")));
          ((ObjectNode) event.at("/Records/0/kinesis")).put("data", data);
          RecordRig<Order> rig = RecordRig.of(Kinesis.stream("orders", Order.class));
          assertThat(rig.send(event)).isEmpty();
          assertThat(rig.onlyReason()).isEqualTo(reason);
        });
  }

  @Test
  void aStreamIsToldTheLowestNumberThatIsNotDone() {
    List<ObjectNode> records =
        List.of(
            RecordRig.kinesis(0, ORDER),
            RecordRig.kinesis(9, "junk"),
            RecordRig.kinesis(3, ORDER),
            RecordRig.kinesis(100, ORDER));
    RecordRig<Order> rig = RecordRig.of(Kinesis.stream("orders", Order.class));
    assertThat(rig.send(RecordRig.records(records)))
        .as("by number, not as text, and not by place")
        .isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":\"1003\"}]}");
  }

  record Types(
      String s,
      String b,
      BigDecimal n,
      long big,
      boolean yes,
      @Nullable String no,
      Inner m,
      List<Integer> l,
      List<String> ss,
      List<BigDecimal> ns,
      List<String> bs) {
    record Inner(int x) {}
  }

  record Typed(Types newImage) {}

  @Test
  void attributeValuesBecomePlainJson() {
    ObjectNode event = RecordRig.records(List.of(RecordRig.dynamoDb(0, "")));
    ((ObjectNode) event.at("/Records/0/dynamodb"))
        .set(
            "NewImage",
            json(
                """
                {'s':{'S':''},'b':{'B':'AAE='},'n':{'N':'-1.50'},'big':{'N':'9.2E18'},
                'yes':{'BOOL':true},'no':{'NULL':true},'m':{'M':{'x':{'N':'1'}}},
                'l':{'L':[{'N':'1'},{'N':'2'}]},'ss':{'SS':['a','b']},'ns':{'NS':['1','2.5']},
                'bs':{'BS':['AA==']}}"""));
    RecordRig<Typed> rig = RecordRig.of(DynamoDb.table("orders", Typed.class));
    assertThat(rig.send(event)).as(rig.events.toString()).isNotEmpty();
    Types got = rig.inputs.get(0).newImage();
    assertThat(got.n()).isEqualByComparingTo("-1.5");
    assertThat(got)
        .isEqualTo(
            new Types(
                "",
                "AAE=",
                got.n(),
                9_200_000_000_000_000_000L,
                true,
                null,
                new Types.Inner(1),
                List.of(1, 2),
                List.of("a", "b"),
                got.ns(),
                List.of("AA==")));
    assertThat(got.ns()).extracting(BigDecimal::toPlainString).containsExactly("1", "2.5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'S':5}",
        "{'N':'x'}",
        "{'N':'1E999'}",
        "{'N':5}",
        "{'N':''}",
        "{'BOOL':'true'}",
        "{'NULL':false}",
        "{'M':[]}",
        "{'L':{}}",
        "{'SS':[5]}",
        "{'NS':['x']}",
        "{'X':'x'}",
        "{}",
        "{'S':'a','N':'1'}",
        "'a'",
        "{'L':[5]}"
      })
  void whatIsNoAttributeValueIsRefused(String value) throws IOException {
    ObjectNode event = RecordRig.records(List.of(RecordRig.dynamoDb(0, "")));
    ((ObjectNode) event.at("/Records/0/dynamodb/NewImage"))
        .set("job", RecordRig.JSON.readTree(value.replace('\'', '"')));
    RecordRig<Keyed> rig = RecordRig.of(DynamoDb.table("orders", Keyed.class));
    assertThat(rig.send(event)).isEmpty();
    assertThat(rig.onlyReason()).isEqualTo("attribute-value");
  }

  @Test
  void aTablesInputHasSomethingOfAChange() {
    assertThatThrownBy(() -> RecordRig.of(DynamoDb.table("orders", Order.class)))
        .isInstanceOf(InvocationFailed.class);
  }

  @Test
  void aPartOfAnEventKeepsTheBudgetsOfABody() {
    String deep = "x".repeat(70_000);
    RecordRig<Order> direct = RecordRig.of(Direct.json(Order.class, Order.class));
    assertThat(direct.send("{\"name\":\"" + deep + "\",\"count\":1}")).isEmpty();
    assertThat(direct.onlyReason()).isEqualTo("json-budget");
    RecordRig<Order> bus = RecordRig.of(EventBridge.events("com.acme", "OrderPlaced", Order.class));
    ObjectNode event = bridge();
    event.putObject("detail").put("name", "x".repeat(300_000)).put("count", 1);
    assertThat(bus.send(event)).isEmpty();
    assertThat(bus.onlyReason()).isEqualTo("body-bytes");
    RecordRig<Order> queue = RecordRig.of(Sqs.queue("orders", Order.class));
    assertThat(
            queue.send(
                RecordRig.records(
                    List.of(RecordRig.sqs(RecordRig.QUEUE, 0, "\u20ac".repeat(90_000), 1)))))
        .isEmpty();
    assertThat(queue.onlyReason()).isEqualTo("body-bytes");
  }

  @Test
  void aDirectInvokerGetsTheOutputOrAFailure() {
    RecordRig<Order> rig =
        RecordRig.of(Direct.json(Order.class, Order.class), (order, call) -> order);
    assertThat(rig.send(ORDER)).isEqualTo(ORDER);
    for (String wrong :
        List.of("{\"name\":\"hunter2\",\"count\":1,\"x\":2}", "[]", "null", "5", "{}", "\"a\"")) {
      rig.inputs.clear();
      assertThat(rig.send(wrong)).as(wrong).isEmpty();
      assertThat(rig.inputs).isEmpty();
    }
  }

  @Test
  void aDirectInvokerIsToldWhatToMendIfThatIsDeclared() {
    RecordRig<Order> rig =
        RecordRig.of(
            Direct.json(Order.class, Order.class).answering(),
            (order, call) -> {
              if (order.count() == 2) {
                throw new IllegalStateException("hunter2");
              }
              return order;
            });
    assertThat(rig.send(ORDER)).isEqualTo(ORDER);
    assertThat(rig.send("{\"name\":\"a\",\"count\":\"hunter2\"}"))
        .isEqualTo(
            "{\"problem\":{\"title\":\"Bad Request\",\"status\":400,\"reason\":\"wrong-type\","
                + "\"violations\":[{\"path\":\"count\",\"rule\":\"wrong-type\"}],"
                + "\"correlationId\":\"request-1\"}}");
    assertThat(rig.send("{\"name\":\"a\",\"count\":2}"))
        .isEqualTo(
            "{\"problem\":{\"title\":\"Internal Server Error\",\"status\":500,"
                + "\"correlationId\":\"request-1\"}}");
    record Problem(String problem) {}
    assertThatThrownBy(() -> RecordRig.of(Direct.json(Order.class, Problem.class).answering()))
        .isInstanceOf(InvocationFailed.class);
  }

  @Test
  void aSenderIsWhomTheSourceNames() {
    ObjectNode event = RecordRig.records(List.of(RecordRig.sqs(RecordRig.QUEUE, 0, ORDER, 1)));
    Sqs<Order> queue = Sqs.queue("orders", Order.class);
    RecordRig<Order> any = RecordRig.from(queue, Senders.whoeverMayWrite());
    assertThat(any.send(event)).isNotEmpty();
    assertThat(any.events.get(0).caller())
        .hasFieldOrPropertyWithValue("issuer", "aws:sqs")
        .hasFieldOrPropertyWithValue("id", RecordRig.QUEUE);
    assertThat(RecordRig.from(queue, Senders.only("AROAEXAMPLE")).send(event)).isNotEmpty();
    assertThat(RecordRig.from(queue, Senders.only("AROAEXAMPLE:session")).send(event)).isNotEmpty();

    RecordRig<Order> other = RecordRig.from(queue, Senders.only("AROAEXAMPL", "session"));
    assertThat(other.send(event)).isEmpty();
    assertThat(other.onlyReason()).isEqualTo("sender");
    ((ObjectNode) event.at("/Records/0/attributes")).remove("SenderId");
    RecordRig<Order> nobody = RecordRig.from(queue, Senders.only("AROAEXAMPLE"));
    assertThat(nobody.send(event)).isEmpty();
    assertThat(nobody.onlyReason()).isEqualTo("no-sender");
    assertThatIllegalArgumentException().isThrownBy(Senders::only);
  }

  @Test
  void aSenderThatS3NamesIsTheSameAsElsewhere() {
    ObjectNode event = s3("a");
    ((ObjectNode) event.at("/Records/0")).putObject("userIdentity").put("principalId", SESSION);

    for (String ours : List.of("AROAEXAMPLE", "AROAEXAMPLE:session", SESSION)) {
      assertThat(RecordRig.from(S3.bucket("orders"), Senders.only(ours)).send(event))
          .as(ours)
          .isEqualTo("{}");
    }
    for (String other : List.of("AWS", "session", "AROAEXAMPL")) {
      RecordRig<S3.Change> rig = RecordRig.from(S3.bucket("orders"), Senders.only(other));
      assertThat(rig.send(event)).as(other).isEmpty();
      assertThat(rig.onlyReason()).isEqualTo("sender");
    }
  }

  @Test
  void aFractionIsNoWholeNumberWhicheverSourceBringsIt() {
    RecordRig<Order> direct = RecordRig.of(Direct.json(Order.class, Order.class));
    assertThat(direct.send("{\"name\":\"tea\",\"count\":1.0}")).isEmpty();
    assertThat(direct.onlyReason()).isEqualTo("wrong-type");
    RecordRig<Order> whole = RecordRig.of(Direct.json(Order.class, Order.class));
    whole.send("{\"name\":\"tea\",\"count\":1}");
    assertThat(whole.inputs).as("control").hasSize(1);
  }

  @Test
  void anEventWithoutRecordsIsNone() {
    assertThat(RecordRig.of(Sqs.queue("orders", Order.class)).send("{\"Records\":[]}")).isEmpty();
    assertThat(
            RecordRig.of(Sqs.queue("orders", Order.class))
                .send(JsonNodeFactory.instance.objectNode()))
        .isEmpty();
  }
}
