package dev.gabion.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.Activity;
import dev.gabion.core.AuditEvent.InvocationFacts;
import dev.gabion.core.AuditEvent.Outcome;
import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.Caller;
import dev.gabion.core.Scope;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.Stop;
import dev.gabion.core.Violation;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** That a flood of refusals costs less than as many served calls, and is counted to the last. */
class RepeatedRefusalsTest {
  private final Recorded recorded = new Recorded(Recorded.TEXT);

  private static AuditEvent refusal(String request, String ip, Instant time) {
    return refusal(request, ip, time, Map.of());
  }

  private static AuditEvent refusal(
      String request, String ip, Instant time, Map<String, String> facts) {
    AuditEvent event = AuditEvents.denied(Stop.IDENTIFY, 401, "credentials");
    InvocationFacts work = AuditEvents.WORK;
    return new AuditEvent(
        Activity.OUTCOME,
        Verdict.DENIED,
        Stop.IDENTIFY,
        time,
        new InvocationFacts(request, request, null, null, work.function(), "7", false),
        new SourceFacts("http-api", "api-1", "POST /orders", "POST", "api.example", ip, "agent"),
        null,
        event.outcome(),
        facts);
  }

  private static Instant at(int seconds) {
    return AuditEvents.TIME.plusSeconds(seconds);
  }

  private int told() throws IOException {
    int told = 0;
    for (int i = 0; i < recorded.lines.size(); i++) {
      told += recorded.json(i).path("count").asInt(1);
    }
    return told;
  }

  @Test
  void theFirstTenAreToldInFullAndTheRestInOneLineBeforeTheReply() throws IOException {
    for (int i = 0; i < 500; i++) {
      recorded.audit.write(refusal("request-1", "192.0.2.1", at(i % 60)));
    }
    assertThat(recorded.lines).hasSize(Repeats.WHOLE);

    recorded.audit.settle(Recorded.SCOPE);

    assertThat(recorded.lines).hasSize(Repeats.WHOLE + 1);
    JsonNode line = recorded.json(Repeats.WHOLE);
    assertThat(line.get("count").asInt()).isEqualTo(490);
    assertThat(line.get("start_time").asLong()).isEqualTo(at(10).toEpochMilli());
    assertThat(line.get("end_time").asLong()).isEqualTo(at(499 % 60).toEpochMilli());
    assertThat(line.get("status_detail").asText()).isEqualTo("credentials");
    assertThat(line.at("/src_endpoint/ip").asText()).isEqualTo("192.0.2.1");
    assertThat(line.at("/api/request/uid").asText()).isEqualTo("request-1");
    assertThat(told()).isEqualTo(500);

    recorded.audit.settle(Recorded.SCOPE);
    assertThat(recorded.lines).hasSize(Repeats.WHOLE + 1);
  }

  @Test
  void eachInvocationHasALineOfItsOwnSoThatNoneIsWithout() throws IOException {
    for (int i = 0; i < 30; i++) {
      recorded.audit.write(refusal("request-" + i, "192.0.2.1", at(0)));
      recorded.audit.settle(scope("request-" + i));
    }

    assertThat(recorded.lines).hasSize(30);
    assertThat(recorded.json(29).at("/api/request/uid").asText()).isEqualTo("request-29");
    assertThat(recorded.json(29).get("count").asInt()).isEqualTo(1);
    assertThat(recorded.lines.get(29).length).isLessThan(recorded.lines.get(0).length);
  }

  @Test
  void refusalsThatDifferAreToldInFull() throws IOException {
    for (int i = 0; i < 100; i++) {
      recorded.audit.write(refusal("request-1", "192.0.2." + i, at(0)));
      recorded.audit.write(refusal("request-1", "192.0.2.1", at(0), Map.of("order", "" + i)));
    }

    assertThat(recorded.lines).hasSize(200);
  }

  @Test
  void aMinuteLaterTheSameIsToldInFullAgain() throws IOException {
    for (int i = 0; i < 20; i++) {
      recorded.audit.write(refusal("request-1", "192.0.2.1", at(0)));
    }
    for (int i = 0; i < 20; i++) {
      recorded.audit.write(refusal("request-1", "192.0.2.1", at(61)));
    }

    assertThat(recorded.lines).hasSize(2 * Repeats.WHOLE);
  }

