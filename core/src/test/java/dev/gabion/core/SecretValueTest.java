package dev.gabion.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SecretValueTest {
  private static final String TEXT = "hunter2-größe";

  record Login(String user, SecretValue password) {}

  /** A class as careless as they come: what it holds is written by whoever reads its fields. */
  static final class Careless {
    @SuppressWarnings("unused")
    private final byte[] bytes = TEXT.getBytes(UTF_8);
  }

  static final class Suitcase implements Serializable {
    private static final long serialVersionUID = 1;

    @SuppressWarnings({"unused", "serial"})
    private final Object content;

    Suitcase(Object content) {
      this.content = content;
    }
  }

  private static SecretValue secret() {
    return SecretValue.ofText(TEXT);
  }

  @Test
  void itPrintsAsNothing() {
    SecretValue secret = secret();

    assertThat(secret).hasToString("SecretValue[…]");
    assertThat("%s %10.3S".formatted(secret, secret)).doesNotContainIgnoringCase("hunter");
    assertThat(new Login("ann", secret)).hasToString("Login[user=ann, password=SecretValue[…]]");
    assertThat(SecretValue.ofText("a").toString()).isEqualTo(secret.toString());
  }

  @Test
  void itIsItselfAloneInSetsAndMaps() {
    assertThat(secret()).isNotEqualTo(secret());
  }

  static Stream<JsonMapper> mappers() {
    return Stream.of(
        new JsonMapper(),
        JsonMapper.builder()
            .visibility(PropertyAccessor.ALL, JsonAutoDetect.Visibility.ANY)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .build(),
        JsonMapper.builder()
            .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .disable(MapperFeature.USE_ANNOTATIONS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .enable(MapperFeature.PROPAGATE_TRANSIENT_MARKER)
            .build(),
        JsonMapper.builder()
            .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .disable(MapperFeature.USE_ANNOTATIONS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .build());
  }

  @ParameterizedTest
  @MethodSource("mappers")
  void noMapperWritesItNorSaysAnythingOfItInItsRefusal(JsonMapper mapper) throws Exception {
    Object secret = secret();
    for (Object holder :
        List.of(
            secret,
            new Login("ann", secret()),
            Map.of("k", secret),
            Map.of(secret, "v"),
            List.of(secret),
            new Object[] {secret})) {
      assertThat(written(mapper, holder)).doesNotContain(forms());
    }
    if (mapper.isEnabled(MapperFeature.USE_ANNOTATIONS)) {
      assertThatThrownBy(() -> mapper.writeValueAsString(Map.of("k", secret)))
          .isInstanceOf(JsonProcessingException.class)
          .hasMessageContaining("A secret is never written as JSON.");
      assertThat(catchThrowable(() -> mapper.valueToTree(new Login("ann", secret())))).isNotNull();
    }

    ObjectMapper seeing = mapper.copy();
    seeing.setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY);
    assertThat(seeing.writeValueAsString(new Careless())).as("control").containsAnyOf(forms());
  }

  /** The JSON, or else everything that the refusal says. */
  private static String written(ObjectMapper mapper, Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JsonProcessingException refused) {
      StringWriter said = new StringWriter();
      refused.printStackTrace(new PrintWriter(said));
      return said.toString();
    }
  }

  private static String[] forms() {
    byte[] bytes = TEXT.getBytes(UTF_8);
    return new String[] {
      TEXT, "hunter2", Base64.getEncoder().encodeToString(bytes), Arrays.toString(bytes), "\"size\""
    };
  }

  @Test
  void javaSerializationRefusesItAndWhateverHoldsIt() throws Exception {
    assertThat(secret()).isNotInstanceOf(Serializable.class);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      assertThatThrownBy(() -> out.writeObject(new Suitcase(secret())))
          .isInstanceOf(NotSerializableException.class)
          .hasMessage(SecretValue.class.getName());
    }
    assertThat(bytes.toString(UTF_8)).doesNotContain("hunter2");

    ByteArrayOutputStream control = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(control)) {
      out.writeObject(new Suitcase(TEXT));
    }
    assertThat(control.toString(UTF_8)).as("control").contains("hunter2");
  }

  @Test
  void itMatchesTheSameBytesAndNothingElse() {
    assertThat(secret().matches(secret())).isTrue();
    assertThat(secret().matches(TEXT.getBytes(UTF_8))).isTrue();
    for (String other : List.of("", "h", "hunter2-größ", TEXT + "x", "Hunter2-größe")) {
      assertThat(secret().matches(other.getBytes(UTF_8))).as(other).isFalse();
      assertThat(secret().matches(SecretValue.ofText(other))).as(other).isFalse();
      assertThat(SecretValue.ofText(other).matches(secret())).as(other).isFalse();
    }
  }

  @Test
  void anEmptySecretLetsNobodyIn() {
    assertThat(SecretValue.ofText("").matches(new byte[0])).isFalse();
    assertThat(SecretValue.ofText("").matches(SecretValue.ofText(""))).isTrue();
  }

  /**
   * Three orders of magnitude lie between a comparison that stops early and one that does not, so
   * that a factor of twenty tells them apart on any machine.
   */
  @Test
  void whereItDiffersDoesNotShowInTheTimeThatComparingTakes() {
    byte[] bytes = new byte[8_000_000];
    SecretValue secret = SecretValue.copyOf(bytes);
    byte[] atFirst = bytes.clone();
    atFirst[0] = 1;
    byte[] atLast = bytes.clone();
    atLast[bytes.length - 1] = 1;

    assertThat(nanos(() -> secret.matches(atFirst)) * 20)
        .isGreaterThan(nanos(() -> secret.matches(atLast)));
    assertThat(nanos(() -> Arrays.equals(bytes, atFirst)) * 20)
        .as("control")
        .isLessThan(nanos(() -> Arrays.equals(bytes, atLast)));
  }

  @Test
  void theSizeOfTheSecretDoesNotShowInTheTimeThatComparingTakes() {
    byte[] candidate = new byte[1];
    SecretValue large = SecretValue.copyOf(new byte[8_000_000]);
    SecretValue equallyLarge = SecretValue.copyOf(new byte[8_000_000]);

    assertThat(nanos(() -> large.matches(candidate)) * 20)
        .isLessThan(nanos(() -> large.matches(equallyLarge)));
  }

  private static long nanos(BooleanSupplier comparison) {
    return IntStream.range(0, 7)
        .mapToLong(
            round -> {
              long start = System.nanoTime();
              boolean equal = comparison.getAsBoolean();
              return System.nanoTime() - start + (equal ? 1 : 0);
            })
        .min()
        .orElseThrow();
  }

  @Test
  void nothingReadsItOnceItIsWiped() {
    byte[] given = TEXT.getBytes(UTF_8);
    SecretValue secret = SecretValue.copyOf(given);
    byte[] taken = InsecureSecretAccess.bytes(secret);
    secret.close();
    secret.close();

    for (Runnable read :
        List.<Runnable>of(
            () -> InsecureSecretAccess.bytes(secret),
            () -> InsecureSecretAccess.chars(secret),
            () -> InsecureSecretAccess.text(secret),
            () -> secret.field("a"),
            () -> secret.matches(new byte[given.length]),
            () -> secret.matches(secret()),
            () -> secret().matches(secret))) {
      assertThatThrownBy(read::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("wiped");
    }
    assertThat(given).as("the giver's array is the giver's").isEqualTo(TEXT.getBytes(UTF_8));
    assertThat(taken).isEqualTo(given);
  }

  @Test
  void whatIsWipedWhileItIsReadIsNoSecret() {
    SecretValue secret = secret();

    assertThatThrownBy(
            () ->
                secret.read(
                    bytes -> {
                      secret.close();
                      return bytes.clone(); // zeroes by now
                    }))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void copiesGoInAndOut() {
    byte[] given = TEXT.getBytes(UTF_8);
    SecretValue secret = SecretValue.copyOf(given);
    given[0] = 'x';
    InsecureSecretAccess.bytes(secret)[0] = 'x';
    InsecureSecretAccess.chars(secret)[0] = 'x';

    assertThat(InsecureSecretAccess.text(secret)).isEqualTo(TEXT);
    assertThat(InsecureSecretAccess.chars(secret)).isEqualTo(TEXT.toCharArray());
    assertThat(secret.size()).isEqualTo(given.length);
  }

  @Test
  void whatIsNotTextIsNotReadAsText() {
    for (byte[] bytes :
        new byte[][] {{(byte) 0xFF}, {'a', (byte) 0xC3}, {(byte) 0xED, (byte) 0xA0, (byte) 0x80}}) {
      SecretValue binary = SecretValue.copyOf(bytes);
      assertThat(InsecureSecretAccess.bytes(binary)).isEqualTo(bytes);
      assertThatThrownBy(() -> InsecureSecretAccess.text(binary))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The secret is not UTF-8: read its bytes instead.")
          .hasNoCause();
    }
    assertThat(InsecureSecretAccess.text(SecretValue.ofText("😀€"))).isEqualTo("😀€");
  }

  @Test
  void aFailureNamesTheSecretAndTheReason() {
    IllegalStateException cause = new IllegalStateException("what AWS said");
    SecretUnavailable failure =
        new SecretUnavailable("prod/db", SecretUnavailable.Reason.DENIED, cause);

    assertThat(failure).hasMessage("The secret prod/db cannot be had: DENIED").hasCause(cause);
    assertThat(failure.reason()).isEqualTo(SecretUnavailable.Reason.DENIED);
    assertThat(new SecretUnavailable("a", SecretUnavailable.Reason.CLOSED)).hasNoCause();
  }
}
