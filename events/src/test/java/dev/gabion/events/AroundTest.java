package dev.gabion.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.amazonaws.services.lambda.runtime.events.ApplicationLoadBalancerRequestEvent;
import com.amazonaws.services.lambda.runtime.events.ApplicationLoadBalancerResponseEvent;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.Authenticator;
import dev.gabion.core.InvocationFailed;
import dev.gabion.core.Permit;
import dev.gabion.core.Rules;
import dev.gabion.core.Stop;
import dev.gabion.core.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A handler as a team has it: it believes what it is sent, and says what it likes. */
class AroundTest {
  record Item(String name, int count) {}

  private static final Rules<Item> POSITIVE =
      new Rules<>() {
        @Override
        public List<Violation> check(Item item) {
          return item.count() > 0 ? List.of() : List.of(new Violation("count", "positive"));
        }

        @Override
        public String describe() {
          return "positive counts";
        }
      };

  private final List<APIGatewayV2HTTPEvent> seen = new ArrayList<>();
  private final APIGatewayV2HTTPResponse answer = new APIGatewayV2HTTPResponse();
  private final HttpRig<Object> rig = rig(around(), POSITIVE);

  AroundTest() {
    answer.setStatusCode(201);
    answer.setBody("{\"made\":true}");
  }

  private Around<HttpApi.Request, APIGatewayV2HTTPEvent, HttpApi<APIGatewayV2HTTPEvent, Void>>
      around() {
    return HttpApi.around(
        APIGatewayV2HTTPEvent.class,
        (event, context) -> {
          assertThat(context.getAwsRequestId()).isEqualTo("request-1");
          seen.add(event);
          return answer;
        });
  }

  private static <E extends HttpRequest, T, S extends HttpSource<E, T, Void, S>>
      HttpRig<Object> rig(Around<E, T, S> around, Rules<Item> rules) {
    return new HttpRig<>(
        sink ->
            around
                .body(Item.class, rules)
                .caller(Authenticator.insecureAnyone("a test"))
                .permit(Permit.insecureEveryCaller("a test"))
                .audit(sink));
  }