  @Test
  void aClockThatIsSetBackHoldsNothingBackForLonger() throws IOException {
    for (int i = 0; i < 20; i++) {
      recorded.audit.write(refusal("request-1", "192.0.2.1", at(3_600)));
    }
    for (int i = 0; i < 20; i++) {
      recorded.audit.write(refusal("request-1", "192.0.2.1", at(0)));
    }

    assertThat(recorded.lines).hasSize(2 * Repeats.WHOLE);
  }

  @Test
  void whatIsDoneOrFailedIsNeverHeldBack() throws IOException {
    for (int i = 0; i < 100; i++) {
      recorded.audit.write(AuditEvents.done());
      recorded.audit.write(AuditEvents.failed());
    }

    assertThat(recorded.lines).hasSize(200);
  }

  @Test
  void noMoreThanAThousandWaitInMemory() throws IOException {
    for (int i = 0; i < 2_500; i++) {
      recorded.audit.write(refusal("request-1", "192.0.2.1", at(0)));
    }

    assertThat(recorded.lines).hasSize(Repeats.WHOLE + 2);
    assertThat(told()).isGreaterThanOrEqualTo(2_500 - Repeats.HELD);
    recorded.audit.settle(Recorded.SCOPE);
    assertThat(told()).isEqualTo(2_500);
  }

  @Test
  void whatAnInvocationLeftBehindIsToldByALaterOne() throws IOException {
    for (int i = 0; i < 20; i++) {
      recorded.audit.write(refusal("timed-out", "192.0.2.1", at(0)));
    }

    recorded.audit.settle(scope("request-2")); // today's clock is minutes behind the event's

    assertThat(told()).isEqualTo(20);
  }

  /** Held now, so that nothing but whose it is decides when it is told. */
  @Test
  void whatTwoInvocationsHoldIsToldByEachForItself() throws IOException {
    Instant now = Instant.now();
    for (int i = 0; i < 20; i++) {
      recorded.audit.write(refusal("request-1", "192.0.2.1", now));
      recorded.audit.write(refusal("request-2", "192.0.2.2", now));
    }
    recorded.audit.settle(scope("request-3"));
    assertThat(recorded.lines).hasSize(2 * Repeats.WHOLE);

    recorded.audit.settle(scope("request-1"));
    assertThat(recorded.lines).hasSize(2 * Repeats.WHOLE + 1);
    assertThat(recorded.json(2 * Repeats.WHOLE).at("/api/request/uid").asText())
        .isEqualTo("request-1");

    recorded.audit.settle(scope("request-2"));
    assertThat(told()).isEqualTo(40);
  }

  @Test
  void whatIsHeldFromBeforeTheClockWasSetBackIsToldByWhoeverComes() throws IOException {
    Instant ahead = Instant.now().plus(Duration.ofDays(1));
    for (int i = 0; i < 20; i++) {
      recorded.audit.write(refusal("timed-out", "192.0.2.1", ahead));
    }

    recorded.audit.settle(scope("request-2"));

    assertThat(told()).isEqualTo(20);
  }

