package dev.gabion.core;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretJsonTest {
  private static Optional<String> field(String json, String name) {
    return field(json.getBytes(UTF_8), name);
  }

  private static Optional<String> field(byte[] json, String name) {
    try (SecretValue secret = SecretValue.copyOf(json);
        SecretValue field = secret.field(name)) {
      return Optional.of(InsecureSecretAccess.text(field));
    } catch (IllegalArgumentException refused) {
      return Optional.empty();
    }
  }

  static Stream<Arguments> readable() {
    return Stream.of(
        Arguments.of("{\"password\":\"hunter2\"}", "hunter2"),
        Arguments.of(" {\t\"user\" : \"ann\" ,\r\n\"password\" : \"hunter2\" }\n", "hunter2"),
        Arguments.of("{\"password\":\"\"}", ""),
        Arguments.of("{\"password\":\"a\\\"b\\\\c\\/d\\b\\f\\n\\r\\te\"}", "a\"b\\c/d\b\f\n\r\te"),
        Arguments.of("{\"password\":\"\\u0041\\u00e4\\u20AC\\ud83d\\uDE00\"}", "Aä€😀"),
        Arguments.of("{\"password\":\"größe 😀\"}", "größe 😀"),
        Arguments.of("{\"p\\u0061ssword\":\"hunter2\"}", "hunter2"),
        Arguments.of("{\"password\":5432}", "5432"),
        Arguments.of("{\"password\":-0.50e+07}", "-0.50e+07"),
        Arguments.of("{\"password\":0}", "0"),
        Arguments.of("{\"password\":true}", "true"),
        Arguments.of("{\"password\":false}", "false"),
        Arguments.of(
            "{\"a\":{\"password\":\"no\",\"b\":[[],{},[1,{\"c\":null}]]},\"password\":1}", "1"),
        Arguments.of("{\"a\":1,\"a\":2,\"password\":\"yes\"}", "yes"));
  }

  @ParameterizedTest
  @MethodSource("readable")
  void oneFieldIsReadAsItIsMeant(String json, String value) {
    assertThat(field(json, "password")).contains(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "hunter2",
        "\"hunter2\"",
        "[\"password\",\"hunter2\"]",
        "{}",
        "{\"Password\":\"hunter2\"}",
        "{\"password\":null}",
        "{\"password\":{\"x\":\"hunter2\"}}",
        "{\"password\":[\"hunter2\"]}",
        "{\"password\":\"hunter2\",\"password\":\"hunter2\"}",
        "{\"password\":\"hunter2\",\"p\\u0061ssword\":\"other\"}",
        "{\"password\":null,\"password\":\"hunter2\"}",
        "{\"password\":\"hunter2\"",
        "{\"password\":\"hunter2",
        "{\"password\":\"hunter2\\",
        "{\"password\":\"hunter2\\u00",
        "{\"password\":\"hunter2\",}",
        "{\"password\":\"hunter2\"}}",
        "{\"password\":\"hunter2\"} x",
        "{\"password\":\"hunter2\"}{\"password\":\"hunter2\"}",
        "{\"password\" \"hunter2\"}",
        "{password:\"hunter2\"}",
        "{'password':'hunter2'}",
        "{\"password\":\"hunter2\"/**/}",
        "{\"password\":\"hunter2\n\"}",
        "{\"password\":\"hun\\xter2\"}",
        "{\"password\":\"hunter2\\u12G4\"}",
        "{\"password\":\"hunter2\\ud83d\"}",
        "{\"password\":\"hunter2\\ud83dx\"}",
        "{\"password\":\"hunter2\\ud83d\\n\"}",
        "{\"password\":\"hunter2\\ud83d\\u0041\"}",
        "{\"password\":\"hunter2\\ude00\"}",
        "{\"password\":01}",
        "{\"password\":+1}",
        "{\"password\":.5}",
        "{\"password\":5.}",
        "{\"password\":1e}",
        "{\"password\":-}",
        "{\"password\":NaN}",
        "{\"password\":truE}",
        "{\"password\":tru",
        "{\"a\":[1,],\"password\":\"hunter2\"}",
        "{\"a\":[1 2],\"password\":\"hunter2\"}",
        "{\"a\":{\"b\"},\"password\":\"hunter2\"}",
        "{,\"password\":\"hunter2\"}",
      })
  void whatIsNotOneSuchFieldIsRefusedWithoutAWordOfIt(String json) {
    SecretValue secret = SecretValue.ofText(json);

    assertThatThrownBy(() -> secret.field("password"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .hasMessage(
            "The secret is not a JSON object with one text, number or truth value named password:"
                + " look at how it is stored.");
  }

  @Test
  void onlyUtf8IsRead() {
    String json = "{\"password\":\"hunter2\"}";
    byte[] marked = ("\uFEFF" + json).getBytes(UTF_8);

    assertThat(field(marked, "password")).contains("hunter2");
    assertThat(field(json.getBytes(UTF_16LE), "password")).isEmpty();
    assertThat(field(("\uFEFF" + json).getBytes(UTF_16LE), "password")).isEmpty();
  }

  @Test
  void depthIsBoundedAndLengthIsNot() {
    String brackets = "[".repeat(63) + "]".repeat(63);
    assertThat(field("{\"a\":" + brackets + ",\"b\":1}", "b")).contains("1");
    assertThat(field("{\"a\":[" + brackets + "],\"b\":1}", "b")).isEmpty();
    assertThat(field("{\"b\":1,\"a\":" + "[".repeat(10_000_000), "b")).isEmpty();
    assertThat(field("{\"b\":1,\"a\":" + "{\"a\":".repeat(1_000_000), "b")).isEmpty();

    String digits = "1".repeat(100_000);
    assertThat(field("{\"b\":" + digits + "}", "b")).contains(digits);
    assertThat(field("{\"b\":\"" + digits + "\"}", "b")).contains(digits);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hunter3", "a\"b\\c/\b\n\u0000\u001f\u007f", "größe 😀"})
  void oneFieldBecomesAnotherTextAndTheRestStaysAsItIs(String text) {
    for (String before : List.of("\"hunter2\"", "12", "true", "\"\"")) {
      SecretValue secret =
          SecretValue.ofText(
              "\uFEFF{ \"user\":\"ann\\n\", \"p\\u0061ss\" :" + before + " ,\"z\":[1] } ");
      SecretValue changed = secret.with("pass", SecretValue.ofText(text));

      String json = InsecureSecretAccess.text(changed);
      assertThat(json)
          .startsWith("\uFEFF{ \"user\":\"ann\\n\", \"p\\u0061ss\" :\"")
          .endsWith("\" ,\"z\":[1] } ");
      assertThat(field(json, "pass")).contains(text);
      assertThat(field(json, "user")).contains("ann\n");
    }
  }

  @Test
  void whatHasNoSuchFieldIsNotChanged() {
    SecretValue text = SecretValue.ofText("hunter3");
    for (String json :
        List.of("{}", "hunter2", "{\"a\":null}", "{\"a\":[]}", "{\"a\":1,\"a\":2}")) {
      assertThatThrownBy(() -> SecretValue.ofText(json).with("a", text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasNoCause();
    }
  }

  /** A mature parser with no limits of its own sees the same field or refuses alike. */
  @Test
  void aMatureParserAgreesOnMutatedTexts() throws IOException {
    List<String> seeds =
        List.of(
            "{\"a\":\"x\\u00e4\\ud83d\\ude00\\n\",\"b\":[1,-2.5e+3,true,null,{\"a\":{}}],\"c\":\"ä😀\"}",
            " { \"user\" : \"ann\", \"a\" : 12.50E-1 , \"nested\":{\"a\":\"deep\"} } ",
            "{\"a\":false,\"\\u0061b\":0,\"c\":[[],[\"\"],{\"a\":[]}]}");
    String alphabet = "\"\\{}[],:.-+eEu0159abdtrfalsn \n\u0001/äD8";
    SplittableRandom random = new SplittableRandom(7);
    int read = 0;
    int refused = 0;
    for (int round = 0; round < 60_000; round++) {
      StringBuilder text = new StringBuilder(seeds.get(round % seeds.size()));
      for (int change = random.nextInt(1, 3); change > 0; change--) {
        int at = random.nextInt(text.length());
        char other = alphabet.charAt(random.nextInt(alphabet.length()));
        switch (random.nextInt(4)) {
          case 0 -> text.setCharAt(at, other);
          case 1 -> text.insert(at, other);
          case 2 -> text.deleteCharAt(at);
          default -> text.insert(at, text.substring(at, random.nextInt(at, text.length())));
        }
      }
      byte[] json = text.toString().getBytes(UTF_8);
      Optional<String> expected = expected(json);
      assertThat(field(json, "a")).as(text.toString()).isEqualTo(expected);
      read += expected.isPresent() ? 1 : 0;
      refused += expected.isPresent() ? 0 : 1;
    }
    assertThat(read).isGreaterThan(3_000);
    assertThat(refused).isGreaterThan(3_000);
  }

  /** What Jackson makes of it, by the rules that {@link SecretValue#field} promises. */
  private static Optional<String> expected(byte[] json) throws IOException {
    Optional<String> found = Optional.empty();
    int count = 0;
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals("a");
        UTF_8.newEncoder().encode(CharBuffer.wrap(parser.currentName()));
        JsonToken token = parser.nextToken();
        if (wanted) {
          count++;
          found =
              token.isScalarValue() && token != JsonToken.VALUE_NULL
                  ? Optional.of(parser.getText())
                  : Optional.empty();
        }
        parser.skipChildren();
      }
      if (parser.nextToken() != null) {
        return Optional.empty();
      }
      UTF_8.newEncoder().encode(CharBuffer.wrap(found.orElse(""))); // lone surrogates
    } catch (com.fasterxml.jackson.core.JsonProcessingException
        | CharacterCodingException refused) {
      return Optional.empty();
    }
    return count == 1 ? found : Optional.empty();
  }

  @Test
  void theSecretItselfStaysAsItIs() {
    byte[] json = "{\"a\":\"x\\ny\",\"b\":1}".getBytes(UTF_8);
    SecretValue secret = SecretValue.copyOf(json);
    secret.field("a").close();
    secret.field("b").close();

    assertThat(Arrays.equals(InsecureSecretAccess.bytes(secret), json)).isTrue();
  }

  private static List<String> texts(String json) {
    List<String> texts = new ArrayList<>();
    List<SecretValue> lent = new ArrayList<>();
    try (SecretValue secret = SecretValue.ofText(json)) {
      secret.forEachText(
          (name, text) -> {
            texts.add(name + "=" + InsecureSecretAccess.text(text));
            lent.add(text);
          });
    }
    for (SecretValue text : lent) {
      assertThatThrownBy(() -> InsecureSecretAccess.bytes(text))
          .isInstanceOf(IllegalStateException.class);
    }
    return texts;
  }

  @Test
  void eachTextAtTheTopIsLentAndNothingElse() {
    assertThat(
            texts(
                "{\"a\":\"1\",\"n\":2,\"t\":true,\"z\":null,\"o\":{\"b\":\"3\"},\"l\":[\"4\"],"
                    + "\"\\u0061\":\"a\\nb\",\"\":\"e\",\"broken\":\"\\ud800\",\"last\":\"\"}"))
        .containsExactly("a=1", "a=a\nb", "=e", "last=");
    for (String other :
        List.of("", "text", "[\"a\"]", "{\"a\":\"1\"", "{\"a\":\"1\"} x", "\"a\"")) {
      assertThat(texts(other)).isEmpty();
    }
  }

  @Test
  void anObjectIsCopiedAsItIsWritten() {
    try (SecretValue secret =
            SecretValue.ofText(
                "{\"a\": {\"b\" : \"c\", \"d\":[{}]} ,\"e\":\"f\",\"g\":{},\"g\":{}}");
        SecretValue object = secret.object("a")) {
      assertThat(InsecureSecretAccess.text(object)).isEqualTo("{\"b\" : \"c\", \"d\":[{}]}");
      for (String name : List.of("e", "g", "b", "")) {
        assertThatThrownBy(() -> secret.object(name)).isInstanceOf(IllegalArgumentException.class);
      }
    }
  }
}
