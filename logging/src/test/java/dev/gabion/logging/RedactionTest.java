package dev.gabion.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIdentityInfo;
import com.fasterxml.jackson.annotation.JsonKey;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretSource;
import dev.gabion.core.SecretValue;
import dev.gabion.core.Sensitive;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  record Card(
      @Sensitive String holder,
      @JsonProperty("pan") @Sensitive(Sensitive.As.LAST_FOUR) String number,
      @Sensitive(Sensitive.As.HMAC) @Nullable String customer,
      @Sensitive(Sensitive.As.DROP) int code,
      int year) {}

  record Order(String id, @Sensitive List<String> tags, List<Card> cards) {}

  private static final Card CARD = new Card("Ann Smith", "4111111111111111", "c-17", 737, 2030);
  private static final Order ORDER = new Order("o-1", List.of("vip"), List.of(CARD));

  private static Redaction started(String key) throws Exception {
    Redaction redaction = Redaction.of().pseudonyms(new Fixed(key));
    redaction.start(Recorded.environment(Recorded.TEXT));
    return redaction;
  }

  @Test
  void jacksonWritesRecordsWithoutWhatIsSensitive() throws Exception {
    JsonMapper mapper = JsonMapper.builder().addModule(Redaction.of().module()).build();

    assertThat(mapper.writeValueAsString(ORDER))
        .isEqualTo(
            "{\"id\":\"o-1\",\"tags\":\"****\",\"cards\":[{\"holder\":\"****\",\"pan\":\"****1111\","
                + "\"customer\":\"****\",\"year\":2030}]}");
    assertThat(mapper.writeValueAsString(new Card("", "", null, 0, 0)))
        .contains("\"customer\":null");
  }

  @Test
  void withoutTheModuleJacksonWritesAll() throws Exception {
    assertThat(new JsonMapper().writeValueAsString(ORDER))
        .contains("Ann Smith", "4111111111111111", "c-17", "737", "vip");
  }

  @Test
  void aPseudonymIsTheSameForTheSameTextAndKeyAlone() throws Exception {
    String one = started("sixteen random b").text(CARD);

    assertThat(one).isEqualTo(started("sixteen random b").text(CARD));
    assertThat(one).isNotEqualTo(started("sixteen other by").text(CARD));
    assertThat(one).matches(".*customer=~[0-9a-f]{8}\\.[A-Za-z0-9_-]{22}, .*");
  }

  @Test
  void withoutAKeyAPseudonymIsAMask() {
    assertThat(Redaction.of().text(CARD))
        .isEqualTo("Card[holder=****, number=****1111, customer=****, year=2030]");
  }

  @Test
  void aKeyThatIsWipedIsNotReplacedByAnything() throws Exception {
    Redaction redaction = started("sixteen random b");
    redaction.beforeSnapshot();

    assertThatThrownBy(() -> redaction.text(CARD)).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/a | {\"a\":1,\"b\":{\"a\":2}} | {\"a\":\"****\",\"b\":{\"a\":2}}",
        "/b/a | {\"a\":1,\"b\":{\"a\":2}} | {\"a\":1,\"b\":{\"a\":\"****\"}}",
        "/b | {\"b\":{\"a\":2}} | {\"b\":\"****\"}",
        "/b | {\"b\":null} | {\"b\":null}",
        "/l/1 | {\"l\":[1,2,3]} | {\"l\":[1,\"****\",3]}",
        "/l/*/n | {\"l\":[{\"n\":1},{\"n\":2,\"m\":3}]} | {\"l\":[{\"n\":\"****\"},{\"n\":\"****\",\"m\":3}]}",
        "/*/n | {\"a\":{\"n\":1},\"b\":{\"n\":2}} | {\"a\":{\"n\":\"****\"},\"b\":{\"n\":\"****\"}}",
        "/a~1b/c~0d | {\"a/b\":{\"c~d\":1}} | {\"a/b\":{\"c~d\":\"****\"}}",
        "/x/y/z | {\"x\":1} | {\"x\":1}",
        "/ | {\"\":1,\"a\":2} | {\"\":\"****\",\"a\":2}",
      })
  void aDocumentIsWrittenWithoutWhatStandsAtAPlace(String pointer, String json, String written) {
    assertThat(Redaction.of(pointer).json(json)).isEqualTo(written);
  }

  @Test
  void eachPlaceHasItsWay() {
    Redaction redaction =
        Redaction.of("/holder")
            .with(Sensitive.As.LAST_FOUR, "/number")
            .with(Sensitive.As.DROP, "/code", "/list/0");

    assertThat(
            redaction.json(
                "{\"holder\":\"Ann\",\"number\":4111111111111111,\"code\":1,\"list\":[1,2]}"))
        .isEqualTo("{\"holder\":\"****\",\"number\":\"****1111\",\"list\":[\"\",2]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"holder\":\"Ann\"", "Ann", "{'holder':'Ann'}", "{\"a\":Ann}"})
  void whatCannotBeReadIsNotWritten(String document) {
    assertThat(Redaction.of("/holder").json(document)).isEqualTo("\"[not JSON]\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a/b", "/a~", "/a~2", "/~/b"})
  void whatIsNoPointerIsRefused(String pointer) {
    assertThatThrownBy(() -> Redaction.of(pointer)).isInstanceOf(IllegalArgumentException.class);
  }

  /** A secret that never changes. */
  private record Fixed(String key) implements SecretSource {
    @Override
    public <R, X extends Exception> R use(Scope scope, Body<R, X> body) throws X {
      return body.apply(SecretValue.ofText(key));
    }

    @Override
    public <R, X extends Exception> R use(
        Scope scope, Body<R, X> body, Predicate<? super Exception> refused) throws X {
      return use(scope, body);
    }
  }

  record Pan(@Sensitive @JsonValue String value) {}

  record Extra(String id, @Sensitive @JsonAnyGetter Map<String, String> more) {}

  record Alias(@Sensitive String secret, String id) {
    public String getSecret() {
      return secret;
    }

    public String getSecretAgain() {
      return secret;
    }
  }

  record Key(@Sensitive String number) {}

  record Named(@Sensitive @JsonKey String number) {}

  @JsonIdentityInfo(generator = ObjectIdGenerators.PropertyGenerator.class, property = "secret")
  record Identified(@Sensitive String secret, String id) {}

  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  record Listed(@Sensitive String secret, @Sensitive(Sensitive.As.DROP) String code, String id) {}

  record Outer(@JsonUnwrapped(prefix = "card_") Key card, @JsonUnwrapped @Sensitive Key all) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  record Typed(@Sensitive String secret) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  record TypedPan(@Sensitive @JsonValue String value) {}

  record Plain(String id) {
    public String getUpper() {
      return id.toUpperCase(Locale.ROOT);
    }
  }

  private static Stream<Arguments> records() {
    Key key = new Key("hidden");
    return Stream.of(
        arguments(new Pan("hidden"), "\"****\""),
        arguments(List.of(new Pan("hidden")), "[\"****\"]"),
        arguments(new Extra("o-1", Map.of("more", "hidden")), "{\"id\":\"o-1\"}"),
        arguments(new Alias("hidden", "o-1"), "{\"secret\":\"****\",\"id\":\"o-1\"}"),
        arguments(Map.of(key, 1), "{\"Key[number=****]\":1}"),
        arguments(Map.of(new Named("hidden"), 1), "{\"Named[number=****]\":1}"),
        arguments(Map.of(new Pan("hidden"), 1), "{\"Pan[value=****]\":1}"),
        arguments(new Identified("hidden", "o-1"), "{\"secret\":\"****\",\"id\":\"o-1\"}"),
        arguments(new Listed("hidden", "hidden", "o-1"), "[\"****\",\"o-1\"]"),
        arguments(new Outer(key, key), "{\"card_number\":\"****\",\"all\":\"****\"}"),
        arguments(new Typed("hidden"), "{\"@type\":\"RedactionTest$Typed\",\"secret\":\"****\"}"),
        arguments(new TypedPan("hidden"), "\"****\""),
        arguments(new Plain("o-1"), "{\"id\":\"o-1\",\"upper\":\"O-1\"}"));
  }

  @ParameterizedTest
  @MethodSource("records")
  void howeverJacksonIsToldToWriteARecordWhatIsSensitiveIsNot(Object value, String written)
      throws Exception {
    JsonMapper mapper = JsonMapper.builder().addModule(Redaction.of().module()).build();

    assertThat(mapper.writeValueAsString(value)).isEqualTo(written);
    if (!(value instanceof Plain)) {
      assertThat(new JsonMapper().writeValueAsString(value)).contains("hidden");
    }
  }
}
