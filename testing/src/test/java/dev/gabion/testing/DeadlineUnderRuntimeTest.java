package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gabion.core.Authenticator;
import dev.gabion.core.Deadline;
import dev.gabion.core.Limits;
import dev.gabion.core.Permit;
import dev.gabion.core.Rules;
import dev.gabion.core.SecureHandler;
import dev.gabion.events.HttpApi;
import dev.gabion.logging.OcsfAudit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A function that sleeps past its deadline, under AWS's runtime client. */
class DeadlineUnderRuntimeTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REASON = "a test of deadlines";

  record Order(String how, String file) {}

  record Answer(String text) {}

  /** Sleeps as it is told; keeps four seconds for recording, since the tests' machine is busy. */
  public static final class Sleeper extends SecureHandler {
    /** Creates the handler as Lambda does. */
    public Sleeper() {
      super(
          HttpApi.post(Order.class, Answer.class)
              .caller(Authenticator.insecureAnyone(REASON))
              .rules(Rules.insecureAnyInput(REASON))
              .permit(Permit.insecureEveryCaller(REASON))
              .audit(OcsfAudit.of("sleeper"))
              .logic(
                  (order, call) -> {
                    sleep(order);
                    return new Answer("result of " + order.how());
                  })
              .limits(Limits.defaults().with(Limits.Bound.RECORDING_MILLIS, 4_000)));
    }

    private static void sleep(Order order) throws InterruptedException {
      boolean deaf = order.how().equals("deaf");
      while (!order.how().equals("awake") && !Files.exists(Path.of(order.file()))) {
        try {
          Thread.sleep(10);
        } catch (InterruptedException stop) {
          if (!deaf) {
            throw stop;
          }
        }
      }
    }
  }

  @BeforeAll
  static void onlyWhereItIsReal() {
    Assumptions.assumeTrue(RealRuntime.isReal(), "the real runtime client needs Linux");
  }

  private static String event(String how, Path file) {
    return SampleEvents.httpApi()
        .body("{\"how\":\"" + how + "\",\"file\":\"" + file + "\"}")
        .json();
  }

  private static List<JsonNode> timedOut(List<String> log) {
    return log.stream()
        .filter(line -> line.contains("\"class_uid\"") && line.contains("timed-out"))
        .map(DeadlineUnderRuntimeTest::json)
        .toList();
  }

  private static JsonNode json(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException notWhole) {
      throw new AssertionError(line, notWhole);
    }
  }

  private static void await(BooleanSupplier condition) {
    for (Deadline patience = Deadline.in(Duration.ofMinutes(1)); !condition.getAsBoolean(); ) {
      assertThat(patience.passed()).as("waited for a minute").isFalse();
      Thread.onSpinWait();
    }
  }

  @Test
  void anEnvironmentThatIsKilledHasSaidWhereTheTimeWentAndTheNextEventIsServed(
      @TempDir Path folder) {
    try (RealRuntime runtime =
        RealRuntime.of(Sleeper.class).timeout(Duration.ofSeconds(8)).start()) {
      Instant sent = Instant.now();
      Reply reply = runtime.invoke(event("deaf", folder.resolve("never")));

      assertThat(reply.errorType())
          .as("control: the platform ended it")
          .hasValue("Sandbox.Timedout");
      assertThat(reply.text()).doesNotContain("result of");
      assertThat(timedOut(runtime.logLines()))
          .singleElement()
          .satisfies(
              line -> {
                assertThat(line.toString()).contains("\"logic\"").contains("timed-out");
                Instant said = Instant.ofEpochMilli(line.path("time").longValue());
                assertThat(said).isBetween(sent, sent.plusSeconds(8));
              });
      assertThat(runtime.invoke(event("awake", folder)).text()).contains("result of awake");
      assertThat(runtime.starts()).isEqualTo(2);
    }
  }

  @Test
  void logicThatHeedsTheInterruptKeepsItsEnvironmentAndItsSenderHearsARefusal(
      @TempDir Path folder) {
    try (RealRuntime runtime =
        RealRuntime.of(Sleeper.class).timeout(Duration.ofSeconds(8)).start()) {
      Reply reply = runtime.invoke(event("obedient", folder.resolve("never")));

      assertThat(reply.text()).contains("\"statusCode\":500").doesNotContain("result of");
      assertThat(timedOut(runtime.logLines())).hasSize(1);
      assertThat(runtime.invoke(event("awake", folder)).text()).contains("result of awake");
      assertThat(runtime.starts()).isEqualTo(1);
    }
  }

  @Test
  void whereSeveralRunAtOnceTheLateResultIsDiscardedAndSaidToBe(@TempDir Path folder)
      throws IOException {
    try (RealRuntime runtime =
        RealRuntime.of(Sleeper.class)
            .maxConcurrency(2)
            .timeout(Duration.ofSeconds(8))
            .logFormat("JSON")
            .start()) {
      Path wake = folder.resolve("wake");
      Reply reply = runtime.invoke(event("deaf", wake));
      assertThat(reply.errorType()).hasValue("Sandbox.Timedout");
      assertThat(timedOut(runtime.logLines())).hasSize(1);
      assertThat(runtime.invoke(event("awake", folder)).text()).contains("result of awake");

      Files.createFile(wake);
      await(() -> runtime.logLines().stream().anyMatch(line -> line.contains("was discarded")));
      assertThat(runtime.invoke(event("awake", folder)).text()).contains("result of awake");

      assertThat(runtime.logLines())
          .filteredOn(line -> line.contains("\"class_uid\""))
          .as("one outcome for each")
          .hasSize(3);
      assertThat(runtime.starts()).isEqualTo(1);
    }
  }
}
