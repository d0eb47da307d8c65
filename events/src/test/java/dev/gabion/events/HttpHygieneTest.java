package dev.gabion.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.InvocationFailed;
import dev.gabion.core.Limits;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms, headers of the handler's own, and what all three sources refuse alike. */
class HttpHygieneTest {
  record Item(String name, int count) {}

  record Signup(@Nullable String name, @Nullable Integer age, @Nullable List<String> tag) {}

  private final HttpRig<Signup> form =
      new HttpRig<>(HttpApi.post(Signup.class, Signup.class).form());

  private static Consumer<ObjectNode> form(String body) {
    return event -> {
      event.put("body", body);
      HttpRig.headers(event).put("content-type", "application/x-www-form-urlencoded");
    };
  }

  @Test
  void aFormIsBoundAsItWasFilledIn() {
    assertThat(form.send(form("name=%C3%BC+b&age=7&tag=a&tag=b%26c")).status()).isEqualTo(200);

    assertThat(form.inputs).containsExactly(new Signup("ü b", 7, List.of("a", "b&c")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "name=a&name=b; duplicate-parameter",
        "name=a&admin=true; unknown-parameter",
        "name; query",
        "name=%; query",
        "name=ü; query",
        "name=%ff; invalid-utf-8",
        "age=seven; wrong-type",
        "{\"name\":\"a\"}; query",
      })
  void aFormThatIsNotSoIsRefused(String body, String reason) {
    HttpRig.Reply reply = form.send(form(body));

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.reason()).isEqualTo(reason);
    assertThat(form.inputs).isEmpty();
  }

  @Test
  void aFormKeepsTheBudgetsOfJson() {
    int text = Limits.Bound.STRING_CHARS.byDefault();
    int name = Limits.Bound.NAME_CHARS.byDefault();
    int fields = (Limits.Bound.TOKENS.byDefault() - 2) / 2;

    assertThat(form.send(form("name=" + "x".repeat(text))).status()).isEqualTo(200);
    assertThat(form.send(form("name=" + "x".repeat(text + 1))).status()).isEqualTo(413);
    assertThat(form.send(form("x".repeat(name) + "=")).status()).isEqualTo(400);
    assertThat(form.send(form("x".repeat(name + 1) + "=")).status()).isEqualTo(413);
    assertThat(form.send(form("tag=x" + "&tag=x".repeat(fields - 1))).status()).isEqualTo(200);
    assertThat(form.send(form("tag=x" + "&tag=x".repeat(fields))).status()).isEqualTo(413);
    assertThat(form.send(form("name=" + "x".repeat(Limits.Bound.BODY_BYTES.byDefault()))).status())
        .isEqualTo(413);
  }

  @Test
  void whereAFormIsDeclaredJsonIsNotAndTheOtherWayRound() {
    HttpRig<Item> json = new HttpRig<>(HttpApi.post(Item.class, Item.class));

    assertThat(form.send(event -> {}).status()).isEqualTo(415);
    assertThat(json.send(form("name=a&count=1")).status()).isEqualTo(415);
    assertThat(
            form.send(
                    form("name=a")
                        .andThen(
                            e ->
                                HttpRig.headers(e)
                                    .put(
                                        "content-type",
                                        "application/x-www-form-urlencoded; charset=latin1")))
                .status())
        .isEqualTo(415);
    assertThat(form.send(form("name=a").andThen(e -> e.put("rawQueryString", "age=7"))).reason())
        .isEqualTo("unknown-parameter");
  }

  @Test
  void aFormTakesDeclaredParametersBesideIt() {
    HttpRig<Signup> rig =
        new HttpRig<>(HttpApi.post(Signup.class, Signup.class).form().query("age"));

    assertThat(rig.send(form("name=a").andThen(e -> e.put("rawQueryString", "age=7"))).status())
        .isEqualTo(200);
    assertThat(rig.inputs).containsExactly(new Signup("a", 7, null));
    assertThat(rig.send(form("name=a&age=7")).reason()).isEqualTo("parameter-in-body");
  }

  @Test
  void aFormNeedsABody() {
    assertThatThrownBy(() -> new HttpRig<>(HttpApi.get(Signup.class, Signup.class).form()))
        .isInstanceOf(InvocationFailed.class);
    assertThatThrownBy(
            () ->
                HttpApi.post(Signup.class, Signup.class)
                    .contentType("application/x-www-form-urlencoded"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aHeaderOfTheHandlersOwnGoesWithWhatWasDone() {
    HttpRig<Item> rig =
        new HttpRig<>(
            HttpApi.post(Item.class, Item.class)
                .responseHeader("Location", item -> "/items/" + item.name()));

    assertThat(rig.send(event -> {}).header("location")).isEqualTo("/items/a");
    assertThat(rig.send(event -> event.put("body", "{")).headers().has("location")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\\r\\nset-cookie: x=y", "a\\nb", "a\\u0000", "a\\u007f", "a\\u00e9", "a\\u0085"})
  void aHeadersValueCannotEndItsLine(String name) {
    HttpRig<Item> rig =
        new HttpRig<>(
            HttpApi.post(Item.class, Item.class)
                .responseHeader("location", item -> "/items/" + item.name()));

    HttpRig.Reply reply =
        rig.send(event -> event.put("body", "{\"name\":\"" + name + "\",\"count\":1}"));

    assertThat(reply.status()).isEqualTo(500);
    assertThat(reply.headers().has("location")).isFalse();
    assertThat(rig.events).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a b",
        "a:b",
        "a\r\nb",
        "content-type",
        "Content-Length",
        "X-Frame-Options",
        "Strict-Transport-Security",
        "access-control-allow-origin",
        "vary",
        "transfer-encoding",
      })
  void whatEveryReplyHasIsNotForTheHandlerToSay(String name) {
    assertThatThrownBy(() -> HttpApi.post(Item.class, Item.class).responseHeader(name, item -> "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aHeaderNeedsSomethingToBeMadeOf() {
    assertThatThrownBy(
            () ->
                new HttpRig<>(
                    HttpApi.post(Void.class, Void.class)
                        .status(204)
                        .responseHeader("location", nothing -> "/")))
        .isInstanceOf(InvocationFailed.class);
  }
}
