package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SampleEventsTest {
  @Test
  void theDefaultIsAnUnauthenticatedPostOfAnEmptyObject() throws IOException {
    JsonNode event = read(SampleEvents.httpApi());

    assertThat(event.path("version").asText()).isEqualTo("2.0");
    assertThat(event.path("routeKey").asText()).isEqualTo("POST /orders");
    assertThat(event.path("body").asText()).isEqualTo("{}");
    assertThat(event.at("/headers/content-type").asText()).isEqualTo("application/json");
    assertThat(event.at("/requestContext/accountId").asText()).isEqualTo("123456789012");
    assertThat(event.at("/requestContext/authorizer").isMissingNode()).isTrue();
  }

  @Test
  void theRouteFollowsMethodAndPathUnlessItIsAnother() throws IOException {
    JsonNode followed = read(SampleEvents.httpApi().method("GET").path("/orders/7"));
    JsonNode kept =
        read(SampleEvents.httpApi().routeKey("GET /orders/{id}").method("GET").path("/orders/7"));

    assertThat(followed.path("routeKey").asText()).isEqualTo("GET /orders/7");
    assertThat(followed.at("/requestContext/routeKey").asText()).isEqualTo("GET /orders/7");
    assertThat(followed.path("rawPath").asText()).isEqualTo("/orders/7");
    assertThat(followed.at("/requestContext/http/method").asText()).isEqualTo("GET");
    assertThat(kept.path("routeKey").asText()).isEqualTo("GET /orders/{id}");
  }

  @Test
  void hostileTextStaysOneJsonString() throws IOException {
    String text = "\"},\"x\":{\u0000\u2028\uD83D\uDE00\\";

    assertThat(read(SampleEvents.httpApi().body(text)).path("body").asText()).isEqualTo(text);
    assertThat(read(SampleEvents.httpApi().header("x", text)).at("/headers/x").asText())
        .isEqualTo(text);
  }

  @Test
  void queryParametersAreDecodedAndJoined() throws IOException {
    JsonNode event = read(SampleEvents.httpApi().query("a=1&b=x%20y&a=2&c&d=%zz"));

    assertThat(event.path("rawQueryString").asText()).isEqualTo("a=1&b=x%20y&a=2&c&d=%zz");
    assertThat(event.path("queryStringParameters").toString())
        .isEqualTo("{\"a\":\"1,2\",\"b\":\"x y\",\"c\":\"\",\"d\":\"%zz\"}");
  }

  @Test
  void bodiesMayBeBytesOrAbsent() throws IOException {
    JsonNode bytes = read(SampleEvents.httpApi().base64Body(new byte[] {-1, 0}));
    JsonNode none = read(SampleEvents.httpApi().noBody());

    assertThat(bytes.path("body").binaryValue()).containsExactly(-1, 0);
    assertThat(bytes.path("isBase64Encoded").asBoolean()).isTrue();
    assertThat(none.has("body")).isFalse();
  }

  @Test
  void aJwtAuthorizerAddsClaimsAndScopes() throws IOException {
    JsonNode jwt =
        read(SampleEvents.httpApi()
                .jwt("alice", "orders:read", "orders:write")
                .claim("tenant", "t"))
            .at("/requestContext/authorizer/jwt");

    assertThat(jwt.at("/claims/sub").asText()).isEqualTo("alice");
    assertThat(jwt.at("/claims/scope").asText()).isEqualTo("orders:read orders:write");
    assertThat(jwt.at("/claims/tenant").asText()).isEqualTo("t");
    assertThat(jwt.path("scopes").toString()).isEqualTo("[\"orders:read\",\"orders:write\"]");
    assertThat(SampleEvents.httpApi().jwt("alice").json()).contains("\"scopes\":null");
  }

  @Test
  void headersAccountApiAndPathParametersCanBeChanged() throws IOException {
    JsonNode event =
        read(
            SampleEvents.functionUrl()
                .header("X-Mine", "1")
                .removeHeader("Content-Type")
                .account("210987654321")
                .apiId("zzz")
                .cookie("a=b")
                .pathParameter("id", "7"));

    assertThat(event.at("/headers/x-mine").asText()).isEqualTo("1");
    assertThat(event.path("headers").has("content-type")).isFalse();
    assertThat(event.at("/requestContext/accountId").asText()).isEqualTo("210987654321");
    assertThat(event.at("/requestContext/apiId").asText()).isEqualTo("zzz");
    assertThat(event.at("/requestContext/domainName").asText())
        .isEqualTo("zzz.lambda-url.eu-central-1.on.aws");
    assertThat(event.at("/headers/host").asText()).isEqualTo("zzz.lambda-url.eu-central-1.on.aws");
    assertThat(event.path("cookies").toString()).isEqualTo("[\"a=b\"]");
    assertThat(event.at("/pathParameters/id").asText()).isEqualTo("7");
    assertThat(event.path("routeKey").asText()).isEqualTo("$default");
  }

  @Test
  void anEventNeverChangesOnceMade() {
    SampleEvents.Http event = SampleEvents.httpApi();
    String before = event.json();

    assertThat(event.jwt("alice").header("x", "y").query("a=b").json()).isNotEqualTo(before);
    assertThat(event.json()).isEqualTo(before);
    assertThat(event.bytes()).isEqualTo(before.getBytes(UTF_8));
  }

  private static JsonNode read(SampleEvents.Http event) throws IOException {
    return new ObjectMapper().readTree(event.bytes());
  }
}
