package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.Activity;
import dev.gabion.core.AuditEvent.InvocationFacts;
import dev.gabion.core.AuditEvent.Outcome;
import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.Stop;
import dev.gabion.core.Violation;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EmfMetricsTest {
  private final List<String> lines = new ArrayList<>();
  private final EmfMetrics metrics =
      new EmfMetrics(
          "Gabion",
          "orders",
          (buffer, length) -> lines.add(new String(buffer, 0, length - 1, UTF_8)));

  private static AuditEvent outcome(
      String request, Verdict verdict, Stop stop, Outcome outcome, Map<String, String> facts) {
    InvocationFacts work =
        new InvocationFacts(
            request, request, null, "tenant-1", AuditEvents.WORK.function(), "7", false);
    return new AuditEvent(
        Activity.OUTCOME,
        verdict,
        stop,
        Instant.now(),
        work,
        AuditEvents.HTTP,
        AuditEvents.ALICE,
        outcome,
        facts);
  }

  private static AuditEvent done(String request) {
    return outcome(
        request, Verdict.ALLOWED, Stop.RECORD, AuditEvents.outcome(200, "done"), Map.of());
  }

  private static AuditEvent refused(String request, Stop stop, String reason) {
    return outcome(request, Verdict.DENIED, stop, AuditEvents.outcome(400, reason), Map.of());
  }

  private JsonNode line(int index) throws IOException {
    JsonNode line = Recorded.STRICT.readTree(lines.get(index));
    assertThat(EmfSpecification.problems(line)).isEmpty();
    return line;
  }

  private void reply() {
    metrics.passed(Stop.WRITE, 1);
  }

  @Test
  void aRefusalIsCountedByStopAndReasonBeforeTheNextInvocation() throws IOException {
    metrics.recorded(refused("request-1", Stop.IDENTIFY, "credentials"));
    reply();

    assertThat(lines).hasSize(1);
    JsonNode line = line(0);
    assertThat(line.get("refused").asInt()).isEqualTo(1);
    assertThat(line.get("refused.identify").asInt()).isEqualTo(1);
    assertThat(line.get("refused.identify.credentials").asInt()).isEqualTo(1);
    assertThat(line.get("service").asText()).isEqualTo("orders");
    assertThat(line.get("function").asText()).isEqualTo("create-order");
    assertThat(line.at("/_aws/CloudWatchMetrics/0/Dimensions").toString())
        .isEqualTo("[[\"service\",\"function\"]]");
  }

  @Test
  void brokenRulesAreCountedByTheirCode() throws IOException {
    metrics.recorded(AuditEvents.unfit());
    reply();

    assertThat(line(0).get("refused.check.max").asInt()).isEqualTo(1);
    assertThat(line(0).get("refused.check.size").asInt()).isEqualTo(1);
    assertThat(line(0).get("refused.check").asInt()).isEqualTo(1);
  }

  @Test
  void eachThingThatAsksForAttentionHasACount() throws IOException {
    metrics.recorded(AuditEvents.done()); // a cold start
    metrics.recorded(AuditEvents.failed());
    metrics.recorded(AuditEvents.detail(Activity.FAULT));
    metrics.recorded(
        AuditEvents.detail(Activity.SECRET, Verdict.ALLOWED, null, Map.of("event", "stale")));
    metrics.recorded(
        AuditEvents.detail(Activity.SECRET, Verdict.FAILED, null, Map.of("event", "refused")));
    metrics.recorded(
        AuditEvents.detail(
            Activity.ENCRYPTION, Verdict.DENIED, null, Map.of("operation", "decrypt")));
    metrics.recorded(
        outcome(
            "request-1",
            Verdict.ALLOWED,
            Stop.RECORD,
            AuditEvents.outcome(200, "done"),
            Map.of("late", "true")));
    reply();

    assertThat(lines).hasSize(1);
    JsonNode line = line(0);
    for (String name :
        List.of("cold_starts", "secrets.stale", "secrets.refused", "decrypt.failed", "late")) {
      assertThat(line.get(name).asInt()).as(name).isEqualTo(1);
    }
    assertThat(line.get("faults").asInt()).isEqualTo(2);
  }

  @Test
  void whatIsInOrderIsGathered() throws IOException {
    for (int i = 0; i < EmfMetrics.VALUES - 1; i++) {
      metrics.recorded(done("request-" + i));
      reply();
    }
    assertThat(lines).isEmpty();

    metrics.recorded(done("request-99"));
    reply();

    assertThat(lines).hasSize(1);
    assertThat(line(0).get("path")).hasSize(EmfMetrics.VALUES);
    assertThat(line(0).get("path").get(0).asInt()).isEqualTo(1); // of 1,500 ns to read
    assertThat(line(0).get("logic").get(0).asInt()).isEqualTo(20_000);
    assertThat(line(0).has("refused")).isFalse();
  }

  @Test
  void whatIsInOrderLeavesAfterAMinute() throws IOException {
    AuditEvent old = AuditEvents.done(); // a time long ago
    metrics.recorded(
        new AuditEvent(
            old.activity(),
            old.verdict(),
            old.stop(),
            Instant.now().minus(Duration.ofMinutes(2)),
            done("request-1").invocation(),
            old.source(),
            old.caller(),
            old.outcome(),
            Map.of()));
    reply();

    assertThat(line(0).get("path")).hasSize(1);
  }

  @Test
  void aRefusalOfAnInvocationWithoutAReplyLeavesWithTheNext() throws IOException {
    metrics.recorded(refused("request-1", Stop.OPEN, "source"));
    assertThat(lines).isEmpty();

    metrics.recorded(done("request-2"));

    assertThat(lines).hasSize(1);
    assertThat(line(0).get("refused.open.source").asInt()).isEqualTo(1);
  }

  @Test
  void aBatchIsOneLine() throws IOException {
    for (int i = 0; i < 50; i++) {
      metrics.recorded(refused("request-1", Stop.CHECK, "rules"));
    }
    reply();

    assertThat(lines).hasSize(1);
    assertThat(line(0).get("refused").asInt()).isEqualTo(50);
  }

  @Test
  void noIdentifierAndNoContentIsInALine() throws IOException {
    metrics.recorded(AuditEvents.saying("alice@secret.example"));
    metrics.recorded(refused("request-1", Stop.CHECK, "a value \u202e with \"quotes\""));
    metrics.recorded(
        outcome(
            "request-1",
            Verdict.DENIED,
            Stop.CHECK,
            new Outcome(
                422,
                "rules",
                List.of(new Violation("name", "not a code")),
                List.of(),
                Map.of(),
                1,
                1),
            Map.of("order", "order-17")));
    reply();

    assertThat(lines).hasSize(2);
    String line = String.join("", lines);
    assertThat(line)
        .doesNotContain(
            "request-1", "tenant-1", "alice", "192.0.2.1", "quotes", "not a code", "order-17");
    assertThat(line(1).get("refused.check.other").asInt()).isEqualTo(2);
  }

  @Test
  void namesAreBoundedHoweverManyCodesThereAre() throws IOException {
    List<Violation> many =
        IntStream.range(0, 1_000).mapToObj(i -> new Violation("name", "rule-" + i)).toList();
    metrics.recorded(
        outcome(
            "request-1",
            Verdict.DENIED,
            Stop.CHECK,
            new Outcome(422, "rules", many, List.of(), Map.of(), 1, 1),
            Map.of()));
    reply();

    assertThat(line(0).at("/_aws/CloudWatchMetrics/0/Metrics").size()).isLessThanOrEqualTo(100);
    assertThat(line(0).get("refused.check.other").asInt()).isGreaterThan(900);
  }

  @Test
  void aLineTakesNoMoreMetricsThanCloudWatchWhateverHappens() throws IOException {
    metrics.recorded(AuditEvents.done()); // a cold start
    for (Stop stop : Stop.values()) {
      List<Violation> many =
          IntStream.range(0, 30).mapToObj(i -> new Violation("name", "rule-" + i)).toList();
      metrics.recorded(
          outcome(
              "request-1",
              Verdict.DENIED,
              stop,
              new Outcome(422, "rules", many, List.of(), Map.of(), 1, 1),
              Map.of()));
    }
    metrics.recorded(AuditEvents.detail(Activity.FAULT));
    metrics.recorded(
        AuditEvents.detail(Activity.SECRET, Verdict.ALLOWED, null, Map.of("event", "stale")));
    metrics.recorded(
        AuditEvents.detail(Activity.SECRET, Verdict.FAILED, null, Map.of("event", "refused")));
    for (String operation : List.of("encrypt", "decrypt")) {
      metrics.recorded(
          AuditEvents.detail(
              Activity.ENCRYPTION, Verdict.DENIED, null, Map.of("operation", operation)));
    }
    metrics.recorded(
        outcome(
            "request-1",
            Verdict.ALLOWED,
            Stop.RECORD,
            AuditEvents.outcome(200, "done"),
            Map.of("late", "true")));
    reply();

    assertThat(lines).hasSize(1);
    JsonNode line = line(0); // which CloudWatch takes
    assertThat(line.at("/_aws/CloudWatchMetrics/0/Metrics").size())
        .isBetween(EmfMetrics.NAMES, EmfMetrics.METRICS);
    assertThat(line.get("refused").asInt()).isEqualTo(Stop.values().length);
    for (Stop stop : Stop.values()) {
      assertThat(line.has("refused." + Attributes.name(stop))).as(stop.name()).isTrue();
    }
  }

  @Test
  void aLogInJsonFormatKeepsTheLine() throws IOException {
    metrics.start(
        Recorded.environment(
            Map.of("AWS_LAMBDA_LOG_FORMAT", "JSON", "AWS_LAMBDA_LOG_LEVEL", "ERROR")));
    metrics.recorded(refused("request-1", Stop.OPEN, "source"));
    reply();

    assertThat(line(0).get("level").asText()).isEqualTo("ERROR");
    assertThat(Instant.parse(line(0).get("timestamp").asText())).isBeforeOrEqualTo(Instant.now());
  }

  @Test
  void nothingThatWasCountedBeforeASnapshotIsToldByItsCopies() {
    metrics.recorded(refused("init", Stop.OPEN, "source"));
    metrics.beforeSnapshot();
    reply();

    assertThat(lines).isEmpty();
  }

  @Test
  void aFullDeviceCostsTheMetricsAndNotTheNextOnes() {
    boolean[] full = {true};
    EmfMetrics unlucky =
        new EmfMetrics(
            "Gabion",
            "orders",
            (buffer, length) -> {
              if (full[0]) {
                throw new IOException("full");
              }
              lines.add("taken");
            });
    unlucky.recorded(refused("request-1", Stop.OPEN, "source"));
    assertThatThrownBy(() -> unlucky.passed(Stop.WRITE, 1)).hasCauseInstanceOf(IOException.class);
    full[0] = false;

    unlucky.recorded(refused("request-2", Stop.OPEN, "source"));
    assertThatCode(() -> unlucky.passed(Stop.WRITE, 1)).doesNotThrowAnyException();
    assertThat(lines).containsExactly("taken");
  }

  @Test
  void namesThatCloudWatchDoesNotTakeAreRefused() {
    for (String name : List.of("", "a:b", "a b", "x".repeat(300))) {
      assertThatThrownBy(() -> EmfMetrics.of(name, "orders"))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> EmfMetrics.of(name)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(EmfMetrics.of("My/App", "orders").describe()).contains("My/App");
  }

  @Test
  void theCheckSeesWhatIsWrong() throws IOException {
    metrics.recorded(refused("request-1", Stop.OPEN, "source"));
    reply();
    ObjectNode root = (ObjectNode) line(0);
    assertThat(EmfSpecification.problems(root.deepCopy().put("refused", "one"))).hasSize(1);
    assertThat(EmfSpecification.problems(root.deepCopy().without("function"))).hasSize(1);
    assertThat(EmfSpecification.problems(root.deepCopy().without("_aws"))).isNotEmpty();
    ObjectNode many = root.deepCopy();
    IntStream.range(0, 101).forEach(i -> many.withArray("path").add(i));
    assertThat(EmfSpecification.problems(many)).hasSize(1);
  }
}
