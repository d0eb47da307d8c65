package dev.gabion.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.Authenticator;
import dev.gabion.core.Caller;
import dev.gabion.core.Rejection;
import dev.gabion.core.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CorsTest {
  record Item(String name, int count) {}

  private static final String PAGE = "https://app.example.org";

  private final List<String> asked = new ArrayList<>();
  private final Authenticator<HttpRequest> nobody =
      new Authenticator<>() {
        @Override
        public Caller identify(HttpRequest request, Scope scope) {
          asked.add(request.method());
          throw Rejection.unauthenticated("nobody");
        }

        @Override
        public String describe() {
          return "nobody";
        }
      };
  private final HttpRig<Item> closed = rig(Cors.origins(PAGE), nobody);
  private final HttpRig<Item> open =
      rig(Cors.origins(PAGE), Authenticator.insecureAnyone("a test of CORS alone"));

  private static HttpRig<Item> rig(Cors cors, Authenticator<? super HttpApi.Request> caller) {
    return new HttpRig<>(HttpApi.post(Item.class, Item.class).cors(cors), caller);
  }

  private static Consumer<ObjectNode> preflight(
      String origin, String method, @Nullable String headers) {
    return event -> {
      HttpRig.http(event).put("method", "OPTIONS");
      event.remove("body");
      HttpRig.headers(event)
          .removeAll()
          .put("origin", origin)
          .put("access-control-request-method", method);
      if (headers != null) {
        HttpRig.headers(event).put("access-control-request-headers", headers);
      }
    };
  }

  @Test
  void aPreflightIsAnsweredAtTheDoor() {
    HttpRig.Reply reply = closed.send(preflight(PAGE, "POST", "authorization,content-type"));

    assertThat(reply.status()).isEqualTo(204);
    assertThat(reply.whole().has("body")).isFalse();
    Map.of(
            "access-control-allow-origin", PAGE,
            "access-control-allow-methods", "POST",
            "access-control-allow-headers", "authorization, content-type",
            "access-control-max-age", "600",
            "vary", "access-control-request-method, access-control-request-headers, origin",
            "x-content-type-options", "nosniff")
        .forEach((name, value) -> assertThat(reply.header(name)).as(name).isEqualTo(value));
    assertThat(reply.headers().has("access-control-allow-credentials")).isFalse();
    assertThat(asked).as("who the authenticator was asked for").isEmpty();
    assertThat(closed.inputs).isEmpty();
  }

  @Test
  void aPreflightIsOneOutcomeOnTheTrail() {
    closed.send(preflight(PAGE, "POST", null));

    assertThat(closed.events).hasSize(1);
    AuditEvent event = closed.events.get(0);
    assertThat(event.activity()).isEqualTo(AuditEvent.Activity.OUTCOME);
    assertThat(event.verdict()).isEqualTo(AuditEvent.Verdict.ALLOWED);
    assertThat(event.caller()).isNull();
    assertThat(event.facts()).containsEntry("answered", "preflight");
    AuditEvent.Outcome outcome = event.outcome();
    assertThat(outcome).isNotNull();
    assertThat(outcome.status()).isEqualTo(204);
  }

  @ParameterizedTest
  @CsvSource({
    "https://evil.example, POST, content-type",
    "https://app.example.org.evil.example, POST, content-type",
    "https://app.example.org:8443, POST, content-type",
    "http://app.example.org, POST, content-type",
    "HTTPS://APP.EXAMPLE.ORG, POST, content-type",
    "https://app.example.org/, POST, content-type",
    "'https://app.example.org, https://evil.example', POST, content-type",
    "*, POST, content-type",
    "null, POST, content-type",
    "https://app.example.org, PUT, content-type",
    "https://app.example.org, post, content-type",
    "https://app.example.org, *, content-type",
    "https://app.example.org, POST, x-admin",
    "https://app.example.org, POST, 'content-type,,'",
    "https://app.example.org, POST, *",
  })
  void whatIsNotDeclaredIsRefusedAndNotReflected(String origin, String method, String headers) {
    HttpRig.Reply reply = closed.send(preflight(origin, method, headers));

    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.headers().has("access-control-allow-methods")).isFalse();
    assertThat(reply.headers().has("access-control-allow-headers")).isFalse();
    assertThat(reply.header("access-control-allow-origin"))
        .isEqualTo(origin.equals(PAGE) ? PAGE : "");
    assertThat(reply.header("vary")).isEqualTo("origin");
    assertThat(asked).isEmpty();
    assertThat(closed.events).hasSize(1);
  }

  @Test
  void everyReplySaysWhetherThePageMayReadIt() {
    HttpRig.Reply done = open.send(from(PAGE));
    HttpRig.Reply refused = open.send(from(PAGE).andThen(event -> event.put("body", "{")));
    HttpRig.Reply unknown = closed.send(from(PAGE));

    assertThat(done.status()).isEqualTo(200);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(unknown.status()).isEqualTo(401);
    for (HttpRig.Reply reply : List.of(done, refused, unknown)) {
      assertThat(reply.header("access-control-allow-origin")).isEqualTo(PAGE);
      assertThat(reply.header("vary")).isEqualTo("origin");
    }
    for (Consumer<ObjectNode> other : List.of(from("https://evil.example"), from("null"))) {
      HttpRig.Reply reply = open.send(other);
      assertThat(reply.headers().has("access-control-allow-origin")).isFalse();
      assertThat(reply.header("vary")).isEqualTo("origin");
    }
    assertThat(open.send(event -> {}).headers().has("access-control-allow-origin")).isFalse();
  }

  private static Consumer<ObjectNode> from(String origin) {
    return event -> HttpRig.headers(event).put("origin", origin);
  }

  @Test
  void credentialsAndHeadersGoAsDeclared() {
    HttpRig<Item> rig =
        rig(
            Cors.origins(PAGE, "https://b.example:8443")
                .credentials()
                .requestHeaders("X-Key")
                .exposing("Location")
                .maxAge(Duration.ofHours(1)),
            nobody);

    HttpRig.Reply asks = rig.send(preflight("https://b.example:8443", "POST", "x-key"));
    HttpRig.Reply does = rig.send(from(PAGE));

    assertThat(asks.status()).isEqualTo(204);
    assertThat(asks.header("access-control-allow-origin")).isEqualTo("https://b.example:8443");
    assertThat(asks.header("access-control-allow-credentials")).isEqualTo("true");
    assertThat(asks.header("access-control-max-age")).isEqualTo("3600");
    assertThat(does.header("access-control-allow-credentials")).isEqualTo("true");
    assertThat(does.header("access-control-expose-headers")).isEqualTo("location");
  }

  @Test
  void withoutCorsAPreflightIsAnotherMethod() {
    HttpRig<Item> rig = new HttpRig<>(HttpApi.post(Item.class, Item.class));

    HttpRig.Reply reply = rig.send(preflight(PAGE, "POST", null));

    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.headers().has("access-control-allow-origin")).isFalse();
    assertThat(reply.headers().has("vary")).isFalse();
    assertThat(open.send(event -> HttpRig.http(event).put("method", "OPTIONS")).status())
        .as("OPTIONS that asks for nothing")
        .isEqualTo(405);
  }

  @Test
  void aPreflightKeepsTheBudgetsOfAnyRequest() {
    assertThat(
            closed
                .send(
                    preflight(PAGE, "POST", null)
                        .andThen(e -> HttpRig.headers(e).put("x", "y".repeat(10_300))))
                .status())
        .isEqualTo(413);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "",
        "null",
        "https://*.example.org",
        "https://app.example.org/",
        "https://APP.example.org",
        "https://app.example.org:443",
        "http://app.example.org",
        "app.example.org",
        "https://a b",
        "https://app.example.org\r\nx: y",
      })
  void anOriginIsDeclaredExactly(String origin) {
    assertThatThrownBy(() -> Cors.origins(origin)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anOriginWithoutTlsIsLoud() {
    Cors cors = Cors.origins(PAGE).insecureHttpOrigin("http://localhost:3000", "development");

    assertThat(HttpApi.post(Item.class, Item.class).cors(cors).describe())
        .contains("INSECURE: http origin (development)");
    assertThat(rig(cors, nobody).send(preflight("http://localhost:3000", "POST", null)).status())
        .isEqualTo(204);
    assertThatThrownBy(() -> Cors.origins(PAGE).insecureHttpOrigin("http://localhost:3000", " "))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
