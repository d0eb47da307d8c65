package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.logging.AuditVerifier.Finding;
import dev.gabion.logging.AuditVerifier.Kind;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the verifier says to whoever starts it as a program, and the status it ends with. */
class AuditVerificationTest {
  private static final byte[] KEY = "a key of thirty-two bytes or so.".getBytes(UTF_8);

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @SuppressWarnings("NullAway.Init") // JUnit makes it
  @TempDir
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Path trail;

  @SuppressWarnings("NullAway.Init")
  private Path key;

  @BeforeEach
  void write() throws IOException {
    Recorded recorded =
        new Recorded(
            Recorded.TEXT,
            audit -> audit.anchored(AuditVerifierTest.hmac(KEY), 2, Duration.ofDays(1)));
    for (int i = 0; i < 4; i++) {
      recorded.audit.write(AuditEvents.done());
      recorded.audit.settle(Recorded.SCOPE);
    }
    trail = folder.resolve("trail");
    Files.write(trail, recorded.lines.stream().map(line -> new String(line, UTF_8)).toList());
    key = Files.write(folder.resolve("key"), KEY);
  }

  private int run(Object... arguments) {
    said.reset();
    List<String> texts = List.of(arguments).stream().map(Object::toString).toList();
    return AuditVerification.run(texts, new PrintStream(said, true, UTF_8));
  }

  private String said() {
    return said.toString(UTF_8);
  }

  private Path edited() throws IOException {
    String text = Files.readString(trail).replaceFirst("alice", "mallory");
    return Files.writeString(folder.resolve("edited"), text);
  }

  @Test
  void aTrailThatIsAsItWasWrittenEndsWithZero() {
    assertThat(run(trail)).isZero();
    assertThat(said())
        .contains("6 lines, 1 to 6, anchors not checked", "nothing is wrong")
        .doesNotContain("vouched");
    assertThat(run("--hmac-key", key, trail)).isZero();
    assertThat(said()).contains("6 lines, 1 to 6, vouched for up to 5").doesNotContain("checked");
    assertThat(run("--anchored", "4", "--hmac-key", key, trail)).isZero();
  }

  @Test
  void oneThatIsNotEndsWithOneWhateverStandsAfterIt() throws IOException {
    Path edited = edited();

    assertThat(run(edited, trail)).isEqualTo(1);
    assertThat(said()).contains("EDITED", edited + ": NOT as written.", trail + ": nothing is");
    assertThat(run("--hmac-key", folder.resolve("edited"), trail)).isEqualTo(1);
    assertThat(said()).contains("ANCHOR_FORGED");
    Path bare = Files.writeString(folder.resolve("bare"), Files.readAllLines(trail).get(0));
    assertThat(run("--hmac-key", key, "--anchored", "1", bare)).isZero();
    Path two = Files.write(folder.resolve("two"), Files.readAllLines(trail).subList(0, 2));
    assertThat(run("--hmac-key", key, "--anchored", "1", two)).isEqualTo(1);
    assertThat(said()).contains("UNANCHORED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--help",
        "-h",
        "--hmac KEY TRAIL",
        "--hmac-key=KEY TRAIL",
        "TRAIL --hmac-key",
        "--hmac-key",
        "--hmac-key KEY",
        "--anchored 5 TRAIL",
        "--anchored TRAIL --hmac-key KEY",
        "--hmac-key KEY --anchored 0 TRAIL",
        "--hmac-key KEY --anchored -1 TRAIL",
        "--hmac-key KEY --anchored 99999999999 TRAIL",
      })
  void aQuestionThatIsNotUnderstoodIsAnsweredWithHowToAsk(String arguments) {
    List<Object> all = new ArrayList<>();
    for (String argument : arguments.isEmpty() ? new String[0] : arguments.split(" ", -1)) {
      all.add(argument.equals("KEY") ? key : argument.equals("TRAIL") ? trail : argument);
    }

    assertThat(run(all.toArray())).isEqualTo(2);
    assertThat(said()).contains("[--hmac-key FILE [--anchored LINES]] EXPORTED...");
  }

  @Test
  void whatCannotBeReadIsNeitherWholeNorTamperedWith() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty"));

    assertThat(run(folder.resolve("none"), trail)).isEqualTo(2);
    assertThat(said()).contains("none: cannot be read", trail + ": nothing is wrong");
    assertThat(run("--hmac-key", folder.resolve("none"), trail)).isEqualTo(2);
    assertThat(run("--hmac-key", empty, trail)).isEqualTo(2);
    Path broken = Files.writeString(folder.resolve("broken"), "{\"events\":[{\"message\":\"x\"},");
    assertThat(run(broken)).isEqualTo(2);
    assertThat(said()).doesNotContain("\tat ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nothing of ours\n[main] INFO x\n",
        "[]",
        "{\"events\":[]}",
        "{\"class_uid\":6003}",
        "[INFO] x",
      })
  void aFileWithoutATrailIsNoGoodTrail(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("other"), text);

    assertThat(run(file)).isEqualTo(1);
    assertThat(said()).contains("there is no audit line in it").doesNotContain("nothing is wrong");
    assertThat(AuditVerifier.ofChains().verify(file).isClean()).isFalse();
    assertThat(AuditVerifier.ofChains().verify(file).findings())
        .extracting(Finding::kind)
        .containsExactly(Kind.ABSENT);
  }

  @Test
  void anExportToS3IsReadAsItIsPacked() throws IOException {
    for (Path file : List.of(trail, edited())) {
      Path packed = folder.resolve("000000.gz");
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
        Files.copy(file, out);
      }
      assertThat(run(packed)).isEqualTo(run(file));
    }
    assertThat(run(folder.resolve("000000.gz"))).isEqualTo(1);
    assertThat(said()).contains("EDITED");
  }

  /** Some loggers write the time as a number: such a line is no message of CloudWatch's. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"timestamp\":1772366400123,\"level\":\"INFO\",\"message\":\"x\"}",
        "{\"sequenceNumber\":0,\"timestamp\":1772366400123,\"nanoseconds\":1,\"message\":\"x\"}",
        "{\"eventId\":\"1\",\"user\":\"bob\",\"message\":\"x\"}",
        "{\"events\":3,\"message\":\"x\"}",
        "{\"timestamp\":\"2026-03-01T12:00:00.123Z\",\"message\":\"x\"}",
        "[main] INFO x",
        "[1] INFO x",
        "17 {",
      })
  void whateverTheFirstLineIsTheOthersAreRead(String first) throws IOException {
    Path file = folder.resolve("log");
    Files.writeString(file, first + "\n" + Files.readString(edited()));

    assertThat(run(file)).isEqualTo(1);
    assertThat(said()).contains("6 lines, 1 to 6", "EDITED");
  }

  /** The program itself: what {@code main} prints is its answer, and so is its status. */
  @Test
  void theProgramEndsWithItsStatus() throws Exception {
    assertThat(child(trail)).isZero();
    assertThat(child(edited())).isEqualTo(1);
    assertThat(child("--help")).isEqualTo(2);
  }

  private int child(Object argument) throws Exception {
    Path out = folder.resolve("out");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                AuditVerifier.class.getName(),
                argument.toString())
            .redirectErrorStream(true)
            .redirectOutput(new File(out.toString()))
            .start();
    int status = child.waitFor();
    assertThat(Files.readString(out)).isNotEmpty().doesNotContain("\tat ");
    return status;
  }
}
