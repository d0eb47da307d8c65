package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gabion.core.SecretValue;
import dev.gabion.core.SecureHandler;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sink on a process's real standard output. */
class AuditChannelTest {

  @Test
  void anEventIsOneLineOnStandardOutputWhateverSystemOutIs(@TempDir Path folder) throws Exception {
    String printed = run(ProcessBuilder.Redirect.PIPE, folder);

    assertThat(printed).endsWith("\n");
    assertThat(printed.lines())
        .singleElement()
        .satisfies(
            line ->
                assertThat(Recorded.STRICT.readTree(line).get("class_uid").asInt())
                    .isEqualTo(6003));
    assertThat(folder.resolve("report")).hasContent("taken\nready");
  }

  @Test
  void anEventForAFullDeviceIsAnErrorAndTheSinkIsNotReady(@TempDir Path folder) throws Exception {
    File full = new File("/dev/full");
    if (!full.exists()) {
      System.out.println("Skipped: an audit trail on a full device, for want of /dev/full.");
    }
    assumeTrue(full.exists());
    run(ProcessBuilder.Redirect.to(full), folder);

    assertThat(folder.resolve("report")).hasContent("IOException\nnot ready");
  }

  @Test
  void nothingThatIsPrintedBeforeAnEventRunsIntoItsLine(@TempDir Path folder) throws Exception {
    String printed = run(Printing.class, ProcessBuilder.Redirect.PIPE, folder);

    Path exported = Files.writeString(folder.resolve("exported"), printed);
    AuditVerifier.Report report = AuditVerifier.ofChains().verify(exported);
    assertThat(report.findings()).as(printed).isEmpty();
    assertThat(report.chains())
        .singleElement()
        .satisfies(chain -> assertThat(chain.lines()).isEqualTo(Printing.HOSTILE.size()));
    assertThat(printed.lines().filter(line -> !line.startsWith("{\"category_uid\"")))
        .hasSize(Printing.HOSTILE.size())
        .allMatch(line -> line.contains("[private-key]") || line.contains("[secret]"));
  }

  private static String run(ProcessBuilder.Redirect output, Path folder) throws Exception {
    return run(Program.class, output, folder);
  }

  private static String run(Class<?> program, ProcessBuilder.Redirect output, Path folder)
      throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                program.getName(),
                folder.resolve("report").toString())
            .redirectOutput(output)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    return printed;
  }

  /** Prints what may cost a line its break before each event. */
  static final class Printing {
    private static final String SECRET = "a secret with a break at its end\n";
    static final List<String> HOSTILE =
        List.of(
            "got -----BEGIN PRIVATE KEY-----\\uAAA\n",
            "{\"a\":\"-----BEGIN PRIVATE KEY-----\\\n",
            "{\"a\":\"-----BEGIN PRIVATE KEY-----\\u00\n",
            "-----BEGIN PRIVATE KEY-----\n",
            SECRET,
            "{\"a\":\"" + SECRET);

    public static void main(String[] report) throws Exception {
      Class.forName(SecureHandler.class.getName()); // wraps the standard streams
      OcsfAudit audit = OcsfAudit.of("orders");
      Recorded.start(audit, Recorded.environment(Recorded.TEXT));
      Scrubber.ofProcess().learn(SecretValue.ofText(SECRET));
      for (String line : HOSTILE) {
        System.out.print(line);
        audit.write(AuditEvents.done());
      }
    }
  }

  static final class Program {
    public static void main(String[] report) throws Exception {
      System.setOut(System.err);
      OcsfAudit audit = OcsfAudit.of("orders");
      Recorded.start(audit, Recorded.environment(Recorded.JSON));
      List<String> seen = new ArrayList<>();
      try {
        audit.write(AuditEvents.done());
        seen.add("taken");
      } catch (IOException full) {
        seen.add(full.getClass().getSimpleName());
      }
      try {
        audit.ready(Recorded.SCOPE);
        seen.add("ready");
      } catch (IOException full) {
        seen.add("not ready");
      }
      Files.write(Path.of(report[0]), seen);
    }
  }
}
