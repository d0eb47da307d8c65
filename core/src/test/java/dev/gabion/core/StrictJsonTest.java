package dev.gabion.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrictJsonTest {
  private final StrictJson json = new StrictJson(Limits.defaults());

  enum Size {
    SMALL,
    LARGE
  }

  record Line(String sku, int quantity) {}

  record Basket(
      String name,
      int count,
      double weight,
      boolean gift,
      Size size,
      BigDecimal price,
      Long stock,
      List<Line> lines,
      Map<String, Integer> tags,
      Instant at,
      LocalDate day) {}

  static class Plain {
    private String name = "";

    public String getName() {
      return name;
    }

    public void setName(String name) {
      this.name = name;
    }
  }

  private static final String GOOD =
      """
      {"name":"a","count":1,"weight":1.5,"gift":true,"size":"SMALL","price":9.99,"stock":7,
       "lines":[{"sku":"x","quantity":2}],"tags":{"k":1},
       "at":"2026-11-22T10:00:00Z","day":"2026-11-22"}""";

  @Test
  void recordsAndPlainClassesAreBoundAlike() {
    Basket basket = json.read(GOOD, Basket.class);

    assertThat(basket.lines()).containsExactly(new Line("x", 2));
    assertThat(basket.price()).isEqualByComparingTo("9.99");
    assertThat(basket.at()).isEqualTo("2026-11-22T10:00:00Z");
    assertThat(json.read("{\"name\":\"b\"}", Plain.class).getName()).isEqualTo("b");
    assertThat(new String(json.write(basket), StandardCharsets.UTF_8))
        .contains("\"at\":\"2026-11-22T10:00:00Z\"");
  }

  /** Each row: the field of a good basket, what is sent in its place, the reason, the place. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "\"name\":\"a\";  \"name\":5;                        wrong-type;      name",
        "\"name\":\"a\";  \"name\":true;                     wrong-type;      name",
        "\"name\":\"a\";  \"name\":[\"a\"];                  wrong-type;      name",
        "\"count\":1;     \"count\":\"1\";                   wrong-type;      count",
        "\"count\":1;     \"count\":1.5;                     wrong-type;      count",
        "\"count\":1;     \"count\":null;                    wrong-type;      count",
        "\"count\":1,;    ``;                                wrong-type;      count",
        "\"count\":1;     \"count\":99999999999;             wrong-type;      count",
        "\"weight\":1.5;  \"weight\":\"NaN\";                wrong-type;      weight",
        "\"weight\":1.5;  \"weight\":NaN;                    malformed-json;  ``",
        "\"weight\":1.5;  \"weight\":1e400;                  wrong-type;      weight",
        "\"gift\":true;   \"gift\":1;                        wrong-type;      gift",
        "\"gift\":true;   \"gift\":\"true\";                 wrong-type;      gift",
        "\"SMALL\";       0;                                 wrong-type;      size",
        "\"SMALL\";       \"\";                              wrong-type;      size",
        "\"SMALL\";       \"small\";                         wrong-type;      size",
        "9.99;            1e999999;                          wrong-type;      price",
        "9.99;            \"9.99\";                          wrong-type;      price",
        "\"quantity\":2;  \"quantity\":{};                   wrong-type;      lines[0].quantity",
        "\"quantity\":2;  \"quantity\":2,\"evil\":1;         unknown-field;   lines[0]",
        "\"k\":1;         \"k\":\"x\";                       wrong-type;      tags[*]",
        "\"name\":\"a\";  \"name\":\"a\",\"evil\":1;         unknown-field;   ``",
        "\"name\":\"a\";  \"name\":\"a\",\"name\":\"b\";     duplicate-field; ``",
        "\"name\":\"a\";  \"name\":\"a\",\"na\\u006de\":\"b\"; duplicate-field; ``",
        "\"k\":1;         \"k\":1,\"k\":2;                   duplicate-field; ``",
        "\"name\":\"a\";  \"name\":\"\\ud800\";              lone-surrogate;  ``",
        "\"name\":\"a\";  \"name\":\"\\udc00\\ud800\";       lone-surrogate;  ``",
        "\"name\":\"a\";  \"name\":\"\\ud800x\";             lone-surrogate;  ``",
        "2026-11-22T10;   2026-99-22T10;                     wrong-type;      at",
        "[{;              [[[{;                              wrong-type;      lines[0]",
      })
  void whatIsNotTheDeclaredShapeIsRefusedAtItsPlace(
      String good, String sent, String reason, String place) {
    String text = GOOD.replace(good, sent == null ? "" : sent);
    assertThat(text).isNotEqualTo(GOOD);

    Rejection refused = catchThrowableOfType(Rejection.class, () -> json.read(text, Basket.class));

    assertThat(refused).isNotNull();
    assertThat(refused.reason()).isEqualTo(reason);
    assertThat(refused.code()).isEqualTo(Rejection.Code.MALFORMED);
    if (place != null && !refused.violations().isEmpty()) {
      assertThat(refused.violations().get(0).path()).isEqualTo(place);
    }
  }

  @Test
  void pairsOfSurrogatesAndEscapedBackslashesAreNoLoneSurrogates() {
    assertThat(json.read("{\"name\":\"\\ud83d\\ude00 \\\\ud800\"}", Plain.class).getName())
        .isEqualTo("😀 \\ud800");
  }

  @Test
  void aPlainMapperWouldHaveTakenThem() throws Exception {
    ObjectMapper plain = new ObjectMapper();

    assertThat(plain.readValue("{\"name\":5}", Plain.class).getName()).isEqualTo("5");
    assertThat(plain.readValue("{\"name\":\"a\",\"name\":\"b\"}", Plain.class).getName())
        .isEqualTo("b");
    assertThat(plain.readValue("{\"name\":\"\\ud800\"}", Plain.class).getName()).hasSize(1);
    assertThat(plain.readValue("{\"name\":\"a\"} trailing", Plain.class).getName()).isEqualTo("a");
    assertThat(plain.readValue("{\"sku\":\"a\"}", Line.class).quantity()).isZero();
  }

  @Test
  void trailingContentAndMoreThanOneDocumentAreRefused() {
    for (String text : List.of("{\"name\":\"a\"} x", "{\"name\":\"a\"}{}", "{\"name\":\"a\"},")) {
      assertThatThrownBy(() -> json.read(text, Plain.class)).isInstanceOf(Rejection.class);
    }
    assertThat(json.read(" {\"name\":\"a\"}\r\n", Plain.class).getName()).isEqualTo("a");
  }

  @Test
  void nothingButUtf8IsText() {
    byte[][] invalid = {
      {(byte) 0xC0, (byte) 0x80}, // overlong NUL
      {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, // a surrogate, encoded
      {(byte) 0xE2, (byte) 0x82}, // cut short
      {(byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80}, // beyond Unicode
      {(byte) 0xFF},
      {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD, (byte) 0xFF}, // beside a real replacement character
    };
    for (byte[] bytes : invalid) {
      assertThatThrownBy(() -> StrictJson.text(bytes)).hasMessageContaining("invalid-utf-8");
    }
    for (String text : List.of("plain", "ü😀", "a replacement character, sent: \uFFFD")) {
      assertThat(StrictJson.text(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
    }
  }

  @Test
  void everyBudgetHoldsAtItsBoundAndRefusesBeyondIt() {
    record Case(Limits.Bound bound, String at, String over) {}
    List<Case> cases =
        List.of(
            new Case(Limits.Bound.DEPTH, nested(10), nested(11)),
            new Case(Limits.Bound.TOKENS, "[1,1,1,1,1,1,1,1]", "[1,1,1,1,1,1,1,1,1]"),
            new Case(
                Limits.Bound.STRING_CHARS,
                "\"" + "x".repeat(10) + "\"",
                "\"" + "x".repeat(11) + "\""),
            new Case(
                Limits.Bound.NAME_CHARS,
                "{\"" + "x".repeat(10) + "\":1}",
                "{\"" + "x".repeat(11) + "\":1}"),
            new Case(Limits.Bound.NUMBER_CHARS, "[1234567890]", "[12345678901]"));
    for (Case each : cases) {
      StrictJson tight = new StrictJson(Limits.defaults().with(each.bound, 10));

      assertThat(tight.tree(each.at)).as("at " + each.bound).isNotNull();
      assertThatThrownBy(() -> tight.tree(each.over))
          .as("over " + each.bound)
          .isInstanceOf(Rejection.class)
          .hasMessageContaining("TOO_LARGE");
      assertThat(json.tree(each.over)).as("control: " + each.bound + " at its default").isNotNull();
    }
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  record ByClassName(String name) {}

  record Holding(ByClassName inner) {}

  record Anything(Object value) {}

  record AnyNode(JsonNode value) {}

  record AnyMap(Map<String, Object> values) {}

  @Test
  void aTypeThatCouldBecomeAnythingIsRefusedAtTheStart() {
    List<Class<?>> open =
        List.of(ByClassName.class, Holding.class, Anything.class, AnyNode.class, AnyMap.class);
    for (Class<?> type : open) {
      assertThatThrownBy(() -> json.prepare(type, String.class))
          .as(type.getSimpleName())
          .isInstanceOf(StartFailed.class);
    }
    json.prepare(Basket.class, Basket.class);
    json.prepare(Plain.class, Plain.class);
  }

  record Maybe(Optional<String> value) {}

  record Zoned(ZonedDateTime value) {}

  sealed interface Pet permits Cat {}

  record Cat(String name) implements Pet {}

  record Owner(Pet pet) {}

  @Test
  void aTypeWithoutAFormIsRefusedAtTheStartAndNotAfterLogicHasRun() {
    for (Class<?> type : List.of(Maybe.class, Zoned.class, Owner.class)) {
      assertThatThrownBy(() -> json.prepare(type, String.class))
          .isInstanceOf(StartFailed.class)
          .hasMessageContaining("The input " + type.getName())
          .hasMessageContaining("declare");
    }
    for (Class<?> type : List.of(Maybe.class, Zoned.class)) {
      assertThatThrownBy(() -> json.prepare(Plain.class, type))
          .isInstanceOf(StartFailed.class)
          .hasMessageContaining("The output " + type.getName());
    }
  }

  interface Unmade {}

  @Test
  void aTypeThatCannotBeMadeIsRefusedAtTheStart() {
    assertThatThrownBy(() -> json.prepare(Unmade.class, String.class))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("Unmade");
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  static class Lenient {
    public String name = "";
    public List<String> others = new ArrayList<>();

    @JsonAnySetter
    public void any(String name, String value) {
      others.add(name + value);
    }

    public List<String> getMore() {
      return others;
    }
  }

  @Test
  void annotationsCannotLetInWhatWasNotDeclared() throws Exception {
    String text = "{\"name\":\"a\",\"evil\":\"b\"}";

    assertThatThrownBy(() -> json.read(text, Lenient.class)).hasMessageContaining("unknown-field");
    assertThatThrownBy(() -> json.read("{\"more\":[\"x\"]}", Lenient.class))
        .hasMessageContaining("unknown-field");
    assertThat(new ObjectMapper().readValue(text, Lenient.class).others)
        .as("control: a plain mapper lets it in")
        .containsExactly("evilb");
  }

  record Picky(String name) {
    Picky {
      if (name.length() > 3) {
        throw new IllegalArgumentException("canary " + name);
      }
    }
  }

  @Test
  void aTypeThatRefusesItselfSaysNothingOfTheValue() {
    Rejection refused =
        catchThrowableOfType(
            Rejection.class, () -> json.read("{\"name\":\"secret\"}", Picky.class));

    assertThat(refused.reason()).isEqualTo("refused-by-type");
    assertThat(refused.code()).isEqualTo(Rejection.Code.MALFORMED);
    assertThat(refused.toString() + refused.violations()).doesNotContain("secret");
  }

  @Test
  void aNullDocumentIsNoInput() {
    assertThatThrownBy(() -> json.read("null", Plain.class)).isInstanceOf(Rejection.class);
    assertThatThrownBy(() -> json.read("", Plain.class)).isInstanceOf(Rejection.class);
    assertThatThrownBy(() -> json.tree("")).isInstanceOf(Rejection.class);
  }
}