  @Test
  void aGoodEventReachesTheHandlerAsTheRuntimeWouldGiveItAndTheReplyHasEveryHeader() {
    HttpRig.Reply reply = rig.send(event -> {});

    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).getBody()).isEqualTo("{\"name\":\"a\",\"count\":1}");
    assertThat(seen.get(0).getRequestContext().getHttp().getMethod()).isEqualTo("POST");
    assertThat(seen.get(0).getHeaders()).containsEntry("content-type", "application/json");
    assertThat(reply.status()).isEqualTo(201);
    assertThat(reply.body().path("made").asBoolean()).isTrue();
    assertThat(reply.header("content-type")).isEqualTo("application/json");
    assertThat(reply.header("x-frame-options")).isEqualTo("DENY");
    AuditEvent.Outcome outcome = rig.events.get(0).outcome();
    assertThat(outcome).isNotNull();
    assertThat(outcome.status()).isEqualTo(201);
  }

  @Test
  void whatIsNotDeclaredNeverReachesTheHandler() {
    Map<Consumer<ObjectNode>, Integer> changes = new LinkedHashMap<>();
    changes.put(event -> event.put("body", "{\"name\":\"a\",\"count\":1,\"admin\":true}"), 400);
    changes.put(event -> event.put("body", "{\"name\":\"a\",\"count\":1,\"count\":2}"), 400);
    changes.put(event -> event.put("body", "{\"name\":\"a\",\"count\":0}"), 422);
    changes.put(event -> event.remove("body"), 400);
    changes.put(event -> HttpRig.headers(event).put("content-type", "text/plain"), 415);
    changes.put(event -> HttpRig.http(event).put("method", "GET"), 400);
    changes.put(event -> HttpRig.http(event).put("method", "TRACE"), 405);
    changes.put(event -> event.put("rawQueryString", "a=%zz"), 400);
    changes.put(event -> event.put("rawQueryString", "a=" + "x".repeat(9_000)), 413);
    changes.put(event -> HttpRig.headers(event).put("x", "y".repeat(10_300)), 413);
    changes.forEach((change, status) -> assertThat(rig.send(change).status()).isEqualTo(status));

    assertThat(seen).isEmpty();
    assertThat(rig.events).hasSize(changes.size());
    assertThatThrownBy(() -> rig.send(event -> event.put("version", "1.0")))
        .isInstanceOf(InvocationFailed.class);
  }

  @Test
  void brokenRulesAreNamedAtTheirStop() {
    HttpRig.Reply reply = rig.send(event -> event.put("body", "{\"name\":\"a\",\"count\":0}"));

    assertThat(reply.body().path("violations").path(0).path("path").asText()).isEqualTo("count");
    assertThat(rig.events.get(0).stop()).isEqualTo(Stop.CHECK);
  }

  @Test
  void controlAnyBodyIsLetThroughOnlyByAReason() {
    HttpRig<Object> open =
        new HttpRig<>(
            sink ->
                around()
                    .insecureAnyBody("the handler takes images")
                    .caller(Authenticator.insecureAnyone("a test"))
                    .permit(Permit.insecureEveryCaller("a test"))
                    .audit(sink));

    assertThat(open.send(event -> event.put("body", "<x>")).status()).isEqualTo(201);
    assertThat(seen).hasSize(1);
    assertThatThrownBy(() -> around().insecureAnyBody(" "))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPermitSeesTheEvent() {
    HttpRig<Object> own =
        new HttpRig<>(
            sink ->
                around()
                    .methods("GET")
                    .body(Item.class, POSITIVE)
                    .caller(Authenticator.insecureAnyone("a test"))
                    .permit((caller, event) -> "7".equals(event.getPathParameters().get("id")))
                    .audit(sink));

    assertThat(own.send(get("7")).status()).isEqualTo(201);
    assertThat(own.send(get("8")).status()).isEqualTo(403);
    assertThat(own.send(event -> {}).status()).isEqualTo(405);
    assertThat(seen).hasSize(1);
  }

  private static Consumer<ObjectNode> get(String id) {
    return event -> {
      HttpRig.http(event).put("method", "GET");
      event.remove("body");
      event.putObject("pathParameters").put("id", id);
    };
  }

  @Test
  void whatTheHandlerSaysOfSecurityIsNotWhatLeaves() {
    answer.setHeaders(
        Map.of(
            "X-Frame-Options", "ALLOWALL",
            "Access-Control-Allow-Origin", "*",
            "Server", "Jetty",
            "Content-Length", "4",
            "Content-Type", "text/csv",
            "Location", "/items/1"));
    answer.setCookies(List.of("a=1; Secure; HttpOnly", "b=2; Secure"));

    HttpRig.Reply reply = rig.send(event -> {});

    assertThat(reply.header("x-frame-options")).isEqualTo("DENY");
    assertThat(reply.header("content-type")).isEqualTo("text/csv");
    assertThat(reply.header("location")).isEqualTo("/items/1");
    for (String gone : List.of("access-control-allow-origin", "server", "content-length")) {
      assertThat(reply.headers().has(gone)).as(gone).isFalse();
    }
    assertThat(reply.whole().path("cookies")).hasSize(2);
  }

  @Test
  void aReplyThatNobodyCouldReadIsOurFault() {
    List<@Nullable Object> replies =
        Arrays.asList(
            null,
            "text",
            List.of(),
            Map.of(),
            Map.of("statusCode", "200"),
            Map.of("statusCode", 199),
            Map.of("statusCode", 600),
            Map.of("statusCode", 200, "body", Map.of()),
            Map.of("statusCode", 200, "headers", Map.of("a", 1)),
            Map.of("statusCode", 200, "headers", Map.of("a b", "x")),
            Map.of("statusCode", 200, "headers", Map.of("location", "/\r\nset-cookie: a=b")),
            Map.of("statusCode", 200, "headers", Map.of("location", "/a", "Location", "/b")),
            Map.of(
                "statusCode", 200, "multiValueHeaders", Map.of("content-type", List.of("a", "b"))),
            Map.of("statusCode", 200, "cookies", List.of("a=b\nc: d")),
            Map.of("statusCode", 200, "body", "x".repeat(900 * 1024 + 1)));
    for (Object wrong : replies) {
      HttpRig<Object> each =
          rig(HttpApi.around(APIGatewayV2HTTPEvent.class, (event, context) -> wrong), POSITIVE);
      HttpRig.Reply reply = each.send(event -> {});
      assertThat(reply.status()).as("" + wrong).isEqualTo(500);
      assertThat(reply.header("content-type")).isEqualTo("application/problem+json");
      assertThat(each.events).hasSize(1);
    }
    HttpRig<Object> good =
        rig(
            HttpApi.around(
                APIGatewayV2HTTPEvent.class, (event, context) -> Map.of("statusCode", 404)),
            POSITIVE);
    assertThat(good.send(event -> {}).status()).as("control").isEqualTo(404);
  }

  @Test
  void whatTheHandlerThrowsDoesNotLeave() {
    RequestHandler<APIGatewayV2HTTPEvent, String> broken =
        (event, context) -> {
          throw new IllegalStateException("c4n4ry");
        };
    HttpRig<Object> each = rig(HttpApi.around(APIGatewayV2HTTPEvent.class, broken), POSITIVE);

    HttpRig.Reply reply = each.send(event -> {});

    assertThat(reply.status()).isEqualTo(500);
    assertThat(reply.whole().toString()).doesNotContain("c4n4ry").doesNotContain("IllegalState");
  }

  @Test
  void theDoorAnswersPreflightsAndTakesWhatItIsTold() {
    HttpRig<Object> each =
        rig(
            around()
                .methods("POST")
                .door(api -> api.api("api2").cors(Cors.origins("https://app.example.org"))),
            POSITIVE);

    HttpRig.Reply reply =
        each.send(
            event -> {
              ((ObjectNode) event.path("requestContext")).put("apiId", "api2");
              HttpRig.http(event).put("method", "OPTIONS");
              HttpRig.headers(event)
                  .put("origin", "https://app.example.org")
                  .put("access-control-request-method", "POST");
            });

    assertThat(reply.status()).isEqualTo(204);
    assertThat(seen).isEmpty();
    assertThatThrownBy(() -> each.send(event -> {})).isInstanceOf(InvocationFailed.class);
  }

  @Test
  void restApisAndLoadBalancersHaveTheirOwnEvents() {
    HttpRig<Object> rest =
        rig(
            RestApi.around(
                APIGatewayProxyRequestEvent.class,
                (event, context) ->
                    new APIGatewayProxyResponseEvent()
                        .withStatusCode(200)
                        .withMultiValueHeaders(
                            Map.of("Set-Cookie", List.of("a=1", "b=2"), "X-One", List.of("1")))
                        .withBody("{\"method\":\"" + event.getHttpMethod() + "\"}")),
            POSITIVE);
    HttpRig<Object> alb =
        rig(
            Alb.around(
                ApplicationLoadBalancerRequestEvent.class,
                (event, context) -> {
                  ApplicationLoadBalancerResponseEvent response =
                      new ApplicationLoadBalancerResponseEvent();
                  response.setStatusCode(200);
                  response.setBody(
                      "{\"group\":\""
                          + event.getRequestContext().getElb().getTargetGroupArn()
                          + "\"}");
                  return response;
                }),
            POSITIVE);

    HttpRig.Reply fromRest = rest.send(HttpRig.rest(event -> {}));
    HttpRig.Reply fromAlb = alb.send(HttpRig.albLists(event -> {}));

    assertThat(fromRest.body().path("method").asText()).isEqualTo("POST");
    assertThat(fromRest.whole().path("multiValueHeaders").path("set-cookie")).hasSize(2);
    assertThat(fromRest.header("x-one")).isEqualTo("1");
    assertThat(fromAlb.body().path("group").asText()).isEqualTo(HttpRig.TARGET_GROUP);
    assertThat(fromAlb.header("x-content-type-options")).isEqualTo("nosniff");
    assertThatThrownBy(
            () -> RestApi.around(APIGatewayV2HTTPEvent.class, (event, context) -> answer))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBodyThatCouldBeAnythingIsFoundAtTheStart() {
    assertThatThrownBy(
            () ->
                new HttpRig<>(
                    sink ->
                        around()
                            .body(Map.class, Rules.insecureAnyInput("a test"))
                            .caller(Authenticator.insecureAnyone("a test"))
                            .permit(Permit.insecureEveryCaller("a test"))
                            .audit(sink)))
        .isInstanceOf(InvocationFailed.class);
    assertThatThrownBy(() -> rig(around().door(HttpApi::form), POSITIVE))
        .isInstanceOf(InvocationFailed.class);
  }
}
