package dev.gabion.core;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the bytes, strict JSON takes exactly what {@link PlainReading} takes and reads the same
 * in it, and binding ends in a value or a refusal that is not our fault.
 */
class StrictJsonFuzzTest {
  private static final StrictJson JSON = new StrictJson(Limits.defaults());

  /** The shortest text beyond a budget is a number that none can hold: {@code 1e2147483649}. */
  private static final int BUDGET = 12;

  enum Size {
    SMALL,
    LARGE
  }

  record Part(String name, List<Integer> counts) {}

  @SuppressWarnings("ArrayRecordComponent") // nobody compares two
  record Everything(
      @Nullable String text,
      @Nullable Integer whole,
      @Nullable Long large,
      @Nullable Short small,
      @Nullable Double real,
      @Nullable Float single,
      @Nullable BigDecimal exact,
      @Nullable Boolean yes,
      @Nullable Size size,
      @Nullable UUID id,
      @Nullable Instant at,
      @Nullable LocalDate day,
      @Nullable OffsetDateTime local,
      @Nullable Duration length,
      @Nullable Part part,
      @Nullable List<Part> parts,
      @Nullable Map<String, Integer> named,
      byte @Nullable [] bytes,
      char letter) {}

  static Stream<byte[]> texts() {
    return Stream.of(
            "{}",
            "[]",
            "{\"a\":1,\"b\":[true,false,null,-0.5e+3],\"c\":{\"d\":\"x\"}}",
            "{\"a\":1,\"a\":2}",
            "{\"a\":1,\"\\u0061\":2}",
            "[\"\\ud83d\\ude00\",\"\\ud800\",\"\\\\ud800\"]",
            "[\"\\\"\\/\\b\\f\\n\\r\\t\"]",
            "[1e99999999999,1E-5,0.10,-0,01,1.,.5,+1]",
            "[NaN,Infinity,-Infinity,'a',{a:1}]",
            "/* c */ [1,] // d",
            "[1] [2]",
            "\uFEFF{}",
            "\"\u00e9\u20ac\uD83D\uDE00\"",
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
            "{\"@type\":\"java.lang.Runtime\",\"@class\":\"x\"}")
        .map(text -> text.getBytes(UTF_8));
  }

  @MethodSource("texts")
  @FuzzTest
  void trees(byte[] bytes) {
    String text = decoded(bytes);
    if (text == null) {
      return;
    }
    PlainReading.Read plain = null;
    try {
      plain = PlainReading.read(text);
    } catch (PlainReading.NotJson not) {
      // then it must be refused
    }
    JsonNode tree;
    try {
      tree = JSON.tree(text);
    } catch (Rejection refused) {
      boolean large = refused.code() == Rejection.Code.TOO_LARGE;
      if (large ? text.length() < BUDGET : refused.code() != Rejection.Code.MALFORMED) {
        throw new AssertionError("Refused as " + refused.code() + " " + refused.reason());
      }
      if (plain != null && !large) {
        throw new AssertionError("Refused what is JSON: " + refused.reason());
      }
      if (plain != null && plain.deepest() <= 32 && plain.tokens() < 20_000) {
        require(plain.longest() > 128, "Refused as too large what is within every budget");
      }
      return;
    }
    require(plain != null, "Taken, and not JSON");
    if (plain != null) {
      require(PlainReading.same(plain.value(), plain(tree)), "Reads something else");
      require(plain.deepest() <= 32 && plain.tokens() <= 20_000, "Taken beyond its budget");
    }
  }

