package dev.gabion.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.InvocationFailed;
import dev.gabion.core.SourceFacts;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlbTest {
  record Item(String name, int count) {}

  record Search(String id, Integer page, List<String> tag) {}

  private final HttpRig<Item> post = new HttpRig<>(Alb.post(Item.class, Item.class).status(201));
  private final HttpRig<Search> get =
      new HttpRig<>(Alb.get(Search.class, Search.class).route("/orders/{id}"));

  @Test
  void aReplyIsInTheModeOfTheEvent() {
    HttpRig.Reply single = post.send(HttpRig.alb(event -> {}));
    HttpRig.Reply lists = post.send(HttpRig.albLists(event -> {}));

    assertThat(post.inputs).containsExactly(new Item("a", 1), new Item("a", 1));
    assertThat(single.whole().fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "statusCode", "statusDescription", "headers", "isBase64Encoded", "body");
    assertThat(lists.whole().fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "statusCode", "statusDescription", "multiValueHeaders", "isBase64Encoded", "body");
    assertThat(single.whole().path("statusDescription").asText()).isEqualTo("201 Created");
    for (HttpRig.Reply reply : List.of(single, lists)) {
      assertThat(reply.status()).isEqualTo(201);
      assertThat(reply.header("content-type")).isEqualTo("application/json");
      assertThat(reply.header("x-frame-options")).isEqualTo("DENY");
    }
  }

  @Test
  void aPathParameterIsOnePartHoweverItIsEncoded() {
    for (String part :
        List.of("..", ".", "%2e%2e", "..%2fadmin", "1%2F2", "1%5C2", "a%00", "a%0d")) {
      HttpRig.Reply reply =
          get.send(
              HttpRig.alb(event -> event.put("httpMethod", "GET").put("path", "/orders/" + part)));
      assertThat(reply.reason()).as(part).isIn("path", "unexpected-body");
      assertThat(get.inputs).isEmpty();
    }
  }

  @Test
  void aRefusalIsInTheModeOfTheEventAsWell() {
    HttpRig.Reply reply = post.send(HttpRig.albLists(event -> event.put("httpMethod", "DELETE")));

    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.whole().path("statusDescription").asText())
        .isEqualTo("405 Method Not Allowed");
    assertThat(reply.header("allow")).isEqualTo("POST");
    assertThat(reply.whole().has("headers")).isFalse();
  }

  @Test
  void theTrailHasTheAddressThatTheLoadBalancerSawAndTheTraceThatItMade() {
    post.send(HttpRig.alb(event -> {}));

    assertThat(post.events.get(0).source())
        .isEqualTo(
            new SourceFacts(
                "alb",
                HttpRig.TARGET_GROUP,
                "POST",
                "POST",
                "lb.example.org",
                "203.0.113.7",
                "test"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "Root=1-5bdb40ca-556d8b0c50dc66f0511bf520 | 1-5bdb40ca-556d8b0c50dc66f0511bf520",
        "Self=1-67891234-12456789abcdef012345678;Root=1-67891233-abcdef012345678912345678"
            + " | 1-67891233-abcdef012345678912345678",
        "Self=1-67891234-12456789abcdef0123456789;Root=1-67891233-abcdef012345678912345678"
            + " | 1-67891234-12456789abcdef0123456789",
        "Root=mine | untraced",
        "none | untraced",
      })
  void aMessageIsNamedByTheTraceThatTheLoadBalancerMade(String header, String id) {
    ObjectNode event =
        HttpRig.alb(
            change -> {
              if (header == null) {
                HttpRig.headers(change).remove("x-amzn-trace-id");
              } else {
                HttpRig.headers(change).put("x-amzn-trace-id", header);
              }
            });

    assertThat(Alb.post(Item.class, Item.class).open(event, HttpRig.function()).envelopes())
        .extracting(Alb.Request::id)
        .containsExactly(id);
  }

  @Test
  void whatIsNotALoadBalancersEventOfThisAccountAndRegionFailsTheInvocation() {
    List<Consumer<ObjectNode>> changes =
        List.of(
            event -> event.remove("requestContext"),
            event -> ((ObjectNode) event.path("requestContext")).remove("elb"),
            event -> elb(event).remove("targetGroupArn"),
            event -> elb(event).put("targetGroupArn", 7),
            event -> elb(event).put("targetGroupArn", group("eu-central-1", "999999999999")),
            event -> elb(event).put("targetGroupArn", group("us-east-1", "123456789012")),
            event -> elb(event).put("targetGroupArn", HttpRig.TARGET_GROUP + "/x"),
            event ->
                elb(event).put("targetGroupArn", HttpRig.TARGET_GROUP.replace("aws", "aws-cn")),
            event -> event.remove("httpMethod"),
            event -> event.remove("path"),
            event -> event.remove("headers"),
            event -> event.put("headers", "x"),
            event -> HttpRig.headers(event).putArray("x"),
            event -> event.putArray("queryStringParameters"),
            event -> event.putObject("body"));
    for (Consumer<ObjectNode> change : changes) {
      post.events.clear();
      assertThatThrownBy(() -> post.send(HttpRig.alb(change))).isInstanceOf(InvocationFailed.class);
      assertThat(post.events).hasSize(1);
    }
    assertThat(post.inputs).isEmpty();
    assertThatThrownBy(() -> post.send(HttpRig.rest(event -> {})))
        .isInstanceOf(InvocationFailed.class);
    assertThatThrownBy(() -> post.send(HttpRig.event(event -> {})))
        .isInstanceOf(InvocationFailed.class);
  }

  private static ObjectNode elb(ObjectNode event) {
    return (ObjectNode) event.path("requestContext").path("elb");
  }

  private static String group(String region, String account) {
    return "arn:aws:elasticloadbalancing:" + region + ":" + account + ":targetgroup/orders/6d0ecf";
  }

  @Test
  void anotherTargetGroupThanTheDeclaredOneIsRefused() {
    Alb<Item, Item> source = Alb.post(Item.class, Item.class);

    assertThat(
            new HttpRig<>(source.targetGroup(HttpRig.TARGET_GROUP))
                .send(HttpRig.alb(event -> {}))
                .status())
        .isEqualTo(200);
    HttpRig<Item> other = new HttpRig<>(source.targetGroup(group("eu-central-1", "123456789012")));
    assertThatThrownBy(() -> other.send(HttpRig.alb(event -> {})))
        .isInstanceOf(InvocationFailed.class);
    assertThatThrownBy(() -> source.targetGroup("arn:aws:elasticloadbalancing:*"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void parametersComeAsTheyWereSentAndAreDecodedOnce() {
    ObjectNode event =
        search(
            "/orders/4%202+x",
            query -> {
              query.putArray("page").add("2");
              query.putArray("t%61g").add("a+b").add("100%2525");
            });

    assertThat(get.send(event).status()).isEqualTo(200);
    assertThat(get.inputs).containsExactly(new Search("4 2+x", 2, List.of("a b", "100%25")));
  }

  @ParameterizedTest
  @CsvSource({
    "page, 1%2, query",
    "page, 1%zz, query",
    "p%61ge%C0%80, 1, invalid-utf-8",
    "evil, 1, unknown-parameter",
    "i%64, 7, duplicate-parameter",
    "page, two, wrong-type",
  })
  void aParameterThatIsNotWellSentIsRefused(String name, String value, String reason) {
    HttpRig.Reply reply = get.send(search("/orders/1", query -> query.putArray(name).add(value)));

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.reason()).isEqualTo(reason);
    assertThat(get.inputs).isEmpty();
  }

  @Test
  void oneNameInTwoSpellingsIsSentTwice() {
    HttpRig.Reply reply =
        get.send(
            search(
                "/orders/1",
                query -> {
                  query.putArray("page").add("1");
                  query.putArray("p%61ge").add("2");
                }));

    assertThat(reply.reason()).isEqualTo("duplicate-parameter");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/orders", "/orders/", "/orders/1/", "/Orders/1", "//1", "/orders/1/2"})
  void anotherPathIsNotFound(String path) {
    assertThat(get.send(search(path, query -> {})).status()).isEqualTo(404);
    assertThat(get.inputs).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "orders", "/orders/", "/a b", "/{}", "/{a}{b}", "/orders/*", "/x%20y"})
  void aRouteIsAPlainPath(String template) {
    assertThatThrownBy(() -> Alb.get(Search.class, Search.class).route(template))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static ObjectNode search(String path, Consumer<ObjectNode> query) {
    return HttpRig.albLists(
        event -> {
          event.put("httpMethod", "GET").put("path", path).put("body", "");
          query.accept(event.putObject("multiValueQueryStringParameters"));
        });
  }
}
