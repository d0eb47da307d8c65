package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.ChainAnchor;
import dev.gabion.core.Environment;
import dev.gabion.core.Scope;
import dev.gabion.logging.AuditVerifier.AnchorCheck;
import dev.gabion.logging.AuditVerifier.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One chain for each environment, from its first line to its last, and who vouches for it. */
class ChainedTrailTest {
  private static final byte[] KEY = "a key of thirty-two bytes or so.".getBytes(UTF_8);

  private static JsonNode chain(Recorded recorded, int index) throws IOException {
    return recorded.json(index).at("/unmapped/chain");
  }

  private static Report verify(Recorded recorded, Path folder) throws Exception {
    Path file = folder.resolve("lines");
    Files.write(file, recorded.lines.stream().map(line -> new String(line, UTF_8)).toList());
    return AuditVerifier.ofAnchoredChains(AnchorCheck.hmac(KEY), 100).verify(file);
  }

  @Test
  void eachLineNamesTheOneBeforeIt() throws IOException {
    Recorded recorded = new Recorded(Recorded.JSON);
    for (int i = 0; i < 3; i++) {
      recorded.audit.write(AuditEvents.done());
    }

    assertThat(chain(recorded, 0).get("seq").asInt()).isEqualTo(1);
    assertThat(chain(recorded, 0).get("prev").asText()).isEqualTo(Chain.NONE);
    for (int i = 1; i < 3; i++) {
      assertThat(chain(recorded, i).get("id")).isEqualTo(chain(recorded, 0).get("id"));
      assertThat(chain(recorded, i).get("seq").asInt()).isEqualTo(i + 1);
      assertThat(chain(recorded, i).get("prev")).isEqualTo(chain(recorded, i - 1).get("hash"));
    }
    assertThat(recorded.json(2).at("/metadata/uid").asText())
        .isEqualTo(chain(recorded, 2).get("id").asText() + "/3");
  }

  @Test
  void theHashIsOfTheLineWithoutItsFrontAndItself() throws IOException {
    Recorded recorded = new Recorded(Recorded.JSON);
    recorded.audit.write(AuditEvents.done());
    String line = recorded.line(0);
    String content =
        line.replaceFirst("\"timestamp\":\"[^\"]*\",\"level\":\"[^\"]*\",", "")
            .replaceFirst(",\"hash\":\"[^\"]*\"", "");

    assertThat(chain(recorded, 0).get("hash").asText())
        .isEqualTo(Chain.text(Chain.sha256().digest(content.getBytes(UTF_8))));
    assertThat(line).startsWith("{\"timestamp\":\"2026-03-01T12:00:00.123Z\",\"level\":\"INFO\",");
  }

  @Test
  void everyEnvironmentHasAChainOfItsOwn() throws IOException {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Recorded recorded = new Recorded(Recorded.TEXT);
      recorded.audit.write(AuditEvents.done());
      ids.add(chain(recorded, 0).get("id").asText());
    }

    assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9a-f]{32}"));
  }

  @Test
  void aRestoredEnvironmentBeginsANewChain(@TempDir Path folder) throws Exception {
    Recorded recorded = new Recorded(Recorded.TEXT);
    recorded.audit.write(AuditEvents.done());
    recorded.audit.beforeSnapshot();

    assertThatThrownBy(() -> recorded.audit.write(AuditEvents.done()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> recorded.audit.ready(Recorded.SCOPE))
        .isInstanceOf(IllegalStateException.class);

    recorded.audit.afterRestore(Recorded.environment(Recorded.TEXT));
    recorded.audit.write(AuditEvents.done());
    recorded.audit.afterRestore(Recorded.environment(Recorded.TEXT)); // another copy
    recorded.audit.write(AuditEvents.done());

    assertThat(
            List.of(
                chain(recorded, 0).get("id"),
                chain(recorded, 1).get("id"),
                chain(recorded, 2).get("id")))
        .doesNotHaveDuplicates();
    assertThat(verify(recorded, folder).findings()).isEmpty();
  }

  @Test
  void whatIsWrittenBeforeASnapshotIsOfNoChainThatGoesOnAfterIt() throws Exception {
    List<JsonNode> chains = new ArrayList<>();
    OcsfAudit audit =
        OcsfAudit.to(
            "orders",
            (buffer, length) ->
                chains.add(Recorded.STRICT.readTree(buffer, 0, length).at("/unmapped/chain")),
            "a list");
    Environment environment = Recorded.environment(Recorded.TEXT, true);
    audit.start(environment);
    audit.write(AuditEvents.detail(AuditEvent.Activity.SECRET)); // a resource that is refused
    audit.beforeSnapshot();
    audit.afterRestore(Recorded.environment(Recorded.TEXT));
    audit.write(AuditEvents.done());

    assertThat(chains).extracting(chain -> chain.get("seq").asInt()).containsExactly(1, 1);
    assertThat(chains).extracting(chain -> chain.get("id").asText()).doesNotHaveDuplicates();
  }

  @Test
  void aLineThatWasNotTakenHasNoPlaceInTheChain(@TempDir Path folder) throws Exception {
    Deque<String> channel = new ArrayDeque<>(List.of("works", "full", "works", "works"));
    Path file = folder.resolve("lines");
    OcsfAudit audit =
        OcsfAudit.to(
            "orders",
            (buffer, length) -> {
              if (channel.remove().equals("full")) {
                throw new IOException("No space left on device");
              }
              Lines.of(file).write(buffer, length);
            },
            "a channel");
    Recorded.start(audit, Recorded.environment(Recorded.TEXT));
    audit.write(AuditEvents.done());
    assertThatThrownBy(() -> audit.write(AuditEvents.done())).isInstanceOf(IOException.class);
    audit.write(AuditEvents.done());
    audit.write(AuditEvents.done());

    Report report = AuditVerifier.ofChains().verify(file);
    assertThat(report.findings()).isEmpty();
    assertThat(report.chains().get(0).last()).isEqualTo(3);
  }

  @Test
  void eightThreadsWriteOneChain(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("lines");
    OcsfAudit audit = OcsfAudit.toFile("orders", file);
    Recorded.start(audit, Recorded.environment(Recorded.JSON));
    ExecutorService pool = Executors.newFixedThreadPool(8);
    CountDownLatch together = new CountDownLatch(8);
    List<Future<?>> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          pool.submit(
              () -> {
                together.countDown();
                together.await();
                for (int j = 0; j < 50; j++) {
                  audit.write(AuditEvents.done());
                  audit.settle(Recorded.SCOPE);
                }
                return null;
              }));
    }
    for (Future<?> thread : threads) {
      thread.get();
    }
    pool.shutdown();

    Report report = AuditVerifier.ofChains().verify(file);
    assertThat(report.findings()).isEmpty();
    assertThat(report.chains())
        .singleElement()
        .satisfies(c -> assertThat(c.lines()).isEqualTo(400));
  }

  /** An anchor that vouches as it is told. */
  private static final class Anchor implements ChainAnchor {
    private final List<String> asked = new ArrayList<>();
    private boolean silent;

    @Override
    public void start(Environment environment) {
      asked.add("start");
    }

    @Override
    public void beforeSnapshot() {
      asked.add("wipe");
    }

    @Override
    public void afterRestore(Environment environment) {
      asked.add("wake");
    }

    @Override
    public byte[] vouch(byte[] head, Scope scope) throws Exception {
      asked.add(Chain.text(head));
      if (silent) {
        throw new IOException("nobody there");
      }
      return AuditVerifierTest.hmac(KEY).vouch(head, scope);
    }
  }

  private static void invoke(Recorded recorded, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      recorded.audit.write(AuditEvents.done());
      recorded.audit.settle(Recorded.SCOPE);
    }
  }

  @Test
  void anAnchorVouchesAfterSoManyEventsWithinTheInvocation(@TempDir Path folder) throws Exception {
    Anchor anchor = new Anchor();
    Recorded recorded =
        new Recorded(Recorded.TEXT, audit -> audit.anchored(anchor, 5, Duration.ofDays(1)));
    invoke(recorded, 12);

    assertThat(recorded.lines).hasSize(14);
    JsonNode first = chain(recorded, 5).get("anchor");
    assertThat(first.get("seq").asInt()).isEqualTo(5);
    assertThat(first.get("head")).isEqualTo(chain(recorded, 4).get("hash"));
    assertThat(chain(recorded, 11).at("/anchor/seq").asInt()).isEqualTo(11);
    assertThat(recorded.json(5).get("activity_name").asText()).isEqualTo("anchor");
    Report report = verify(recorded, folder);
    assertThat(report.findings()).isEmpty();
    assertThat(report.chains().get(0).vouched()).isEqualTo(11);
  }

  @Test
  void anAnchorVouchesAfterSomeTimeAndOnlyIfThereIsSomethingNew() throws Exception {
    Anchor anchor = new Anchor();
    Recorded recorded =
        new Recorded(Recorded.TEXT, audit -> audit.anchored(anchor, 1_000, Duration.ofNanos(1)));
    invoke(recorded, 1);
    assertThat(recorded.lines).hasSize(2);

    recorded.audit.settle(Recorded.SCOPE);
    recorded.audit.settle(Recorded.SCOPE);
    assertThat(recorded.lines).hasSize(2);

    invoke(recorded, 1);
    assertThat(recorded.lines).hasSize(4);
  }

  @Test
  void anAnchorIsStartedWipedAndWokenWithTheSink() throws Exception {
    Anchor anchor = new Anchor();
    Recorded recorded =
        new Recorded(Recorded.TEXT, audit -> audit.anchored(anchor, 5, Duration.ofDays(1)));
    recorded.audit.beforeSnapshot();
    recorded.audit.afterRestore(Recorded.environment(Recorded.TEXT));

    assertThat(anchor.asked).containsExactly("start", "wipe", "wake");
  }

  @Test
  void anAnchorThatFailsIsOnTheTrailAndStopsLogicOnceTooMuchWaits() throws Exception {
    Anchor anchor = new Anchor();
    anchor.silent = true;
    Recorded recorded =
        new Recorded(Recorded.TEXT, audit -> audit.anchored(anchor, 2, Duration.ofDays(1)));
    invoke(recorded, 2);

    assertThat(recorded.lines).hasSize(3);
    assertThat(recorded.json(2).get("class_uid").asInt()).isEqualTo(6008);
    assertThat(recorded.json(2).get("status_detail").asText()).isEqualTo("anchor");
    recorded.audit.ready(Recorded.SCOPE);

    invoke(recorded, 3);
    assertThat(anchor.asked).as("asked again at once").hasSize(2); // start, and one head
    assertThatThrownBy(() -> recorded.audit.ready(Recorded.SCOPE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("vouched");
  }

  @Test
  void aProofThatWouldBeCutCountsAsNone() throws Exception {
    Recorded recorded =
        new Recorded(
            Recorded.TEXT,
            audit -> audit.anchored((head, scope) -> new byte[800], 1, Duration.ofDays(1)));
    invoke(recorded, 1);

    assertThat(recorded.json(1).get("class_uid").asInt()).isEqualTo(6008);
  }

  @Test
  void anAnchorWithoutBoundsIsRefused() {
    OcsfAudit audit = OcsfAudit.of("orders");
    ChainAnchor anchor = (head, scope) -> head;

    assertThatThrownBy(() -> audit.anchored(anchor, 0, Duration.ofDays(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> audit.anchored(anchor, 1, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(audit.anchored(anchor, 1, Duration.ofDays(1)).describe()).contains("anchored by");
  }

  @Test
  void anAnchorOfWhichTheLineWasNotTakenCountsForNothing() throws Exception {
    OcsfAudit audit =
        OcsfAudit.to("orders", ChainedTrailTest::takeNoAnchors, "a device that is full at times")
            .anchored(new Anchor(), 2, Duration.ofDays(1));
    Recorded.start(audit, Recorded.environment(Recorded.TEXT));
    audit.write(AuditEvents.done());
    audit.write(AuditEvents.done());
    assertThatThrownBy(() -> audit.settle(Recorded.SCOPE)).isInstanceOf(IOException.class);
    for (int i = 0; i < 3; i++) {
      audit.write(AuditEvents.done());
    }

    assertThatThrownBy(() -> audit.ready(Recorded.SCOPE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("vouched");
  }

  private static void takeNoAnchors(byte[] buffer, int length) throws IOException {
    if (new String(buffer, 0, length, UTF_8).contains("\"anchor\":{")) {
      throw new IOException("full");
    }
  }
}
