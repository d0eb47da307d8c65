package dev.gabion.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.InvocationFailed;
import dev.gabion.core.Limits;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The last request that is taken and the first that is not. */
class BudgetEdgesTest {
  private static final int BODY = Limits.Bound.BODY_BYTES.byDefault();
  private static final int HEADERS = Limits.Bound.HEADERS.byDefault();
  private static final int HEADER_CHARS = Limits.Bound.HEADER_CHARS.byDefault();
  private static final int PARAMETER_CHARS = Limits.Bound.PARAMETER_CHARS.byDefault();

  record Item(String name, int count) {}

  record Search(String q) {}

  private final HttpRig<Item> post = new HttpRig<>(HttpApi.post(Item.class, Item.class));
  private final HttpRig<Search> get = new HttpRig<>(HttpApi.get(Search.class, Search.class));

  @Test
  void aBodyMayFillItsBudget() {
    assertThat(post.send(body(BODY)).status()).isEqualTo(200);
    assertThat(post.send(body(BODY + 1)).status()).isEqualTo(413);
    assertThat(post.send(base64(BODY)).status()).isEqualTo(200);
    assertThat(post.send(base64(BODY + 1)).status()).isEqualTo(413);
  }

  @Test
  void charactersOfSeveralBytesCountAsThatMany() {
    int name = 60_000; // below the bound for one string, in units
    String wide = "{\"name\":\"" + "€".repeat(name) + "\",\"count\":1}";
    int bytes = wide.getBytes(StandardCharsets.UTF_8).length;

    assertThat(post.send(event -> event.put("body", wide + " ".repeat(BODY - bytes))).status())
        .isEqualTo(200);
    assertThat(post.send(event -> event.put("body", wide + " ".repeat(BODY + 1 - bytes))).status())
        .isEqualTo(413);
  }

  private static Consumer<ObjectNode> body(int bytes) {
    return event -> event.put("body", json(bytes));
  }

  private static Consumer<ObjectNode> base64(int bytes) {
    byte[] raw = json(bytes).getBytes(StandardCharsets.UTF_8);
    return event ->
        event.put("body", Base64.getEncoder().encodeToString(raw)).put("isBase64Encoded", true);
  }

  private static String json(int bytes) {
    String json = "{\"name\":\"a\",\"count\":1}";
    return json + " ".repeat(bytes - json.length());
  }

  @Test
  void headersMayFillTheirBudgets() {
    assertThat(post.send(headers(HEADERS)).status()).isEqualTo(200);
    assertThat(post.send(headers(HEADERS + 1)).status()).isEqualTo(413);
    assertThat(post.send(headerChars(HEADER_CHARS)).status()).isEqualTo(200);
    assertThat(post.send(headerChars(HEADER_CHARS + 1)).status()).isEqualTo(413);
  }

  private static Consumer<ObjectNode> headers(int lines) {
    return event -> {
      for (int i = 1; i < lines; i++) {
        HttpRig.headers(event).put("x-" + i, "");
      }
    };
  }

  private static Consumer<ObjectNode> headerChars(int chars) {
    int there = "content-typeapplication/jsonx".length();
    return event -> HttpRig.headers(event).put("x", "y".repeat(chars - there));
  }

  @Test
  void parametersMayFillTheirBudget() {
    assertThat(get.send(query("q=" + "a".repeat(PARAMETER_CHARS - 2))).status()).isEqualTo(200);
    assertThat(get.send(query("q=" + "a".repeat(PARAMETER_CHARS - 1))).status()).isEqualTo(413);
    assertThat(get.send(path("a".repeat(PARAMETER_CHARS - 1))).status()).isEqualTo(200);
    assertThat(get.send(path("a".repeat(PARAMETER_CHARS))).status()).isEqualTo(413);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%4", "%4g", "%g4", "a%", "a%4", "\u007f", " ", "é"})
  void aQueryThatIsNotEncodedIsRefused(String value) {
    assertThat(get.send(query("q=" + value)).status()).isEqualTo(400);
  }

  @Test
  void aQueryMayEndWithAnEscapeAndHoldAnyPrintableCharacter() {
    assertThat(get.send(query("q=!~+%41")).status()).isEqualTo(200);
    assertThat(get.inputs).containsExactly(new Search("!~ A"));
  }

  private static Consumer<ObjectNode> query(String raw) {
    return event -> {
      get(event);
      event.put("rawQueryString", raw);
    };
  }

  private static Consumer<ObjectNode> path(String value) {
    return event -> {
      get(event);
      event.putObject("pathParameters").put("q", value);
    };
  }

  private static void get(ObjectNode event) {
    HttpRig.http(event).put("method", "GET");
    event.remove("body");
  }

  @Test
  void aSuccessHasAStatusThatSaysSo() {
    HttpApi<Item, Item> source = HttpApi.post(Item.class, Item.class);

    assertThat(new HttpRig<>(source.status(299)).send(event -> {}).status()).isEqualTo(299);
    for (int status : new int[] {199, 300}) {
      assertThatThrownBy(() -> source.status(status)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aBlankTenantIsNone() {
    HttpRig<Item> rig =
        new HttpRig<>(
            HttpApi.post(Item.class, Item.class), JwtAuthorizer.scope("s").tenantClaim("tenant"));

    assertThat(
            rig.send(
                    event ->
                        ((ObjectNode) event.path("requestContext"))
                            .putObject("authorizer")
                            .putObject("jwt")
                            .putObject("claims")
                            .put("sub", "ann")
                            .put("iss", "i")
                            .put("scope", "s")
                            .put("tenant", " "))
                .status())
        .isEqualTo(403);
  }

  @Test
  void aDeclaredAccountAndApiMustBothBeRight() {
    HttpRig<Item> rig =
        new HttpRig<>(HttpApi.post(Item.class, Item.class).api("api1").account("999999999999"));

    assertThatThrownBy(() -> rig.send(event -> {})).isInstanceOf(InvocationFailed.class);
    assertThat(
            rig.send(
                    event ->
                        ((ObjectNode) event.path("requestContext"))
                            .put("accountId", "999999999999"))
                .status())
        .isEqualTo(200);
  }
}
