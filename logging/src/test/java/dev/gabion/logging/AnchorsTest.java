package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.core.ChainAnchor;
import dev.gabion.logging.AuditVerifier.AnchorCheck;
import dev.gabion.logging.AuditVerifier.Finding;
import dev.gabion.logging.AuditVerifier.Kind;
import dev.gabion.logging.AuditVerifier.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an anchor can say that must not count, and that one is asked by one at a time. */
class AnchorsTest {
  private static final byte[] KEY = "a key of thirty-two bytes or so.".getBytes(UTF_8);
  private static final Duration DAY = Duration.ofDays(1);

  @SuppressWarnings("NullAway.Init") // JUnit makes it
  @TempDir
  Path folder;

  /** Two events, the anchor for the second, and so on. */
  private static List<String> trail(int events) throws Exception {
    Recorded recorded =
        new Recorded(Recorded.TEXT, audit -> audit.anchored(AuditVerifierTest.hmac(KEY), 2, DAY));
    for (int i = 0; i < events; i++) {
      recorded.audit.write(AuditEvents.done());
      recorded.audit.settle(Recorded.SCOPE);
    }
    List<String> lines = new ArrayList<>();
    recorded.lines.forEach(line -> lines.add(new String(line, UTF_8)));
    return lines;
  }

  private Report verify(List<String> lines, int unanchored) throws Exception {
    return AuditVerifier.ofAnchoredChains(AnchorCheck.hmac(KEY), unanchored)
        .verify(Files.write(folder.resolve("trail"), lines));
  }

  private static String chain(List<String> lines) throws Exception {
    return Recorded.STRICT.readTree(lines.get(0)).at("/unmapped/chain/id").asText();
  }

  private static List<Kind> kinds(Report report) {
    return report.findings().stream().map(Finding::kind).toList();
  }

  @Test
  void anAnchorThatNamesItsOwnLineOrALaterOneVouchesForNothing() throws Exception {
    List<String> lines = trail(2);
    assertThat(lines.get(2)).contains("\"anchor\":{\"seq\":2,"); // the control
    assertThat(verify(lines, 100).chains().get(0).vouched()).isEqualTo(2);
    for (int named : List.of(3, 4, 1_000)) {
      Forgery forgery = new Forgery(chain(lines), false);
      List<String> forged =
          lines.stream()
              .map(
                  line ->
                      line.replace("\"anchor\":{\"seq\":2,", "\"anchor\":{\"seq\":" + named + ","))
              .map(forgery::chained)
              .toList();
      Report report = verify(forged, 100);

      assertThat(kinds(report)).as("" + named).containsExactly(Kind.REWRITTEN);
      assertThat(report.chains().get(0).vouched()).isZero();
    }
  }

  @Test
  void anAnchorOfALineThatIsMissingVouchesForNothing() throws Exception {
    List<String> lines = trail(2);
    lines.remove(1);
    Report report = verify(lines, 100);

    assertThat(kinds(report)).containsExactly(Kind.DELETED);
    assertThat(report.chains().get(0).vouched()).isZero();
  }

  @Test
  void linesBeforeAnExportAreNotCountedAsUnanchored() throws Exception {
    List<String> lines = trail(20);
    List<String> end = lines.subList(12, lines.size());

    assertThat(kinds(verify(end, 3))).containsExactly(Kind.BEGINNING_MISSING);
    List<String> bare = new ArrayList<>(lines); // the control: an anchor that is missed
    bare.removeIf(line -> line.contains("\"anchor\":{"));
    assertThat(kinds(verify(bare, 3))).contains(Kind.UNANCHORED);
  }

  @Test
  void whileOneInvocationWaitsForASlowAnchorNoOtherAsksOrWaits() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    AtomicInteger times = new AtomicInteger();
    ChainAnchor slow =
        (head, scope) -> {
          if (times.incrementAndGet() == 1) {
            asked.countDown();
            answer.await(30, TimeUnit.SECONDS);
          }
          return head;
        };
    Recorded recorded = new Recorded(Recorded.TEXT, audit -> audit.anchored(slow, 2, DAY));
    recorded.audit.write(AuditEvents.done());
    recorded.audit.write(AuditEvents.done());
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Future<?> first =
          threads.submit(
              () -> {
                recorded.audit.settle(Recorded.SCOPE);
                return null;
              });
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();

      recorded.audit.write(AuditEvents.done());
      recorded.audit.settle(Recorded.scope("request-2", Duration.ofSeconds(10)));
      assertThat(times).as("asked by the other as well").hasValue(1);
      assertThat(recorded.lines).hasSize(3);

      answer.countDown();
      first.get(30, TimeUnit.SECONDS);
      assertThat(recorded.json(3).at("/unmapped/chain/anchor/seq").asInt()).isEqualTo(2);
      recorded.audit.write(AuditEvents.done());
      recorded.audit.settle(Recorded.SCOPE);
      assertThat(times).as("asked again, once it has answered").hasValue(2);
    } finally {
      answer.countDown();
      threads.shutdown();
    }
  }
}
