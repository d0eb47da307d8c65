package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gabion.core.Authenticator;
import dev.gabion.core.Permit;
import dev.gabion.core.Rules;
import dev.gabion.core.SecureHandler;
import dev.gabion.events.HttpApi;
import dev.gabion.logging.AuditVerifier;
import dev.gabion.logging.AuditVerifier.Report;
import dev.gabion.logging.OcsfAudit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of audit lines and of the process, under the real runtime client. */
class AuditUnderRuntimeTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REASON = "a test of the log";

  record Job(String kind, int size) {}

  record Answer(int size) {}

  /** Prints, recurses or breaks as it is told. */
  public static final class Worker extends SecureHandler {
    /** Creates the handler as Lambda does. */
    public Worker() {
      super(
          HttpApi.post(Job.class, Answer.class)
              .caller(Authenticator.insecureAnyone(REASON))
              .rules(Rules.insecureAnyInput(REASON))
              .permit(Permit.insecureEveryCaller(REASON))
              .audit(OcsfAudit.of("jobs"))
              .logic((job, call) -> new Answer(work(job))));
    }

    private static int work(Job job) {
      return switch (job.kind()) {
        case "print" -> {
          for (int i = 0; i < 20; i++) {
            System.out.println("<" + "o".repeat(job.size()) + ">");
            System.err.println("<" + "e".repeat(job.size()) + ">");
          }
          yield job.size();
        }
        case "recurse" -> depth(job.size());
        default -> job.size();
      };
    }

    private static int depth(int left) {
      return left == 0 ? 0 : 1 + depth(left - 1);
    }
  }

  @BeforeAll
  static void onlyWhereItIsReal() {
    Assumptions.assumeTrue(RealRuntime.isReal(), "the real runtime client needs Linux");
  }

  private static String event(String kind, int size) {
    return SampleEvents.httpApi().body("{\"kind\":\"" + kind + "\",\"size\":" + size + "}").json();
  }

  private static List<JsonNode> auditLines(List<String> lines) throws Exception {
    List<JsonNode> audit = new ArrayList<>();
    for (String line : lines) {
      if (line.contains("\"class_uid\"")) {
        audit.add(JSON.readTree(line)); // a line that is not whole JSON fails here
      }
    }
    return audit;
  }

  /** Every form that the function's log can have, and how many invocations run side by side. */
  static List<Arguments> logs() {
    List<Arguments> logs = new ArrayList<>();
    for (boolean descriptor : new boolean[] {false, true}) {
      for (int concurrent : new int[] {1, 8}) {
        logs.add(Arguments.of("Text", "", descriptor, concurrent));
        for (String level : List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")) {
          logs.add(Arguments.of("JSON", level, descriptor, concurrent));
        }
      }
    }
    return logs;
  }

  @ParameterizedTest(name = "{0} {1}, descriptor {2}, {3} at once")
  @MethodSource("logs")
  void noAuditLineIsDroppedOrSplitInAnyFormatAtAnyLevel(
      String format, String level, boolean descriptor, int concurrent, @TempDir Path folder)
      throws Exception {
    int events = 3 * concurrent;
    RuntimeSetup setup = RealRuntime.of(Worker.class).logFormat(format);
    setup = level.isEmpty() ? setup : setup.logLevel(level);
    setup = descriptor ? setup.telemetryDescriptor() : setup;
    setup = concurrent > 1 ? setup.maxConcurrency(concurrent) : setup;
    try (RealRuntime runtime = setup.start()) {
      ExecutorService pool = Executors.newFixedThreadPool(concurrent);
      List<Future<Reply>> replies = new ArrayList<>();
      for (int i = 0; i < events; i++) {
        replies.add(pool.submit(() -> runtime.invoke(event("none", 1))));
      }
      for (Future<Reply> reply : replies) {
        assertThat(reply.get().isError()).isFalse();
      }
      pool.shutdown();

      List<JsonNode> audit = auditLines(runtime.logLines());
      assertThat(audit).hasSize(events);
      for (JsonNode line : audit) {
        assertThat(line.path("class_uid").intValue()).isEqualTo(6003);
        // CloudWatch drops a JSON line below the level that is set, and takes a line without a
        // valid level and timestamp for INFO.
        assertThat(line.path("level").asText()).isEqualTo(format.equals("JSON") ? level : "");
        assertThat(line.path("timestamp").asText())
            .matches(format.equals("JSON") ? "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d.*Z" : "");
      }
      Report report =
          AuditVerifier.ofChains().verify(Files.write(folder.resolve("log"), runtime.logLines()));
      assertThat(report.findings()).isEmpty();
      assertThat(report.chains())
          .singleElement()
          .satisfies(chain -> assertThat(chain.lines()).isEqualTo(events));
    }
  }

  @Test
  void aFullDeviceStopsTheReply(@TempDir Path folder) throws Exception {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "no /dev/full here");
    Path java = folder.resolve("java");
    Path script = Files.createDirectories(java.resolve("bin")).resolve("java");
    Files.writeString(
        script,
        "#!/bin/sh\nexec '%s/bin/java' \"$@\" >/dev/full\n"
            .formatted(System.getProperty("java.home")));
    assertThat(script.toFile().setExecutable(true)).isTrue();

    try (RealRuntime runtime = RealRuntime.of(Worker.class).java(java).start()) {
      Reply reply = runtime.invoke(event("none", 1));

      assertThat(reply.isError()).isTrue();
      assertThat(reply.errorType()).contains("dev.gabion.core.InvocationFailed");
      assertThat(reply.text()).doesNotContain("size");
    }
    try (RealRuntime runtime = RealRuntime.of(Worker.class).start()) { // the control
      assertThat(runtime.invoke(event("none", 7)).text()).contains("\\\"size\\\":7");
    }
  }

  @Test
  void aRestoredEnvironmentWritesAnotherChainThanAnother(@TempDir Path folder) throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      try (RealRuntime runtime = RealRuntime.of(Worker.class).snapStart().start()) {
        assertThat(runtime.restore()).isEmpty();
        assertThat(runtime.invoke(event("none", 1)).isError()).isFalse();
        lines.addAll(runtime.logLines());
      }
    }
    Report report = AuditVerifier.ofChains().verify(Files.write(folder.resolve("log"), lines));

    assertThat(report.findings()).isEmpty();
    assertThat(report.chains()).hasSize(2);
  }

  @Test
  void eightThreadsOfTwentyKilobytesBreakNoLine() throws Exception {
    int threads = 8;
    int rounds = 5;
    try (RealRuntime runtime =
        RealRuntime.of(Worker.class).logFormat("JSON").maxConcurrency(threads).start()) {
      ExecutorService pool = Executors.newFixedThreadPool(threads);
      List<Future<Reply>> replies = new ArrayList<>();
      for (int i = 0; i < threads * rounds; i++) {
        replies.add(pool.submit(() -> runtime.invoke(event("print", 20_000))));
      }
      for (Future<Reply> reply : replies) {
        assertThat(reply.get().isError()).isFalse();
      }
      pool.shutdown();

      List<String> lines = runtime.logLines();
      assertThat(auditLines(lines)).hasSize(threads * rounds);
      assertThat(lines.stream().filter(line -> line.startsWith("<")))
          .hasSize(threads * rounds * 40)
          .allMatch(line -> line.matches("<(o{20000}|e{20000})>"));
    }
  }

  @Test
  void hostileDepthIsContainedAndTheSameProcessServesOn() throws Exception {
    try (RealRuntime runtime = RealRuntime.of(Worker.class).logFormat("JSON").start()) {
      long pid = runtime.pid();

      Reply recursed = runtime.invoke(event("recurse", Integer.MAX_VALUE));
      assertThat(recursed.text()).contains("\"statusCode\":500");
      String deep = "[".repeat(100_000);
      assertThat(runtime.invoke(SampleEvents.httpApi().body(deep).json()).text())
          .contains("\"statusCode\":4");
      assertThat(runtime.invoke("{\"a\":" + deep).errorType())
          .contains("dev.gabion.core.InvocationFailed");

      assertThat(runtime.invoke(event("none", 7)).text()).contains("\\\"size\\\":7");
      assertThat(runtime.pid()).isEqualTo(pid);
      assertThat(runtime.starts()).isEqualTo(1);
      assertThat(auditLines(runtime.logLines())).hasSize(4);
    }
  }
}
