package dev.gabion.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.Rejection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is sent to a handler of any source: a reply or a failed invocation with nothing of it,
 * one outcome for each message, and never a fault of ours.
 */
class DoorsFuzzTest {
  private static final String ACCOUNT = "123456789012";
  private static final String TOPIC = "arn:aws:sns:eu-central-1:" + ACCOUNT + ":orders";

  record Order(String name, int count) {}

  record Form(@Nullable String name, @Nullable Integer age, @Nullable List<String> tag) {}

  record Keyed(Id keys, @Nullable Image newImage) {
    record Id(int id) {}

    record Image(String job) {}
  }

  private static final String ORDER = "{\"name\":\"canary\",\"count\":1}";
  private static final Order DONE = new Order("done", 1);
  private static final List<FuzzedDoor> DOORS = doors();

  /** The letter that says which door an input is for: A for the first. */
  private static FuzzedDoor door(byte letter) {
    return DOORS.get(Math.floorMod(letter - 'A', DOORS.size()));
  }

  private static List<FuzzedDoor> doors() {
    List<FuzzedDoor> doors = new ArrayList<>();
    HttpApi<Order, Order> http = HttpApi.post(Order.class, Order.class);
    doors.add(FuzzedDoor.of(http, DONE, HttpRig.event(DoorsFuzzTest::order)));
    doors.add(
        FuzzedDoor.of(
            http,
            JwtAuthorizer.scope("orders:write").issuer("https://issuer.example.org/"),
            DONE,
            HttpRig.event(
                event -> {
                  ObjectNode jwt = event.withObject("/requestContext/authorizer/jwt");
                  jwt.putArray("scopes").add("orders:write");
                  jwt.putObject("claims")
                      .put("iss", "https://issuer.example.org/")
                      .put("sub", "ann")
                      .put("scope", "orders:write");
                })));
    doors.add(
        FuzzedDoor.of(
            HttpApi.post(Form.class, Order.class)
                .form()
                .cors(Cors.origins("https://shop.example.org")),
            DONE,
            HttpRig.event(
                event -> {
                  event.put("body", "name=canary+%C3%BC&age=7&tag=a&tag=b%26c");
                  HttpRig.headers(event)
                      .put("content-type", "application/x-www-form-urlencoded")
                      .put("origin", "https://shop.example.org");
                })));
    doors.add(
        FuzzedDoor.of(
            HttpApi.get(Form.class, Order.class).query("name", "age", "tag"),
            DONE,
            HttpRig.event(
                event -> {
                  event.remove("body");
                  event.put("rawQueryString", "name=canary&age=7&tag=a");
                  HttpRig.http(event).put("method", "GET");
                  event.put("routeKey", "GET /orders");
                  event.withObject("/requestContext").put("routeKey", "GET /orders");
                })));
    RestApi<Order, Order> rest = RestApi.post(Order.class, Order.class);
    doors.add(FuzzedDoor.of(rest, DONE, HttpRig.rest(DoorsFuzzTest::order)));
    doors.add(
        FuzzedDoor.of(
            rest,
            LambdaAuthorizer.named("gate").demand("may", "write"),
            DONE,
            HttpRig.rest(
                event ->
                    event
                        .withObject("/requestContext/authorizer")
                        .put("principalId", "ann")
                        .put("may", "write"))));
    Alb<Order, Order> alb = Alb.post(Order.class, Order.class);
    doors.add(FuzzedDoor.of(alb, DONE, HttpRig.alb(DoorsFuzzTest::order)));
    doors.add(FuzzedDoor.of(alb, DONE, HttpRig.albLists(DoorsFuzzTest::order)));
    ObjectNode queued = RecordRig.sqs(RecordRig.QUEUE, 0, ORDER, 1);
    doors.add(
        FuzzedDoor.of(
            Sqs.queue("orders", Order.class),
            null,
            RecordRig.records(List.of(queued, RecordRig.sqs(RecordRig.QUEUE, 1, ORDER, 1)))));
    ObjectNode notification = (ObjectNode) sns().at("/Records/0/Sns");
    doors.add(
        FuzzedDoor.of(
            Sqs.queue("orders", Order.class).fromTopic("orders"),
            null,
            RecordRig.records(
                List.of(RecordRig.sqs(RecordRig.QUEUE, 0, notification.toString(), 1)))));
    doors.add(FuzzedDoor.of(Sns.topic(TOPIC, Order.class), null, sns()));
    doors.add(
        FuzzedDoor.of(EventBridge.events("com.acme", "OrderPlaced", Order.class), null, bridge()));
    doors.add(FuzzedDoor.of(S3.bucket("orders"), null, s3()));
    doors.add(
        FuzzedDoor.of(
            Kinesis.stream("orders", Order.class),
            null,
            RecordRig.records(List.of(RecordRig.kinesis(0, ORDER), RecordRig.kinesis(1, ORDER)))));
    doors.add(
        FuzzedDoor.of(
            DynamoDb.table("orders", Keyed.class),
            null,
            RecordRig.records(List.of(RecordRig.dynamoDb(7, "canary")))));
    doors.add(FuzzedDoor.of(Direct.json(Order.class, Order.class).answering(), DONE, json(ORDER)));
    return doors;
  }

