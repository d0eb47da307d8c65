package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.core.SecretValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Secrets that are made to be confused with escapes, marks and each other, planted in every
 * encoding into lines that are made to confuse. What they were planted as must not be found by
 * plain search, however the scrubber came to its result.
 *
 * <p>{@code -Dgabion.fuzz.secrets=100000} plants in so many lines.
 */
class FuzzedSecretsTest {
  private static final int LINES = Integer.getInteger("gabion.fuzz.secrets", 2_000);
  private static final long SEED = Long.getLong("gabion.fuzz.seed", 20_260_301L);

  private static final List<String> ALPHABETS =
      List.of(
          "abcdefghij0123456789",
          "ab",
          "\\\"u0041nrt/%25",
          "!@#$%^&*()_+-=[]{};:'\",.<>/?\\|`~",
          "é€😀äß\u0001abc1",
          "[secrt]AB%\\");

  private static final List<String> IN_TEXT =
      List.of(
          " ",
          "",
          "x",
          "\\",
          "\\u",
          "\\uA",
          "-----BEGIN PRIVATE KEY-----",
          "\n{\"",
          "%",
          "\"",
          "<",
          "{\"",
          "=",
          "\n",
          "[1,",
          "]");

  private static final List<String> IN_JSON = List.of(" ", "x", "-", "", "\n", "\"", "\\u", "%");

  /** Of those that are escaped in one layer more, as many as are undone. */
  private static final List<Map.Entry<String, UnaryOperator<String>>> ENCODINGS =
      Encodings.all().entrySet().stream()
          .filter(encoding -> !encoding.getKey().contains("JSON in JSON in"))
          .toList();

  /** What makes another escape of what follows: then only the secret as it is can be found. */
  private static final Pattern BEGUN = Pattern.compile("(\\\\(u[0-9A-Fa-f]{0,3})?|%[0-9A-Fa-f]?)$");

  private final SplittableRandom random = new SplittableRandom(SEED);

  /** A line with secrets in it. */
  private record Planted(String line, List<String> secrets, List<String> written) {}

  @Test
  void nothingThatWasPlantedIsLeftInText() {
    for (int i = 0; i < LINES; i++) {
      Planted planted = planted(IN_TEXT);
      String scrubbed = scrubbed(planted, planted.line + "\n");

      assertThat(scrubbed).as(told(i, planted)).endsWith("\n");
      isGone(scrubbed, planted, i);
    }
  }

  @Test
  void nothingThatWasPlantedIsLeftInJsonWhichStaysJson() throws Exception {
    for (int i = 0; i < LINES; i++) {
      Planted planted = planted(IN_JSON);
      String json = "{\"m\":\"" + Encodings.json(planted.line) + "\",\"n\":4711}\n";
      String scrubbed = scrubbed(planted, json);

      assertThat(scrubbed).as(told(i, planted)).endsWith("}\n");
      isGone(Recorded.STRICT.readTree(scrubbed).path("m").asText(), planted, i);
    }
  }

  /** The control: without the scrubber everything is found. */
  @Test
  void everythingIsThereBefore() {
    for (int i = 0; i < 200; i++) {
      Planted planted = planted(IN_TEXT);

      assertThat(planted.written).allMatch(planted.line::contains);
    }
  }

  private static String told(int line, Planted planted) {
    return "seed %d, line %d: %s with %s".formatted(SEED, line, planted.line, planted.secrets);
  }

  private static String scrubbed(Planted planted, String line) {
    Scrubber scrubber = new Scrubber(new AtomicLong()::get, () -> {});
    planted.secrets.forEach(secret -> scrubber.learn(SecretValue.ofText(secret)));
    return new String(scrubber.scrub(line.getBytes(UTF_8)), UTF_8);
  }

  private static void isGone(String scrubbed, Planted planted, int line) {
    for (String hidden : planted.written) {
      if (scrubbed.contains(hidden) && !"[secret]".contains(hidden)) {
        throw new AssertionError(told(line, planted) + " still has " + hidden + ": " + scrubbed);
      }
    }
  }

  private Planted planted(List<String> between) {
    List<String> secrets = new ArrayList<>();
    for (int i = random.nextInt(1, 9); i > 0; i--) {
      secrets.add(secret(secrets));
    }
    StringBuilder line = new StringBuilder();
    List<String> written = new ArrayList<>();
    for (int i = random.nextInt(1, 7); i > 0; i--) {
      line.append(any(between));
      String secret = any(secrets);
      if (BEGUN.matcher(line).find()) {
        written.add(secret);
      } else {
        var encoding = any(ENCODINGS);
        secret = encoding.getValue().apply(secret);
        if (!encoding.getKey().contains("base64")) { // there, what is beside it is not its own
          written.add(secret);
        }
      }
      line.append(secret);
    }
    return new Planted(line.append(any(between)).toString(), secrets, written);
  }

  /** One secret; some begin as another one ends. */
  private String secret(List<String> others) {
    StringBuilder secret = new StringBuilder();
    if (!others.isEmpty() && random.nextInt(3) == 0) {
      String other = any(others);
      secret.append(
          other.substring(
              other.offsetByCodePoints(
                  0, random.nextInt(other.codePointCount(0, other.length())))));
    }
    int[] alphabet = any(ALPHABETS).codePoints().toArray();
    for (int length = random.nextInt(8, 28); secret.length() < length; ) {
      secret.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
    }
    return secret.toString();
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