  /** One refusal, and the same with one thing changed for each that makes it another. */
  private static Map<String, AuditEvent> different() {
    Map<String, AuditEvent> all = new LinkedHashMap<>();
    Outcome outcome = new Outcome(403, "permit", List.of(), List.of(), Map.of(), 1, 1);
    SourceFacts source = AuditEvents.HTTP;
    Caller caller = new Caller("issuer", "alice", Optional.of("t"), Map.of());
    all.put("the same", alike(Stop.PERMIT, outcome, source, caller, "tenant", Map.of()));
    all.put("stop", alike(Stop.LOGIC, outcome, source, caller, "tenant", Map.of()));
    all.put(
        "status",
        alike(
            Stop.PERMIT,
            new Outcome(404, "permit", List.of(), List.of(), Map.of(), 1, 1),
            source,
            caller,
            "tenant",
            Map.of()));
    all.put(
        "reason",
        alike(
            Stop.PERMIT,
            new Outcome(403, "other", List.of(), List.of(), Map.of(), 1, 1),
            source,
            caller,
            "tenant",
            Map.of()));
    all.put(
        "rules",
        alike(
            Stop.PERMIT,
            new Outcome(403, "permit", List.of(new Violation("a", "b")), List.of(), Map.of(), 1, 1),
            source,
            caller,
            "tenant",
            Map.of()));
    all.put(
        "cause",
        alike(
            Stop.PERMIT,
            new Outcome(403, "permit", List.of(), List.of("a.B at C:1"), Map.of(), 1, 1),
            source,
            caller,
            "tenant",
            Map.of()));
    String[] of = {
      source.kind(), source.origin(), source.operation(), source.ip() == null ? "" : source.ip()
    };
    for (int i = 0; i < of.length; i++) {
      String[] other = of.clone();
      other[i] += "0";
      all.put(
          List.of("source", "origin", "operation", "address").get(i),
          alike(
              Stop.PERMIT,
              outcome,
              new SourceFacts(
                  other[0], other[1], other[2], "POST", "api.example", other[3], "agent/1.0"),
              caller,
              "tenant",
              Map.of()));
    }
    all.put(
        "caller",
        alike(Stop.PERMIT, outcome, source, Caller.of("issuer", "bob"), "tenant", Map.of()));
    all.put(
        "issuer",
        alike(Stop.PERMIT, outcome, source, Caller.of("other", "alice"), "tenant", Map.of()));
    all.put("tenant", alike(Stop.PERMIT, outcome, source, caller, "another", Map.of()));
    all.put("facts", alike(Stop.PERMIT, outcome, source, caller, "tenant", Map.of("a", "b")));
    return all;
  }

  private static AuditEvent alike(
      Stop stop,
      Outcome outcome,
      SourceFacts source,
      Caller caller,
      String tenant,
      Map<String, String> facts) {
    InvocationFacts work =
        new InvocationFacts("c", "r", null, tenant, AuditEvents.WORK.function(), "7", false);
    return new AuditEvent(
        Activity.OUTCOME, Verdict.DENIED, stop, at(0), work, source, caller, outcome, facts);
  }

  @Test
  void whateverMakesARefusalAnotherOneHasItToldInFull() throws IOException {
    Map<String, AuditEvent> different = different();
    AuditEvent same = different.values().iterator().next();
    for (Map.Entry<String, AuditEvent> each : different.entrySet()) {
      Recorded all = new Recorded(Recorded.TEXT);
      for (int i = 0; i < Repeats.WHOLE; i++) {
        all.audit.write(same);
      }
      all.audit.write(each.getValue());
      boolean another = !each.getKey().equals("the same"); // the control
      assertThat(all.lines).as(each.getKey()).hasSize(Repeats.WHOLE + (another ? 1 : 0));
    }
  }

  private static AuditEvent unidentified(String ip, int seconds, Map<String, String> facts) {
    AuditEvent of = refusal("request-1", ip, at(seconds));
    return new AuditEvent(
        Activity.AUTHENTICATION,
        Verdict.DENIED,
        Stop.IDENTIFY,
        of.time(),
        of.invocation(),
        of.source(),
        null,
        null,
        facts);
  }

  /** The outcome of the same envelope says the same: so refusing costs no second line. */
  @Test
  void thatNobodyWasIdentifiedIsALineOfItsOwnTenTimesAMinuteWhoeverItWas() throws IOException {
    for (int i = 0; i < 100; i++) {
      recorded.audit.write(unidentified("192.0.2." + i, 0, Map.of("reason", "expired")));
    }
    assertThat(recorded.lines).hasSize(Repeats.WHOLE);
    assertThat(recorded.json(0).get("class_uid").asInt()).isEqualTo(3002);
    assertThat(recorded.json(0).at("/metadata/event_code").asText()).isEqualTo("authn_login_fail");

    recorded.audit.settle(Recorded.SCOPE);
    assertThat(recorded.lines).hasSize(Repeats.WHOLE);
    recorded.audit.write(unidentified("192.0.2.1", 0, Map.of("reason", "expired", "more", "x")));
    assertThat(recorded.lines).as("it says more").hasSize(Repeats.WHOLE + 1);
    recorded.audit.write(unidentified("192.0.2.1", 61, Map.of("reason", "expired")));
    assertThat(recorded.lines).as("a minute later").hasSize(Repeats.WHOLE + 2);
  }

