package dev.gabion.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The last value that is taken and the first that is not. */
class StrictEdgesTest {
  private final StrictJson json = new StrictJson(Limits.defaults());

  record Numbers(
      @Nullable Double real, @Nullable Float single, @Nullable BigDecimal exact, double plain) {}

  record Times(@Nullable OffsetDateTime at, @Nullable Duration length) {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\ud800",
        "\\uD800",
        "\\udfff",
        "\\ud800\\u0041",
        "\\ud800\\n",
        "\\ud800\\ud800\\udc00",
        "\\ud83d\\ude00\\ud800",
        "\\ud83d\\ude00\\ude00",
        "\\u0041\\ud800",
        "\\n\\ud800",
        "\\\\\\ud800"
      })
  void halfACharacterIsRefusedWhereverItStands(String text) {
    assertThat(refused(() -> json.tree("[\"" + text + "\"]")).reason()).isEqualTo("lone-surrogate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\\ud83d\\ude00", "\\uDBFF\\uDFFF", "\\ud7ff\\ue000", "\\\\ud800", "\\u0041\\n"})
  void wholeCharactersAreTaken(String text) {
    assertThat(json.tree("[\"" + text + "\"]").get(0).isTextual()).isTrue();
  }

  @Test
  void aTreeIsOneValueAndAllThereIs() {
    assertThat(refused(() -> json.tree("{} {}")).reason()).isEqualTo("trailing-content");
    assertThat(refused(() -> json.tree(" ")).reason()).isEqualTo("malformed-json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e99999999999", "[-1E-2147483648]", "{\"a\":0.1e+21474836490}"})
  void aNumberThatNoneCanHoldIsRefusedAndNoFaultOfOurs(String text) {
    ObjectMapper exact =
        JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    assertThatThrownBy(() -> exact.readTree(text))
        .as("control: what the parser throws")
        .isInstanceOf(NumberFormatException.class);
    assertThat(refused(() -> json.tree(text)).reason()).isEqualTo("json-budget");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"plain\":1.7976931348623157e308}; {\"plain\":1.8e308}",
        "{\"plain\":0,\"real\":-1e308}; {\"plain\":0,\"real\":-1e309}",
        "{\"plain\":0,\"single\":3.4e38}; {\"plain\":0,\"single\":3.5e38}",
        "{\"plain\":0,\"exact\":1e-64}; {\"plain\":0,\"exact\":1e-65}",
        "{\"plain\":0,\"exact\":1e64}; {\"plain\":0,\"exact\":1e65}",
        "{\"plain\":0,\"real\":null}; {\"plain\":null}",
        "{\"plain\":0}; {}",
        "{\"plain\":1}; {\"plain\":\"1\"}",
        "{\"plain\":1}; {\"plain\":true}"
      })
  void numbersAreTakenUpToTheirRange(String taken, String refused) {
    assertThatCode(() -> json.read(taken, Numbers.class)).doesNotThrowAnyException();
    assertThat(refused(() -> json.read(refused, Numbers.class)).code())
        .isEqualTo(Rejection.Code.MALFORMED);
  }

  @Test
  void timesAreTextsInIso8601() {
    Times times =
        json.read("{\"at\":\"2026-01-02T03:04:05+01:00\",\"length\":\"PT5M\"}", Times.class);

    assertThat(times.at()).isEqualTo(OffsetDateTime.parse("2026-01-02T03:04:05+01:00"));
    assertThat(times.length()).isEqualTo(Duration.ofMinutes(5));
    for (String other : new String[] {"\"5 min\"", "300", "true"}) {
      assertThat(refused(() -> json.read("{\"length\":" + other + "}", Times.class)).code())
          .isEqualTo(Rejection.Code.MALFORMED);
    }
  }

  @Test
  void anEnvironmentThatBreaksWhileItRepliesIsNotUsedAgain() {
    Rig.Ledger ledger = new Rig.Ledger();
    Rig.Handler handler =
        new Rig.Handler(
            Mailbox.office(Rig.Order.class, Rig.Receipt.class)
                .caller(Rig.known("ann"))
                .rules(Rig.positive())
                .permit((caller, order) -> true)
                .audit(ledger)
                .logic((order, call) -> new Rig.Receipt("done")));
    OutputStream breaking =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new OutOfMemoryError("test");
          }
        };

    assertThatThrownBy(() -> send(handler, breaking)).isInstanceOf(Health.Unhealthy.class);
    assertThatThrownBy(() -> send(handler, new ByteArrayOutputStream()))
        .isInstanceOf(Health.Unhealthy.class);
  }

  private static void send(Rig.Handler handler, OutputStream out) {
    byte[] event = Rig.letters(Rig.order("ann", 3)).getBytes(StandardCharsets.UTF_8);
    handler.handleRequest(new ByteArrayInputStream(event), out, new Rig.TestContext(Rig.ARN, null));
  }

  private static Rejection refused(ThrowingCallable call) {
    return catchThrowableOfType(Rejection.class, call);
  }
}