  static Stream<byte[]> bindings() {
    return Stream.concat(
        texts(),
        Stream.of(
                "{\"text\":\"a\",\"whole\":1,\"large\":2,\"small\":3,\"real\":0.5,\"single\":1.5,"
                    + "\"exact\":1e3,\"yes\":true,\"size\":\"SMALL\",\"letter\":\"x\"}",
                "{\"letter\":\"x\",\"id\":\"0b1f6c1e-8f3c-4d55-9a53-2f5a0f6f2d10\","
                    + "\"at\":\"2026-01-02T03:04:05Z\",\"day\":\"2026-01-02\","
                    + "\"local\":\"2026-01-02T03:04:05+01:00\",\"length\":\"PT5M\"}",
                "{\"letter\":\"x\",\"part\":{\"name\":\"n\",\"counts\":[1,2]},"
                    + "\"parts\":[{\"name\":\"n\",\"counts\":[]}],\"named\":{\"a\":1},\"bytes\":\"AAEC\"}",
                "{\"letter\":\"x\",\"whole\":1.0}",
                "{\"letter\":\"x\",\"whole\":1e2,\"small\":70000,\"large\":9223372036854775808}",
                "{\"letter\":\"x\",\"text\":5}",
                "{\"letter\":\"x\",\"size\":0}",
                "{\"letter\":\"\",\"text\":\"\",\"size\":\"\",\"id\":\"\",\"bytes\":\"\"}",
                "{\"letter\":null}",
                "{\"letter\":\"x\",\"unknown\":1}",
                "{\"letter\":\"x\",\"exact\":1e65,\"real\":1e309}",
                "{\"letter\":\"x\",\"bytes\":\"A\",\"id\":\"0-0-0-0-0\",\"length\":\"P1D\"}",
                "null")
            .map(text -> text.getBytes(UTF_8)));
  }

  @MethodSource("bindings")
  @FuzzTest
  void bound(byte[] bytes) {
    String text = decoded(bytes);
    if (text == null) {
      return;
    }
    Everything read = bound(() -> JSON.read(text, Everything.class));
    Everything fromTree = bound(() -> JSON.bind(JSON.tree(text), Everything.class));
    require((read == null) == (fromTree == null), "A text and its tree are not both bound");
    if (read != null && fromTree != null) {
      String written = new String(JSON.write(read), UTF_8);
      require(
          written.equals(new String(JSON.write(fromTree), UTF_8)), "A tree says something else");
      Everything again = bound(() -> JSON.read(written, Everything.class));
      require(
          again != null && new String(JSON.write(again), UTF_8).equals(written),
          "What was written is not read as what it was");
    }
  }

  private interface Binding {
    Everything bind();
  }

  private static @Nullable Everything bound(Binding binding) {
    try {
      return binding.bind();
    } catch (Rejection refused) {
      require(
          refused.code() == Rejection.Code.MALFORMED || refused.code() == Rejection.Code.TOO_LARGE,
          "Our fault: " + refused.reason());
      for (Violation violation : refused.violations()) {
        require(
            violation.path().matches("([a-z]+|\\[[0-9*]+]|\\.)*") && violation.path().length() < 40,
            "A place that we did not declare");
      }
      return null;
    }
  }

  /** The text, or null if it is refused: exactly if it is not UTF-8. */
  private static @Nullable String decoded(byte[] bytes) {
    String strict;
    try {
      strict = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException invalid) {
      strict = null;
    }
    try {
      String text = StrictJson.text(bytes);
      require(text.equals(strict), "Not UTF-8: " + new String(bytes, ISO_8859_1));
      return text;
    } catch (Rejection refused) {
      require(strict == null && refused.code() == Rejection.Code.MALFORMED, "It is UTF-8");
      return null;
    }
  }

  private static Object plain(JsonNode node) {
    if (node.isObject()) {
      Map<String, Object> members = new LinkedHashMap<>();
      node.properties().forEach(member -> members.put(member.getKey(), plain(member.getValue())));
      return members;
    }
    if (node.isArray()) {
      List<Object> elements = new ArrayList<>();
      node.forEach(element -> elements.add(plain(element)));
      return elements;
    }
    if (node.isNumber()) {
      return node.decimalValue();
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    return node.isNull() ? PlainReading.NULL : node.textValue();
  }

  private static void require(boolean kept, String otherwise) {
    if (!kept) {
      throw new AssertionError(otherwise);
    }
  }
}
