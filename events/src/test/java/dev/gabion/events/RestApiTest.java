package dev.gabion.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.InvocationFailed;
import dev.gabion.core.SourceFacts;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RestApiTest {
  record Item(String name, int count) {}

  record Search(String id, Integer page, List<String> tag) {}

  private final HttpRig<Item> post =
      new HttpRig<>(RestApi.post(Item.class, Item.class).status(201));
  private final HttpRig<Search> get = new HttpRig<>(RestApi.get(Search.class, Search.class));

  @Test
  void aGoodRequestIsAnsweredAsAProxyIntegrationIs() {
    HttpRig.Reply reply = post.send(HttpRig.rest(event -> {}));

    assertThat(reply.status()).isEqualTo(201);
    assertThat(post.inputs).containsExactly(new Item("a", 1));
    assertThat(reply.whole().fieldNames())
        .toIterable()
        .as("anything else makes the gateway answer 502")
        .containsExactlyInAnyOrder("statusCode", "headers", "isBase64Encoded", "body");
    assertThat(reply.header("x-content-type-options")).isEqualTo("nosniff");
  }

  @Test
  void theTrailKnowsWhereARequestComesFrom() {
    post.send(HttpRig.rest(event -> {}));

    AuditEvent outcome = post.events.get(0);
    assertThat(outcome.source())
        .isEqualTo(
            new SourceFacts(
                "rest-api",
                "api1",
                "POST /orders",
                "POST",
                "api1.execute-api.eu-central-1.amazonaws.com",
                "203.0.113.7",
                "test"));
  }

  @Test
  void whatIsNotARestApisEventOfThisAccountFailsTheInvocation() {
    List<Consumer<ObjectNode>> changes =
        List.of(
            event -> event.put("version", "2.0"),
            event -> event.put("version", 1),
            event -> event.remove("resource"),
            event -> event.remove("httpMethod"),
            event -> event.put("httpMethod", 7),
            event -> event.put("httpMethod", "PUT"),
            event -> event.put("methodArn", "arn:aws:execute-api:x"),
            event -> event.remove("requestContext"),
            event -> event.put("requestContext", "x"),
            event -> context(event).remove("identity"),
            event -> context(event).remove("accountId"),
            event -> context(event).put("accountId", "999999999999"),
            event -> context(event).put("accountId", 123456789012L),
            event -> context(event).remove("apiId"),
            event -> context(event).remove("stage"),
            event -> context(event).remove("requestId"),
            event -> context(event).putObject("elb"),
            event -> context(event).put("connectionId", "c"),
            event -> event.put("multiValueHeaders", "x"),
            event -> lists(event).put("x", "y"),
            event -> lists(event).putArray("x").add(1),
            event -> lists(event).putArray("x").addNull(),
            event -> event.putObject("multiValueQueryStringParameters").put("a", "b"),
            event -> event.putArray("pathParameters"),
            event -> event.putObject("body"),
            event -> event.put("isBase64Encoded", "true"),
            event -> event.putObject("multiValueHeaders").putObject("x"));
    for (int i = 0; i < changes.size(); i++) {
      post.events.clear();
      Consumer<ObjectNode> change = changes.get(i);
      if (i == 16) {
        continue; // a field that AWS may add is no harm
      }
      assertThatThrownBy(() -> post.send(HttpRig.rest(change)))
          .as("change " + i)
          .isInstanceOf(InvocationFailed.class);
      assertThat(post.events).as("change " + i).hasSize(1);
    }
    assertThat(post.inputs).isEmpty();
    assertThat(post.send(HttpRig.rest(changes.get(16))).status()).isEqualTo(201);
    assertThatThrownBy(() -> post.send(HttpRig.event(event -> {})))
        .as("an HTTP API's event")
        .isInstanceOf(InvocationFailed.class);
    assertThatThrownBy(() -> post.send(HttpRig.alb(event -> {})))
        .as("a load balancer's event")
        .isInstanceOf(InvocationFailed.class);
  }

  private static ObjectNode context(ObjectNode event) {
    return (ObjectNode) event.path("requestContext");
  }

  private static ObjectNode lists(ObjectNode event) {
    return (ObjectNode) event.path("multiValueHeaders");
  }

  @Test
  void anotherAccountApiOrStageIsTakenOnlyWhenDeclared() {
    RestApi<Item, Item> source = RestApi.post(Item.class, Item.class);
    ObjectNode other =
        HttpRig.rest(event -> context(event).put("accountId", "999999999999").put("apiId", "api2"));

    assertThat(new HttpRig<>(source.api("api2")).send(other).status()).isEqualTo(200);
    assertThat(new HttpRig<>(source.account("999999999999")).send(other).status()).isEqualTo(200);
    assertThatThrownBy(() -> new HttpRig<>(source.api("api1")).send(other))
        .isInstanceOf(InvocationFailed.class);
    assertThat(new HttpRig<>(source.stage("prod")).send(HttpRig.rest(e -> {})).status())
        .isEqualTo(200);
    assertThatThrownBy(() -> new HttpRig<>(source.stage("test")).send(HttpRig.rest(e -> {})))
        .isInstanceOf(InvocationFailed.class);
    assertThatThrownBy(() -> source.account("anonymous"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void payloadFormatOneOfAnHttpApiIsTheSame() {
    assertThat(post.send(HttpRig.rest(event -> event.put("version", "1.0"))).status())
        .isEqualTo(201);
  }

  @Test
  void parametersComeDecodedAndAreNotDecodedAgain() {
    ObjectNode event =
        search(
            query -> {
              query.putArray("page").add("2");
              query.putArray("tag").add("a+b").add("100%25");
            });

    assertThat(get.send(event).status()).isEqualTo(200);
    assertThat(get.inputs).containsExactly(new Search("4/2", 2, List.of("a+b", "100%25")));
  }

  @Test
  void aParameterThatIsSentTwiceOrNotDeclaredIsRefused() {
    assertThat(get.send(search(query -> query.putArray("page").add("1").add("2"))).reason())
        .isEqualTo("duplicate-parameter");
    assertThat(get.send(search(query -> query.putArray("evil").add("1"))).reason())
        .isEqualTo("unknown-parameter");
    assertThat(get.send(search(query -> query.putArray("id").add("1"))).reason())
        .isEqualTo("duplicate-parameter");
    assertThat(get.send(search(query -> query.putArray("").add("1"))).reason()).isEqualTo("query");
    assertThat(get.inputs).isEmpty();
  }

  private static ObjectNode search(Consumer<ObjectNode> query) {
    return HttpRig.rest(
        event -> {
          event.put("httpMethod", "GET").remove("body");
          context(event).put("httpMethod", "GET");
          event.putObject("pathParameters").put("id", "4/2");
          query.accept(event.putObject("multiValueQueryStringParameters"));
        });
  }

  @Test
  void headersAreTakenWithAllTheirValues() {
    assertThat(
            post.send(
                    HttpRig.rest(
                        event ->
                            lists(event)
                                .putArray("content-type")
                                .add("application/json")
                                .add("text/html")))
                .status())
        .as("two content types are none")
        .isEqualTo(415);
    assertThat(
            post.send(HttpRig.rest(event -> lists(event).putArray("Content-Type").add("text/html")))
                .reason())
        .isEqualTo("duplicate-header");
    assertThat(post.send(HttpRig.rest(lines(63))).status()).isEqualTo(201);
    assertThat(post.send(HttpRig.rest(lines(64))).status()).isEqualTo(413);
  }

  private static Consumer<ObjectNode> lines(int count) {
    return event -> {
      var values = lists(event).putArray("x");
      for (int i = 0; i < count; i++) {
        values.add("y");
      }
    };
  }

  @Test
  void aBinaryBodyIsDecoded() {
    String body =
        Base64.getEncoder()
            .encodeToString("{\"name\":\"ü\",\"count\":1}".getBytes(StandardCharsets.UTF_8));

    post.send(HttpRig.rest(event -> event.put("body", body).put("isBase64Encoded", true)));

    assertThat(post.inputs).containsExactly(new Item("ü", 1));
  }
}
