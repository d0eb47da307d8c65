package dev.gabion.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.Authenticator;
import dev.gabion.core.Caller;
import dev.gabion.core.InvocationFailed;
import dev.gabion.core.Limits;
import dev.gabion.core.Rejection;
import dev.gabion.core.Scope;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpApiTest {
  private static final int BODY = Limits.Bound.BODY_BYTES.byDefault();

  record Item(String name, int count) {}

  record Search(String id, Integer page, List<String> tag, Boolean open) {}

  private final HttpRig<Item> post =
      new HttpRig<>(HttpApi.post(Item.class, Item.class).status(201));
  private final HttpRig<Search> get = new HttpRig<>(HttpApi.get(Search.class, Search.class));

  @Test
  void aGoodRequestIsAnsweredWithItsStatusAndEverySecurityHeader() {
    HttpRig.Reply reply = post.send(event -> {});

    assertThat(reply.status()).isEqualTo(201);
    assertThat(reply.body().path("name").asText()).isEqualTo("a");
    assertThat(reply.headers().path("content-type").asText()).isEqualTo("application/json");
    assertSecurityHeaders(reply);
  }

  private static void assertSecurityHeaders(HttpRig.Reply reply) {
    Map.of(
            "cache-control", "no-store",
            "content-security-policy", "default-src 'none'; frame-ancestors 'none'",
            "strict-transport-security", "max-age=63072000; includeSubDomains",
            "x-content-type-options", "nosniff",
            "x-frame-options", "DENY",
            "referrer-policy", "no-referrer")
        .forEach((name, value) -> assertThat(reply.headers().path(name).asText()).isEqualTo(value));
  }

  /** What the sender did wrong, and how it is answered. */
  @Test
  void whatTheSenderDidWrongIsAProblemDocument() {
    record Case(String what, int status, String reason, Consumer<ObjectNode> change) {}
    List<Case> cases =
        List.of(
            new Case("method", 405, "method", e -> HttpRig.http(e).put("method", "PUT")),
            new Case("no type", 415, "content-type", e -> HttpRig.headers(e).removeAll()),
            new Case("text", 415, "content-type", type("text/plain")),
            new Case("json5", 415, "content-type", type("application/json5")),
            new Case("latin", 415, "content-type", type("application/json; charset=latin1")),
            new Case("two", 415, "content-type", type("application/json, text/html")),
            new Case("boundary", 415, "content-type", type("application/json; a=b; c=d")),
            new Case("brotli", 415, "content-encoding", header("Content-Encoding", "br")),
            new Case("not gzip", 400, "gzip", header("content-encoding", "gzip")),
            new Case("same header", 400, "duplicate-header", header("Content-Type", "text/html")),
            new Case("no body", 400, "no-body", e -> e.remove("body")),
            new Case("null body", 400, "no-body", e -> e.putNull("body")),
            new Case("empty body", 400, "no-body", e -> e.put("body", "")),
            new Case("not json", 400, "malformed-json", e -> e.put("body", "{")),
            new Case("array", 400, "wrong-type", e -> e.put("body", "[]")),
            new Case("null", 400, "wrong-type", e -> e.put("body", "null")),
            new Case(
                "not base64",
                400,
                "base64",
                e -> e.put("body", "%%%").put("isBase64Encoded", true)),
            new Case("a query", 400, "unknown-parameter", e -> e.put("rawQueryString", "a=b")),
            new Case(
                "a path",
                400,
                "unknown-parameter",
                e -> e.putObject("pathParameters").put("a", "b")),
            new Case("many headers", 413, "headers", manyHeaders(65)),
            new Case("long headers", 413, "headers", header("x", "y".repeat(10_300))),
            new Case("long body", 413, "body-bytes", e -> e.put("body", "x".repeat(BODY + 1))));
    for (Case each : cases) {
      post.events.clear();
      HttpRig.Reply reply = post.send(each.change);

      assertThat(reply.status()).as(each.what).isEqualTo(each.status);
      assertThat(reply.reason()).as(each.what).isEqualTo(each.reason);
      assertThat(reply.headers().path("content-type").asText())
          .isEqualTo("application/problem+json");
      assertThat(reply.body().path("correlationId").asText()).isEqualTo("request-1");
      assertSecurityHeaders(reply);
      assertThat(post.events).hasSize(1);
    }
    assertThat(post.inputs).isEmpty();
    assertThat(post.send(manyHeaders(64)).status()).as("control: at the budget").isEqualTo(201);
    assertThat(post.send(type("Application/JSON; charset=\"UTF-8\"")).status()).isEqualTo(201);
  }

  private static Consumer<ObjectNode> header(String name, String value) {
    return event -> HttpRig.headers(event).put(name, value);
  }

  private static Consumer<ObjectNode> type(String value) {
    return header("content-type", value);
  }

  private static Consumer<ObjectNode> manyHeaders(int count) {
    return event -> {
      for (int i = 1; i < count; i++) {
        HttpRig.headers(event).put("x-" + i, "y");
      }
    };
  }

  @Test
  void a405NamesTheMethodAndA401TheScheme() {
    assertThat(
            post.send(event -> HttpRig.http(event).put("method", "OPTIONS"))
                .headers()
                .path("allow")
                .asText())
        .isEqualTo("POST");
    HttpRig<Item> jwt =
        new HttpRig<>(HttpApi.post(Item.class, Item.class), JwtAuthorizer.scope("a"));
    assertThat(jwt.send(event -> {}).headers().path("www-authenticate").asText())
        .isEqualTo("Bearer");
  }

  @Test
  void a503SaysWhenToComeAgainAndNothingElse() {
    HttpRig<Item> busy =
        new HttpRig<>(
            HttpApi.post(Item.class, Item.class),
            Authenticator.insecureAnyone("a test of the source alone"),
            recipe ->
                recipe.limits(
                    Limits.defaults().with(Limits.Bound.RECORDING_MILLIS, 30_000))); // all of it

    HttpRig.Reply reply = busy.send(event -> {});

    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.headers().path("retry-after").asText()).isEqualTo("1");
    assertThat(reply.body().has("reason")).isFalse();
    assertThat(busy.inputs).isEmpty();
    assertThat(post.send(event -> {}).headers().has("retry-after")).as("control").isFalse();
  }

  @Test
  void whatIsNotAnHttpApiEventOfThisAccountFailsTheInvocation() {
    List<Consumer<ObjectNode>> changes =
        List.of(
            event -> event.put("version", "1.0"),
            event -> event.remove("version"),
            event -> event.remove("requestContext"),
            event -> event.put("requestContext", "x"),
            event -> ((ObjectNode) event.path("requestContext")).remove("http"),
            event -> ((ObjectNode) event.path("requestContext")).remove("accountId"),
            event -> ((ObjectNode) event.path("requestContext")).put("accountId", "999999999999"),
            event -> ((ObjectNode) event.path("requestContext")).put("accountId", 123456789012L),
            event -> event.put("headers", "x"),
            event -> HttpRig.headers(event).putArray("x"),
            event -> event.putObject("body"),
            event -> event.put("isBase64Encoded", "true"),
            event -> event.putArray("Records"));
    for (Consumer<ObjectNode> change : changes.subList(0, 12)) {
      post.events.clear();
      assertThatThrownBy(() -> post.send(change)).isInstanceOf(InvocationFailed.class);
      assertThat(post.events).hasSize(1);
    }
    assertThat(post.inputs).isEmpty();
    assertThat(post.send(changes.get(12)).status())
        .as("a field that AWS may add is no harm")
        .isEqualTo(201);
  }

  @Test
  void anotherAccountOrApiIsTakenOnlyWhenDeclared() {
    Consumer<ObjectNode> other =
        event ->
            ((ObjectNode) event.path("requestContext"))
                .put("accountId", "anonymous")
                .put("apiId", "url1");

    assertThatThrownBy(() -> post.send(other)).isInstanceOf(InvocationFailed.class);
    assertThat(new HttpRig<>(HttpApi.post(Item.class, Item.class).api("url1")).send(other).status())
        .isEqualTo(200);
    HttpRig<Item> byAccount =
        new HttpRig<>(HttpApi.post(Item.class, Item.class).account("anonymous"));
    assertThat(byAccount.send(other).status()).isEqualTo(200);
    assertThatThrownBy(() -> byAccount.send(event -> {})).isInstanceOf(InvocationFailed.class);
    HttpRig<Item> byApi = new HttpRig<>(HttpApi.post(Item.class, Item.class).api("url2"));
    assertThatThrownBy(() -> byApi.send(other)).isInstanceOf(InvocationFailed.class);
  }

  @Test
  void compressedAndEncodedBodiesKeepTheSameBudget() throws IOException {
    byte[] good = "{\"name\":\"ü\",\"count\":1}".getBytes(StandardCharsets.UTF_8);
    assertThat(post.send(encoded(good)).body().path("name").asText()).isEqualTo("ü");
    assertThat(post.send(encoded(gzip(good), true)).body().path("name").asText()).isEqualTo("ü");

    byte[] atLimit = padded(BODY);
    byte[] overLimit = padded(BODY + 1);
    byte[] bomb = gzip(new byte[200 * 1024 * 1024]);
    assertThat(bomb.length).isLessThan(BODY);
    assertThat(post.send(encoded(atLimit)).status()).isEqualTo(201);
    assertThat(post.send(encoded(gzip(atLimit), true)).status()).isEqualTo(201);
    assertThat(post.send(encoded(overLimit)).status()).isEqualTo(413);
    assertThat(post.send(encoded(gzip(overLimit), true)).status()).isEqualTo(413);
    assertThat(post.send(encoded(bomb, true)).status()).isEqualTo(413);
    assertThat(post.send(encoded(new byte[] {(byte) 0xff})).reason()).isEqualTo("invalid-utf-8");
  }

  @Test
  void theBudgetOfAPlainBodyCountsBytes() {
    String wide = new String(padded(BODY - 2), StandardCharsets.UTF_8).replace("\"a\"", "\"ü€\"");
    assertThat(wide.getBytes(StandardCharsets.UTF_8)).hasSize(BODY + 2);
    assertThat(wide.length()).isLessThan(BODY);
    assertThat(post.send(event -> event.put("body", wide)).status()).isEqualTo(413);
  }

  private static byte[] padded(int size) {
    String text = "{\"name\":\"a\",\"count\":1}";
    return (" ".repeat(size - text.length()) + text).getBytes(StandardCharsets.UTF_8);
  }

  private static Consumer<ObjectNode> encoded(byte[] body) {
    return encoded(body, false);
  }

  private static Consumer<ObjectNode> encoded(byte[] body, boolean gzip) {
    return event -> {
      event.put("body", Base64.getEncoder().encodeToString(body)).put("isBase64Encoded", true);
      if (gzip) {
        HttpRig.headers(event).put("content-encoding", "gzip");
      }
    };
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    }
    return out.toByteArray();
  }

  private static Consumer<ObjectNode> query(String raw) {
    return event -> {
      HttpRig.http(event).put("method", "GET");
      event.remove("body");
      event.put("rawQueryString", raw).putObject("pathParameters").put("id", "42");
    };
  }

  @Test
  void pathAndQueryAreBoundStrictly() {
    get.send(query("page=2&tag=a&tag=b%20c+d&open=true"));

    assertThat(get.inputs).containsExactly(new Search("42", 2, List.of("a", "b c d"), true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "page=2&page=3; duplicate-parameter",
        "id=43; duplicate-parameter",
        "evil=1; unknown-parameter",
        "page; query",
        "=1; query",
        "page=1&; query",
        "page=%zz; query",
        "page=%1; query",
        "tag=%c0%80; invalid-utf-8",
        "page=two; wrong-type",
        "page=; wrong-type",
        "page=+2; wrong-type",
        "page=2.5; wrong-type",
        "page=0x2; wrong-type",
        "page=null; wrong-type",
        "page=99999999999; wrong-type",
        "open=1; wrong-type",
        "open=TRUE; wrong-type",
      })
  void aParameterThatIsNotDeclaredSoIsRefused(String raw, String reason) {
    HttpRig.Reply reply = get.send(query(raw));

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.reason()).isEqualTo(reason);
    assertThat(get.inputs).isEmpty();
  }

  @Test
  void parametersKeepTheirBudgets() {
    assertThat(get.send(query("tag=x&".repeat(30) + "tag=x")).status()).isEqualTo(200);
    assertThat(get.send(query("tag=x&".repeat(31) + "tag=x")).status()).isEqualTo(413);
    assertThat(get.send(query("tag=" + "x".repeat(8_188))).status()).isEqualTo(200);
    assertThat(get.send(query("tag=" + "x".repeat(8_189))).status()).isEqualTo(413);
  }

  @Test
  void aGetWithABodyIsRefused() {
    HttpRig.Reply reply = get.send(query("").andThen(event -> event.put("body", "{}")));

    assertThat(reply.reason()).isEqualTo("unexpected-body");
  }

  @Test
  void aBodyCannotSpeakForThePath() {
    HttpRig<Item> put =
        new HttpRig<>(HttpApi.put(Item.class, Item.class).path("name").query("count"));
    Consumer<ObjectNode> good =
        event -> {
          HttpRig.http(event).put("method", "PUT");
          event.put("body", "{}").put("rawQueryString", "count=7");
          event.putObject("pathParameters").put("name", "n");
        };

    assertThat(put.send(good).status()).isEqualTo(200);
    assertThat(put.inputs).containsExactly(new Item("n", 7));
    assertThat(put.send(good.andThen(e -> e.put("body", "{\"name\":\"x\"}"))).reason())
        .isEqualTo("parameter-in-body");
    assertThat(
            put.send(good.andThen(e -> e.put("body", "{\"name\":\"x\"}").remove("pathParameters")))
                .reason())
        .isEqualTo("parameter-in-body");
  }

  @Test
  void nothingOfWhatWasSentComesBack() {
    String canary = "c4n4ry";
    List<Consumer<ObjectNode>> changes =
        List.of(
            event -> event.put("body", canary),
            event -> event.put("body", "{\"" + canary + "\":1}"),
            event ->
                event.put("body", "{\"name\":\"" + canary + "\",\"count\":\"" + canary + "\"}"),
            event -> event.put("rawQueryString", canary + "=" + canary),
            event -> HttpRig.http(event).put("method", canary.toUpperCase(Locale.ROOT)),
            type(canary),
            header(canary, canary + "\r\n" + canary).andThen(type(canary)));
    for (Consumer<ObjectNode> change : changes) {
      HttpRig.Reply reply = post.send(change);

      assertThat(reply.status()).isBetween(400, 499);
      assertThat((reply.body() + "" + reply.headers()).toLowerCase(Locale.ROOT))
          .doesNotContain(canary)
          .doesNotContain("exception")
          .doesNotContain("dev.gabion");
    }
  }

  @Test
  void theAuditTrailHasTheStatusThatTheReplyHas() {
    post.send(event -> {});

    AuditEvent.Outcome outcome = post.events.get(0).outcome();
    assertThat(outcome).isNotNull();
    assertThat(outcome.status()).isEqualTo(201);
  }

  @Test
  void aReplyWithoutABodyGoesWithVoidAlone() {
    assertThatThrownBy(() -> new HttpRig<>(HttpApi.post(Item.class, Item.class).status(204)))
        .isInstanceOf(InvocationFailed.class);
    assertThatThrownBy(() -> new HttpRig<>(HttpApi.post(Void.class, Void.class)))
        .isInstanceOf(InvocationFailed.class);
  }

  @Test
  void aParameterThatTheInputDoesNotHaveIsFoundAtTheStart() {
    assertThatThrownBy(() -> new HttpRig<>(HttpApi.put(Item.class, Item.class).path("nam")))
        .isInstanceOf(InvocationFailed.class);
    assertThatThrownBy(() -> new HttpRig<>(HttpApi.put(Item.class, Item.class).query("nam")))
        .isInstanceOf(InvocationFailed.class);
    assertThatThrownBy(() -> HttpApi.put(Item.class, Item.class).account("12"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anOversizeBodyIsRefusedBeforeAnAuthenticatorWorksOnIt() {
    List<Integer> seen = new ArrayList<>();
    Authenticator<HttpApi.Request> signature =
        new Authenticator<>() {
          @Override
          public Caller identify(HttpApi.Request request, Scope scope) {
            seen.add(request.rawBody().length);
            throw Rejection.unauthenticated("signature");
          }

          @Override
          public String describe() {
            return "signature";
          }
        };
    HttpRig<Item> signed = new HttpRig<>(HttpApi.post(Item.class, Item.class), signature);

    assertThat(signed.send(e -> e.put("body", "x".repeat(BODY + 1))).status()).isEqualTo(413);
    assertThat(signed.send(encoded(new byte[BODY + 3])).status()).isEqualTo(413);
    assertThat(seen).isEmpty();
    assertThat(signed.send(e -> e.put("body", "x".repeat(BODY))).status()).isEqualTo(401);
    assertThat(seen).containsExactly(BODY);
  }

  @Test
  void gzipIsOneMemberAndNothingBehindIt() throws IOException {
    byte[] good = gzip("{\"name\":\"a\",\"count\":1}".getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    for (int i = 0; i < 9_000; i++) {
      members.write(gzip(new byte[0]));
    }
    byte[] named = ("\u001f?\b\b\0\0\0\0\0\0" + "name\0").getBytes(StandardCharsets.ISO_8859_1);
    named[1] = (byte) 0x8b;
    byte[] wrongSum = good.clone();
    wrongSum[good.length - 8] ^= 1;

    assertThat(post.send(encoded(good, true)).status()).isEqualTo(201);
    assertThat(
            post.send(encoded(join(named, Arrays.copyOfRange(good, 10, good.length)), true))
                .status())
        .isEqualTo(201);
    for (byte[] wrong :
        List.of(
            join(good, new byte[] {0}),
            join(good, good),
            members.toByteArray(),
            wrongSum,
            Arrays.copyOf(good, good.length - 1),
            Arrays.copyOf(good, 12),
            new byte[0],
            new byte[] {0x1f, (byte) 0x8b})) {
      HttpRig.Reply reply = post.send(encoded(wrong, true));
      assertThat(reply.status()).isEqualTo(400);
    }
  }

  private static byte[] join(byte[] one, byte[] two) {
    byte[] both = Arrays.copyOf(one, one.length + two.length);
    System.arraycopy(two, 0, both, one.length, two.length);
    return both;
  }

  @Test
  void aLongHeaderNameIsTheSendersMistakeAndNotOurs() {
    assertThat(post.send(header("x".repeat(129), "y")).status()).isEqualTo(201);
    assertThat(post.send(header("x".repeat(10_230), "y")).status()).isEqualTo(413);
  }

  @Test
  void lookalikesOfAsciiAreNotAscii() {
    assertThat(post.send(type("application/j\u017fon")).status()).isEqualTo(415);
    assertThat(get.send(query("tag=%\uff14\uff11")).status()).isEqualTo(400);
  }
}
