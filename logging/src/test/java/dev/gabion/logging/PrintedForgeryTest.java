package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.logging.AuditVerifier.ChainReport;
import dev.gabion.logging.AuditVerifier.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the function prints, in an export beside its trail: no text of a user's becomes an event.
 */
class PrintedForgeryTest {
  private static final String GIVEN = "12:00:01 INFO got ";

  private final Scrubber scrubber = new Scrubber(new AtomicLong()::get, () -> {});
  private final Recorded real = new Recorded(Recorded.JSON);

  @SuppressWarnings("NullAway.Init") // JUnit makes it
  @TempDir
  Path folder;

  @BeforeEach
  void record() throws IOException {
    real.audit.write(AuditEvents.done());
  }

  /** The first line of another trail, which hashes to what it states. */
  private static String forged() throws IOException {
    return Recorded.lineOf(AuditEvents.done());
  }

  /** What is in the log once it is printed. */
  private String printed(String lines) {
    return new String(scrubber.apply(lines.getBytes(UTF_8)), UTF_8);
  }

  private Report verify(String... more) throws Exception {
    Path log = folder.resolve("log");
    Files.writeString(log, real.line(0) + "\n");
    Files.write(log, List.of(more), java.nio.file.StandardOpenOption.APPEND);
    return AuditVerifier.ofChains().verify(log);
  }

  private void isAloneAndWhole(Report report) {
    assertThat(report.findings()).isEmpty();
    assertThat(report.chains()).extracting(ChainReport::lines).containsExactly(1L);
  }

  @Test
  void withoutTheMarkALineOfTheUsersIsAChain() throws Exception { // the control
    assertThat(verify(forged()).chains()).hasSize(2);
    assertThat(verify(GIVEN + forged()).chains()).hasSize(2);
    assertThat(verify(GIVEN + forged()).printed()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \t", GIVEN, "[main] INFO user \"x\" - "})
  void aPrintedEventIsCountedAndNotLookedInto(String before) throws Exception {
    Report report = verify(printed(before + forged()), printed(before + forged()));

    isAloneAndWhole(report);
    assertThat(report.printed()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        GIVEN + "{\"class_uid\":",
        GIVEN + "{y} {\"class_uid\":6003}",
        "{\"class_uid\":1,\"class_uid\":2}",
        "x\"class_uid\":{",
        "\"class_uid\":",
      })
  void aPrintedTextDoesNotPassForAnEventThatSomebodyBroke(String text) throws Exception {
    isAloneAndWhole(verify(printed(text)));
    assertThat(verify(printed(text)).isClean()).isTrue();
  }

  @Test
  void anEventOfSomebodyElsesLibraryIsNotOfTheTrail() throws Exception {
    String other = forged().replace("Gabion", "Other");

    assertThat(printed(other)).isEqualTo(other);
    isAloneAndWhole(verify(printed(other)));
  }

  /** In a log of JSON format the runtime's logger wraps what it is given. */
  @Test
  void aPrintedEventThatThePlatformWrapsIsNotLookedInto() throws Exception {
    for (String text : List.of(forged(), GIVEN + forged())) {
      for (String said : List.of(text, printed(text))) {
        String wrapped =
            Recorded.STRICT.writeValueAsString(
                Map.of("timestamp", "2026-03-01T12:00:00.123Z", "level", "INFO", "message", said));

        isAloneAndWhole(verify(wrapped));
        isAloneAndWhole(verify(printed(wrapped)));
        isAloneAndWhole(document(wrapped));
      }
    }
  }

  private Report document(String message) throws Exception {
    Object events =
        List.of(
            Map.of("timestamp", 1772366400123L, "message", real.line(0)),
            Map.of("timestamp", 1772366400124L, "message", message));
    Path log = folder.resolve("log.json");
    Files.write(log, Recorded.STRICT.writeValueAsBytes(Map.of("events", events)));
    return AuditVerifier.ofChains().verify(log);
  }

  @Test
  void aMessageOfSeveralLinesIsLookedIntoLineByLine() throws Exception {
    String text = "a {b}\n" + forged() + "\nend";

    assertThat(document(text).chains()).hasSize(2); // the control
    isAloneAndWhole(document(printed(text)));
    assertThat(document(printed(text)).printed()).isEqualTo(1);
  }
}