  @Test
  void whatIsHeldIsToldBeforeASnapshot() throws Exception {
    for (int i = 0; i < 20; i++) {
      recorded.audit.write(refusal("request-1", "192.0.2.1", Instant.now()));
    }

    recorded.audit.beforeSnapshot();

    assertThat(told()).isEqualTo(20);
  }

  @Test
  void whatCouldNotBeToldIsToldAgain() throws Exception {
    AtomicBoolean full = new AtomicBoolean();
    int[] lines = {0};
    OcsfAudit audit =
        OcsfAudit.to(
            "orders",
            (buffer, length) -> {
              if (full.get()) {
                throw new IOException("full");
              }
              lines[0]++;
            },
            "a channel");
    Recorded.start(audit, Recorded.environment(Recorded.TEXT));
    for (int i = 0; i < 20; i++) {
      audit.write(refusal("request-1", "192.0.2.1", at(0)));
    }
    full.set(true);
    assertThat(catchThrowable(() -> audit.settle(Recorded.SCOPE))).isInstanceOf(IOException.class);
    full.set(false);

    audit.settle(Recorded.SCOPE);

    assertThat(lines[0]).isEqualTo(Repeats.WHOLE + 1);
  }

  @Test
  void aFloodOfRefusalsIsCheaperThanAsManyServedCalls() throws IOException {
    int each = 1_000;
    for (int i = 0; i < each; i++) {
      recorded.audit.write(refusal("request-" + i, "192.0.2.1", at(0)));
      recorded.audit.settle(scope("request-" + i));
    }
    long refused = recorded.lines.stream().mapToLong(line -> line.length).sum();
    recorded.lines.clear();
    IntStream.range(0, each).forEach(i -> write(AuditEvents.done()));
    long served = recorded.lines.stream().mapToLong(line -> line.length).sum();

    assertThat(refused).isLessThan(served);
  }

  @Test
  void aBatchIsBoundedHoweverMuchItsRecordsSay() throws IOException {
    Map<String, String> much = Map.of("a", "\u202e".repeat(1_024), "b", "\u202e".repeat(1_024));
    int records = 2_000;
    for (int i = 0; i < records; i++) {
      recorded.audit.write(AuditEvents.noted(much));
    }
    long bytes = recorded.lines.stream().mapToLong(line -> line.length).sum();

    assertThat(recorded.lines).hasSize(records);
    assertThat(bytes).isLessThan(Allowance.BYTES + records * 2_048L);
    assertThat(recorded.json(0).at("/unmapped/facts/a").asText()).hasSize(1_024);
    JsonNode brief = recorded.json(records - 1);
    assertThat(brief.at("/metadata/is_truncated").asBoolean()).isTrue();
    assertThat(brief.at("/unmapped/omitted").asInt()).isEqualTo(2);
    recorded.audit.settle(Recorded.SCOPE);
    recorded.audit.write(AuditEvents.noted(much));
    assertThat(recorded.json(records).at("/unmapped/facts/a").asText()).hasSize(1_024);
  }

  @Test
  void aBriefLineIsBoundedWhateverIsInIt() throws IOException {
    String worst = "\u0000".repeat(100_000);
    AuditEvent said = AuditEvents.saying(worst);
    for (int i = 0; i < 20; i++) {
      write(said);
    }
    recorded.lines.clear();
    AuditEvent denied =
        new AuditEvent(
            Activity.OUTCOME,
            Verdict.DENIED,
            Stop.CHECK,
            at(0),
            said.invocation(),
            said.source(),
            said.caller(),
            said.outcome(),
            said.facts());
    for (int i = 0; i < 20; i++) {
      write(denied);
    }
    recorded.audit.settle(scope(worst));

    assertThat(recorded.lines.get(recorded.lines.size() - 1).length).isLessThan(24 * 1024);
  }

  private void write(AuditEvent event) {
    try {
      recorded.audit.write(event);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Scope scope(String request) {
    return Recorded.scope(request, Duration.ofSeconds(10));
  }
}
