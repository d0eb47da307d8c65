package dev.gabion.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.Caller;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.StartFailed;
import dev.gabion.core.Stop;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OcsfAuditTest {

  @Test
  void eachKindOfEventIsOfItsClass() throws IOException {
    for (AuditEvent event : AuditEvents.ofEveryKind()) {
      JsonNode json = Recorded.jsonOf(event);
      int type =
          switch (event.activity()) {
            case OUTCOME, OUTBOUND -> 6003;
            case AUTHENTICATION -> 3002;
            case SECRET, ENCRYPTION -> 6005;
            case FAULT -> 6008;
          };
      assertThat(json.get("category_uid").asInt()).isEqualTo(type / 1_000);
      assertThat(json.get("class_uid").asInt()).isEqualTo(type);
      assertThat(json.get("type_uid").asInt())
          .isEqualTo(100 * type + json.get("activity_id").asInt());
      assertThat(json.get("time").asLong()).isEqualTo(AuditEvents.TIME.toEpochMilli());
      for (String given :
          List.of(
              "/severity_id",
              "/api/service/name",
              "/api/request/uid",
              "/cloud/region",
              "/metadata/event_code",
              "/metadata/correlation_uid",
              "/unmapped/cold_start",
              "/unmapped/function/version",
              "/unmapped/chain/hash")) {
        assertThat(json.at(given).isMissingNode()).as(given + " of " + json).isFalse();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST,1",
    "GET,2",
    "HEAD,2",
    "PUT,3",
    "PATCH,3",
    "DELETE,4",
    "OPTIONS,99",
    "BREW,99",
    "get,99"
  })
  void theMethodTellsTheActivity(String method, int activity) throws IOException {
    JsonNode json = Recorded.jsonOf(AuditEvents.done(AuditEvents.http(method)));

    assertThat(json.get("activity_id").asInt()).isEqualTo(activity);
    assertThat(json.path("activity_name").asText()).isEqualTo(activity == 99 ? method : "");
  }

  @Test
  void aDoneCallSaysWhoDidWhatFromWhere() throws IOException {
    JsonNode json = Recorded.jsonOf(AuditEvents.done());

    assertThat(json.get("severity_id").asInt()).isEqualTo(1);
    assertThat(json.get("status_id").asInt()).isEqualTo(1);
    assertThat(json.get("action_id").asInt()).isEqualTo(1);
    assertThat(json.get("disposition_id").asInt()).isEqualTo(1);
    assertThat(json.at("/actor/user/uid").asText()).isEqualTo("alice");
    assertThat(json.at("/actor/idp/issuer").asText()).isEqualTo("https://issuer.example");
    assertThat(json.at("/actor/idp/tenant_uid").asText()).isEqualTo("tenant-of-alice");
    assertThat(json.at("/api/operation").asText()).isEqualTo("POST /orders");
    assertThat(json.at("/api/service/name").asText()).isEqualTo("orders");
    assertThat(json.at("/api/request/uid").asText()).isEqualTo("request-1");
    assertThat(json.at("/api/response/code").asInt()).isEqualTo(200);
    assertThat(json.at("/api/response/error").isMissingNode()).isTrue();
    assertThat(json.at("/src_endpoint/ip").asText()).isEqualTo("192.0.2.1");
    assertThat(json.at("/dst_endpoint/hostname").asText()).isEqualTo("api.example");
    assertThat(json.at("/http_request/http_method").asText()).isEqualTo("POST");
    assertThat(json.at("/http_request/user_agent").asText()).isEqualTo("agent/1.0");
    assertThat(json.at("/http_response/code").asInt()).isEqualTo(200);
    assertThat(json.at("/cloud/region").asText()).isEqualTo("eu-central-1");
    assertThat(json.at("/cloud/account/uid").asText()).isEqualTo("123456789012");
    assertThat(json.at("/trace/uid").asText()).isEqualTo("1-5759e988-bd862e3fe1be46a994272793");
    assertThat(json.at("/metadata/correlation_uid").asText()).isEqualTo("correlation-1");
    assertThat(json.at("/metadata/tenant_uid").asText()).isEqualTo("tenant-1");
    assertThat(json.at("/metadata/profiles").toString())
        .isEqualTo("[\"cloud\",\"security_control\",\"trace\"]");
    assertThat(json.at("/metadata/is_truncated").isMissingNode()).isTrue();
    assertThat(json.at("/unmapped/duration_ms").asLong()).isEqualTo(20);
    assertThat(json.at("/unmapped/timings_us").toString())
        .isEqualTo("{\"read\":1,\"logic\":20000}");
    assertThat(json.at("/unmapped/bytes_in").asLong()).isEqualTo(120);
    assertThat(json.at("/unmapped/bytes_out").asLong()).isEqualTo(80);
    assertThat(json.at("/unmapped/cold_start").asBoolean()).isTrue();
    assertThat(json.at("/unmapped/function").toString())
        .isEqualTo("{\"name\":\"create-order\",\"version\":\"7\"}");
  }

  @Test
  void aCallersClaimsAreNeverWritten() throws IOException {
    assertThat(AuditEvents.ALICE.claims()).containsValue("alice@secret.example");
    assertThat(Recorded.lineOf(AuditEvents.done())).doesNotContain("email", "secret.example");
  }

  @ParameterizedTest
  @CsvSource({"OPEN,3,2", "IDENTIFY,3,2", "PERMIT,3,26", "DECODE,2,25", "CHECK,2,25", "READ,2,2"})
  void aRefusalWeighsMoreWhereItIsAboutWhoAsks(Stop stop, int severity, int disposition)
      throws IOException {
    JsonNode json = Recorded.jsonOf(AuditEvents.denied(stop, 400, "why"));

    assertThat(json.get("severity_id").asInt()).isEqualTo(severity);
    assertThat(json.get("status_id").asInt()).isEqualTo(2);
    assertThat(json.get("status").asText()).isEqualTo("Failure");
    assertThat(json.get("status_code").asText()).isEqualTo("400");
    assertThat(json.get("status_detail").asText()).isEqualTo("why");
    assertThat(json.get("action_id").asInt()).isEqualTo(2);
    assertThat(json.get("disposition_id").asInt()).isEqualTo(disposition);
    assertThat(json.at("/api/response/error").asText()).isEqualTo("why");
    assertThat(json.at("/unmapped/stop").asText()).isEqualTo(stop.name().toLowerCase(Locale.ROOT));
  }

  @Test
  void brokenRulesAreNamedByPlaceAndRule() throws IOException {
    assertThat(Recorded.jsonOf(AuditEvents.unfit()).at("/unmapped/violations").toString())
        .isEqualTo(
            "[{\"path\":\"lines[0].quantity\",\"rule\":\"max\"},"
                + "{\"path\":\"name\",\"rule\":\"size\"}]");
  }

  @Test
  void ourOwnFaultIsOfHighSeverityAndSaysWhere() throws IOException {
    JsonNode json = Recorded.jsonOf(AuditEvents.failed());

    assertThat(json.get("severity_id").asInt()).isEqualTo(4);
    assertThat(json.get("status_id").asInt()).isEqualTo(2);
    assertThat(json.get("action_id").asInt()).isZero();
    assertThat(json.get("disposition_id").asInt()).isEqualTo(27);
    assertThat(json.at("/unmapped/cause/0").asText())
        .isEqualTo("java.lang.IllegalStateException at CreateOrder.accept:12");
  }

  @Test
  void aMessageOfAQueueNamesTheQueueAndHasNoHttp() throws IOException {
    JsonNode json = Recorded.jsonOf(AuditEvents.done(AuditEvents.QUEUE));

    assertThat(json.get("activity_id").asInt()).isEqualTo(99);
    assertThat(json.get("activity_name").asText()).isEqualTo("message");
    assertThat(json.get("src_endpoint").toString())
        .isEqualTo(
            "{\"svc_name\":\"sqs\",\"uid\":\"arn:aws:sqs:eu-central-1:123456789012:orders\"}");
    assertThat(json.has("http_request")).isFalse();
    assertThat(json.has("http_response")).isFalse();
  }

  @Test
  void whatIsRefusedBeforeAnythingIsKnownComesFromAnUnknownSourceByAnAnonymousUser()
      throws IOException {
    JsonNode json = Recorded.jsonOf(AuditEvents.bare());

    assertThat(json.get("actor").toString()).isEqualTo("{\"user\":{\"name\":\"anonymous\"}}");
    assertThat(json.get("src_endpoint").toString()).isEqualTo("{\"name\":\"unknown\"}");
    assertThat(json.at("/api/operation").asText()).isEqualTo("unknown");
    assertThat(json.has("trace")).isFalse();
    assertThat(json.at("/metadata/profiles").toString())
        .isEqualTo("[\"cloud\",\"security_control\"]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "2001:db8::1", "::1", "::ffff:192.0.2.1"})
  void anAddressIsTheSource(String ip) throws IOException {
    assertThat(Recorded.jsonOf(AuditEvents.done(from(ip))).at("/src_endpoint/ip").asText())
        .isEqualTo(ip);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", "1.2.3", "dead.beef", "10.0.0.1, 10.0.0.2", "\n::1"})
  void whatIsNoAddressIsOnlyAClaim(String ip) throws IOException {
    JsonNode json = Recorded.jsonOf(AuditEvents.done(from(ip)));

    assertThat(json.get("src_endpoint").has("ip")).isFalse();
    assertThat(json.at("/unmapped/source/ip").textValue()).isEqualTo(ip);
  }

  private static SourceFacts from(String ip) {
    return new SourceFacts("http-api", "api-1", "GET /", "GET", null, ip, null);
  }

  @Test
  void theTenantIsTheFunctionsOrElseTheCallers() throws IOException {
    AuditEvent bare = AuditEvents.bare();
    AuditEvent known =
        new AuditEvent(
            bare.activity(),
            bare.verdict(),
            bare.stop(),
            bare.time(),
            bare.invocation(),
            bare.source(),
            AuditEvents.ALICE,
            bare.outcome(),
            bare.facts());

    assertThat(Recorded.jsonOf(bare).at("/metadata/tenant_uid").isMissingNode()).isTrue();
    assertThat(Recorded.jsonOf(known).at("/metadata/tenant_uid").asText())
        .isEqualTo("tenant-of-alice");
  }

  @Test
  void everyEventHasItsOwnIdentifier() throws IOException {
    Recorded recorded = new Recorded(Recorded.TEXT);
    AuditEvent event = AuditEvents.done();
    recorded.audit.write(event);
    recorded.audit.write(event);

    assertThat(recorded.lines)
        .extracting(line -> Recorded.STRICT.readTree(line).at("/metadata/uid").asText())
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"})
  void aJsonLogKeepsTheLineAtEveryLevel(String level) throws IOException {
    JsonNode json =
        Recorded.jsonOf(
            AuditEvents.done(),
            Map.of("AWS_LAMBDA_LOG_FORMAT", "JSON", "AWS_LAMBDA_LOG_LEVEL", level));

    assertThat(json.get("level").asText()).isEqualTo(level);
    assertThat(OffsetDateTime.parse(json.get("timestamp").asText()).toInstant())
        .isEqualTo("2026-03-01T12:00:00.123Z");
  }

  @Test
  void aJsonLogWithoutALevelIsAtInfo() throws IOException {
    assertThat(Recorded.jsonOf(AuditEvents.done(), Recorded.JSON).get("level").asText())
        .isEqualTo("INFO");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Text", ""})
  void aTextLogHasNoLevel(String format) throws IOException {
    JsonNode json =
        Recorded.jsonOf(
            AuditEvents.done(),
            Map.of("AWS_LAMBDA_LOG_FORMAT", format, "AWS_LAMBDA_LOG_LEVEL", "ERROR"));

    assertThat(json.has("level")).isFalse();
    assertThat(json.has("timestamp")).isFalse();
  }

  @Test
  void aSinkThatWasNotStartedIsNotReady() {
    OcsfAudit audit = OcsfAudit.of("orders");

    assertThatThrownBy(() -> audit.ready(Recorded.SCOPE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(".audit(");
    assertThatThrownBy(() -> audit.write(AuditEvents.done()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aSinkIsNotReadyFromAFailedWriteToTheNextThatSucceeds() throws IOException {
    Deque<String> channel = new ArrayDeque<>(List.of("full", "works"));
    OcsfAudit audit =
        OcsfAudit.to(
            "orders",
            (buffer, length) -> {
              if (channel.remove().equals("full")) {
                throw new IOException("No space left on device");
              }
            },
            "a channel");
    Recorded.start(audit, Recorded.environment(Recorded.TEXT));
    assertThatCode(() -> audit.ready(Recorded.SCOPE)).doesNotThrowAnyException();

    assertThatThrownBy(() -> audit.write(AuditEvents.done())).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> audit.ready(Recorded.SCOPE)).isInstanceOf(IOException.class);

    audit.write(AuditEvents.denied(Stop.LOGIC, 500, "audit"));
    assertThatCode(() -> audit.ready(Recorded.SCOPE)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "-orders", "or ders", "orders\n", "\"", "bestellungen-ü"})
  void aNameOfAnotherFormIsRefusedAndNotRepeated(String name) {
    assertThatThrownBy(
            () -> Recorded.start(OcsfAudit.of(name), Recorded.environment(Recorded.TEXT)))
        .isInstanceOf(StartFailed.class)
        .hasMessage(
            "OcsfAudit.of takes the name of the audited service: letters, digits, '.', '_' and"
                + " '-', at most 64, a letter or digit first.");
  }

  @Test
  void aNameOfSixtyFourCharactersIsTakenAndALongerOneIsNot() {
    assertThat(OcsfAudit.of("o".repeat(64)).describe()).endsWith("o".repeat(64));
    Recorded.start(OcsfAudit.of("o".repeat(64)), Recorded.environment(Recorded.TEXT));
    assertThatThrownBy(
            () -> Recorded.start(OcsfAudit.of("o".repeat(65)), Recorded.environment(Recorded.TEXT)))
        .isInstanceOf(StartFailed.class);
  }

  @Test
  void anIssuerWithoutTenantNamesNone() throws IOException {
    AuditEvent event =
        AuditEvents.event(
            AuditEvent.Verdict.ALLOWED,
            Stop.RECORD,
            AuditEvents.HTTP,
            Caller.of("aws:iam", "AROA1"),
            AuditEvents.outcome(200, "done"));

    assertThat(Recorded.jsonOf(event).at("/actor/idp").toString())
        .isEqualTo("{\"uid\":\"aws:iam\",\"issuer\":\"aws:iam\"}");
  }
}
