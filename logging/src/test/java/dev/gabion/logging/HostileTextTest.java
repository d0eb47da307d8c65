package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.Stop;
import dev.gabion.core.Violation;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileTextTest {
  private static final String EVERYTHING =
      "\r\n{\"level\":\"TRACE\",\"class_uid\":1}\u0000\t\u001b[2J\u001b]0x\u0007\u007f\u0085\u009b31m"
          + "\u061c\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060"
          + "\u2066\u2067\u2068\u2069\ufeff\\u000a \\ \" ' </script> ü 😀";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "two\nlines",
        "two\r\nlines",
        "\u001b[31mred",
        "\u009b31mred",
        "\u007f",
        "\u202egnp.exe",
        "\u2066\u2069",
        "a\u200bb\ufeff",
        "\u2028\u2029",
        "\",\"level\":\"x\",\"",
        "\\",
        "\\\"",
        "😀",
        EVERYTHING
      })
  void aHostileTextStaysInItsPlace(String text) throws IOException {
    Map<String, String> settings =
        Map.of("AWS_LAMBDA_LOG_FORMAT", "JSON", "AWS_LAMBDA_LOG_LEVEL", "ERROR");
    String line = Recorded.lineOf(AuditEvents.saying(text), settings);
    JsonNode json = Recorded.STRICT.readTree(line);

    assertThat(line).matches("[ -~]+");
    assertThat(json.get("level").asText()).isEqualTo("ERROR");
    assertThat(json.get("class_uid").asInt()).isEqualTo(6003);
    for (String place :
        List.of(
            "/activity_name",
            "/status_detail",
            "/actor/user/uid",
            "/actor/idp/issuer",
            "/actor/idp/tenant_uid",
            "/api/operation",
            "/api/request/uid",
            "/src_endpoint/svc_name",
            "/src_endpoint/uid",
            "/dst_endpoint/hostname",
            "/http_request/user_agent",
            "/cloud/region",
            "/cloud/account/uid",
            "/trace/uid",
            "/metadata/correlation_uid",
            "/metadata/tenant_uid",
            "/unmapped/cause/0",
            "/unmapped/violations/0/path",
            "/unmapped/violations/0/rule",
            "/unmapped/function/version",
            "/unmapped/facts/said")) {
      assertThat(json.at(place).textValue()).as(place).isEqualTo(text);
    }
  }

  @Test
  void plainFormattingWouldLetTheSameTextOutAndTheTrailDoesNot() throws IOException {
    assertThat(Recorded.lineOf(AuditEvents.saying(EVERYTHING)))
        .matches("[ -~]+")
        .doesNotContain("{\"level\":\"TRACE\"");
    String line = "{\"level\":\"ERROR\",\"user_agent\":\"" + EVERYTHING + "\"}";

    assertThat(line.lines()).hasSizeGreaterThan(1);
    assertThat(line).doesNotMatch("(?s)[ -~]+");
    assertThat(line).contains("\n{\"level\":\"TRACE\"");
  }

  @Test
  void plainJsonWouldLetTheSameTextReachATerminalAndTheTrailDoesNot() throws IOException {
    assertThat(Recorded.lineOf(AuditEvents.saying(EVERYTHING)))
        .contains("\\u202E", "\\u009B")
        .doesNotContain("\u202e", "\u009b", "\u007f", "\u2028");
    String line = Recorded.STRICT.writeValueAsString(Map.of("user_agent", EVERYTHING));

    assertThat(line).contains("\u202e", "\u009b", "\u007f", "\u2028");
  }

  @Test
  void aNoteThatThePathHasCutIsMarked() throws IOException {
    assertThat(cut("x".repeat(1_024))).isFalse();
    assertThat(cut("x".repeat(1_024 + 1))).isTrue(); // what the path leaves of a longer one
  }

  private static boolean cut(String note) throws IOException {
    return Recorded.jsonOf(AuditEvents.noted(Map.of("note", note)))
        .at("/metadata/is_truncated")
        .asBoolean();
  }

  @Test
  void halfASurrogatePairIsReplacedAndAWholeOneKept() throws IOException {
    String line = Recorded.lineOf(AuditEvents.noted(Map.of("a", "\ud83d", "b", "x\udc00😀")));

    assertThat(line).contains("\"a\":\"\\uFFFD\"", "\"b\":\"x\\uFFFD\\uD83D\\uDE00\"");
  }

  @Test
  void namesThatAreNotTextCannotBecomeTheSameName() throws IOException {
    String longName = "k".repeat(JsonLine.NAME);
    JsonNode json =
        Recorded.jsonOf(
            AuditEvents.noted(
                Map.of(
                    "\ud800",
                    "1",
                    "\ud801",
                    "2",
                    "",
                    "3",
                    longName,
                    "4",
                    longName + "a",
                    "5",
                    longName + "b",
                    "6")));

    assertThat(json.at("/unmapped/facts").toString()).isEqualTo("{\"" + longName + "\":\"4\"}");
    assertThat(json.at("/unmapped/omitted").asInt()).isEqualTo(5);
    assertThat(json.at("/metadata/is_truncated").asBoolean()).isTrue();
  }

  @Test
  void factsCannotTakeThePlaceOfOurOwnFields() throws IOException {
    JsonNode json =
        Recorded.jsonOf(AuditEvents.noted(Map.of("stop", "x", "level", "x", "facts", "x")));

    assertThat(json.at("/unmapped/stop").asText()).isEqualTo("record");
    assertThat(json.at("/unmapped/facts").toString())
        .isEqualTo("{\"facts\":\"x\",\"level\":\"x\",\"stop\":\"x\"}");
  }

  @Test
  void aUserAgentOfAMegabyteIsCutAndTheEventSaysSo() throws IOException {
    SourceFacts source =
        new SourceFacts("http-api", "a", "GET /", "GET", null, null, "u".repeat(1 << 20));
    JsonNode json = Recorded.jsonOf(AuditEvents.done(source));

    assertThat(json.at("/http_request/user_agent").asText())
        .isEqualTo("u".repeat(JsonLine.TEXT) + "…");
    assertThat(json.at("/metadata/is_truncated").asBoolean()).isTrue();
  }

  @Test
  void aCutNeverHalvesACharacter() throws IOException {
    String text = "u".repeat(JsonLine.TEXT - 1) + "😀";

    assertThat(
            Recorded.jsonOf(AuditEvents.noted(Map.of("a", text))).at("/unmapped/facts/a").asText())
        .isEqualTo("u".repeat(JsonLine.TEXT - 1) + "…");
  }

  @Test
  void aTextOfTheLongestLengthIsWhole() throws IOException {
    JsonNode json = Recorded.jsonOf(AuditEvents.noted(Map.of("a", "ü".repeat(JsonLine.TEXT))));

    assertThat(json.at("/unmapped/facts/a").asText()).isEqualTo("ü".repeat(JsonLine.TEXT));
    assertThat(json.at("/metadata/is_truncated").isMissingNode()).isTrue();
  }

  @Test
  void tenThousandFactsStayWithinTheLine() throws IOException {
    Map<String, String> facts = new HashMap<>();
    IntStream.range(0, 10_000).forEach(i -> facts.put("fact-" + i, "v".repeat(100)));
    String line = Recorded.lineOf(AuditEvents.noted(facts));
    JsonNode json = Recorded.STRICT.readTree(line);

    assertThat(line.length()).isLessThan(JsonLine.LINE_BYTES);
    int kept = json.at("/unmapped/facts").size();
    assertThat(kept).isGreaterThan(1_000);
    assertThat(json.at("/unmapped/omitted").asInt()).isEqualTo(10_000 - kept);
    assertThat(json.at("/metadata/is_truncated").asBoolean()).isTrue();
  }

  @Test
  void theLargestOfEverythingAtOnceStaysWithinTheLine() throws IOException {
    String worst = "\u0000".repeat(100_000);
    AuditEvent said = AuditEvents.saying(worst);
    Map<String, String> facts = new HashMap<>();
    IntStream.range(0, 1_000).forEach(i -> facts.put("\u0000".repeat(124) + i, worst));
    AuditEvent event =
        new AuditEvent(
            said.activity(),
            said.verdict(),
            said.stop(),
            said.time(),
            said.invocation(),
            said.source(),
            said.caller(),
            new AuditEvent.Outcome(
                500,
                worst,
                Collections.nCopies(1_000, new Violation(worst, worst)),
                Collections.nCopies(1_000, worst),
                Map.of(Stop.READ, Duration.ofDays(1)),
                1,
                1),
            facts);
    String line =
        Recorded.lineOf(
            event, Map.of("AWS_LAMBDA_LOG_FORMAT", "JSON", "AWS_LAMBDA_LOG_LEVEL", worst));
    JsonNode json = Recorded.STRICT.readTree(line);

    assertThat(line.getBytes(UTF_8).length).isLessThan(JsonLine.LINE_BYTES);
    assertThat(json.at("/metadata/product/name").asText()).isEqualTo("Gabion");
    assertThat(json.at("/metadata/is_truncated").asBoolean()).isTrue();
    int kept =
        json.at("/unmapped/facts").size()
            + json.at("/unmapped/cause").size()
            + json.at("/unmapped/violations").size();
    assertThat(json.at("/unmapped/omitted").asInt()).isEqualTo(3_000 - kept);
  }
}