  private static void order(ObjectNode event) {
    event.put("body", ORDER);
  }

  private static ObjectNode json(String text) {
    try {
      return (ObjectNode) RecordRig.JSON.readTree(text.replace('\'', '"'));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static ObjectNode sns() {
    ObjectNode event =
        json(
            """
            {'Records':[{'EventSource':'aws:sns','EventVersion':'1.0','Sns':{
            'Type':'Notification','MessageId':'n1','TopicArn':'%s','Message':''}}]}"""
                .formatted(TOPIC));
    event.withObject("/Records/0/Sns").put("Message", ORDER);
    return event;
  }

  private static ObjectNode bridge() {
    return json(
        """
        {'version':'0','id':'e1','detail-type':'OrderPlaced','source':'com.acme',
        'region':'eu-central-1','account':'123456789012','time':'2026-01-02T03:04:05Z',
        'resources':[],'detail':%s}"""
            .formatted(ORDER));
  }

  private static ObjectNode s3() {
    return json(
        """
        {'Records':[{'eventSource':'aws:s3','eventName':'ObjectCreated:Put','s3':{
        'bucket':{'name':'orders','arn':'arn:aws:s3:::orders'},
        'object':{'key':'a%2Fcanary','sequencer':'01','size':5,'eTag':'0f'}}}]}""");
  }

  static Stream<byte[]> events() {
    Stream.Builder<String> seeds = Stream.builder();
    for (int i = 0; i < DOORS.size(); i++) {
      char letter = (char) ('A' + i);
      seeds.add(letter + DOORS.get(i).sample());
      for (String edit : List.of("0", "5null", "9[]", "1canary", "2{}\n31e99999999999")) {
        seeds.add(letter + "!" + edit);
      }
    }
    for (String other :
        List.of(
            "",
            "A",
            "A{}",
            "A[]",
            "Inull",
            "I{\"Records\":[]}",
            "P{\"name\":",
            "P{\"count\":1e99999999999}")) {
      seeds.add(other);
    }
    return seeds.build().map(seed -> seed.getBytes(UTF_8));
  }

  /**
   * The input is the door's letter and an event; or the letter, an exclamation mark and changes of
   * the door's sample.
   */
  @MethodSource("events")
  @FuzzTest
  void anyEventAtAnyDoor(byte[] input) {
    if (input.length == 0) {
      return;
    }
    FuzzedDoor door = door(input[0]);
    byte[] event = Arrays.copyOfRange(input, 1, input.length);
    if (event.length > 0 && event[0] == '!') {
      String edits = new String(event, 1, event.length - 1, UTF_8);
      event = door.edited(edits).getBytes(UTF_8);
    }
    door.send(event);
  }

  @Test
  void theSamplesGoThrough() {
    for (FuzzedDoor door : DOORS) {
      door.send(door.sample().getBytes(UTF_8));
      if (door.done() == 0) {
        throw new AssertionError("Refused: " + door.sample());
      }
    }
  }

  static Stream<byte[]> keys() {
    return Stream.of(
            "a/b", "a%2Fb", "%2e%2e/x", "..%5Cx", "a+b%00", "%C0%AE", "\u00e9", "/", "a//b")
        .map(key -> key.getBytes(UTF_8));
  }

  /** An object's key leads nowhere else, however it is written. */
  @MethodSource("keys")
  @FuzzTest
  void keysLeadNowhereElse(byte[] input) {
    String sent = new String(input, UTF_8);
    try {
      String key = S3.Key.of(HttpQuery.decode(sent)).value();
      for (String part : key.replace('\\', '/').split("/", -1)) {
        if (part.equals("..") || part.equals(".")) {
          throw new AssertionError("Leads elsewhere: " + key);
        }
      }
      if (key.startsWith("/") || key.startsWith("\\") || key.indexOf('\0') >= 0) {
        throw new AssertionError("Leads elsewhere: " + key);
      }
    } catch (Rejection refused) {
      // and no other exception
    }
  }
}
