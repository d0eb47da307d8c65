package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gabion.core.SecureHandler;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets and log fields under the back ends that functions log with, in the real runtime. */
class LoggingBackEndsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int COUNT = Integer.getInteger("gabion.canaries", 1_000);
  private static final int STARTS = Integer.getInteger("gabion.starts", 3);
  private static final int WAYS = Canaries.Way.values().length;

  private final Canaries canaries = new Canaries(COUNT);

  @BeforeAll
  static void onlyWhereItIsReal() {
    Assumptions.assumeTrue(RealRuntime.isReal(), "the real runtime client needs Linux");
  }

  private static RuntimeSetup with(
      String backEnd, Class<? extends SecureHandler> handler, int count) throws IOException {
    List<Path> classPath = new ArrayList<>();
    if (!backEnd.equals("none")) {
      classPath.add(Path.of("target/test-classes/dev/gabion/testing/back-ends", backEnd));
      try (Stream<Path> jars = Files.list(Path.of("target/back-ends", backEnd))) {
        jars.sorted().forEach(classPath::add);
      }
    }
    String own =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Stream.of(own.split(File.pathSeparator, -1)).map(Path::of).forEach(classPath::add);
    return RealRuntime.of(handler)
        .classPath(classPath.stream().map(Path::toAbsolutePath).toList())
        .timeout(Duration.ofMinutes(2))
        .environment(Talkative.COUNT, Integer.toString(count));
  }

  private static String event(String channel) {
    return SampleEvents.httpApi().body("{\"channel\":\"" + channel + "\"}").json();
  }

  /** What was logged, each line as its reader sees it: the texts in JSON without their escapes. */
  private static List<String> messages(Reply reply) {
    return reply.logLines().stream()
        .flatMap(line -> line.startsWith("{") ? texts(line).stream() : Stream.of(line))
        .toList();
  }

  private static List<String> texts(String line) {
    try {
      List<String> texts = new ArrayList<>();
      collect(JSON.readTree(line), texts); // what scrubbing left must be JSON still
      return texts;
    } catch (IOException broken) {
      throw new IllegalStateException(line, broken);
    }
  }

  private static void collect(JsonNode node, List<String> texts) {
    if (node.isTextual()) {
      texts.add(node.textValue());
    }
    node.forEach(inner -> collect(inner, texts));
  }

  @ParameterizedTest
  @CsvSource({
    "logback, Text, true",
    "log4j, JSON, true",
    "avaje, JSON, false",
  })
  void noCanaryIsLegibleInAnyChannel(String backEnd, String format, boolean descriptor)
      throws IOException {
    RuntimeSetup setup = with(backEnd, Talkative.Scrubbed.class, COUNT).logFormat(format);
    try (RealRuntime runtime = (descriptor ? setup.telemetryDescriptor() : setup).start()) {
      for (String channel : List.of("slf", "thrown", "out", "err", "context")) {
        Canaries.Sighting seen = canaries.look(channel, messages(runtime.invoke(event(channel))));

        assertThat(seen.tags()).as(channel).isGreaterThanOrEqualTo(COUNT * WAYS);
        assertThat(seen.legible()).as(channel).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"logback", "log4j", "avaje"})
  void withoutTheScrubberEveryCanaryIsLegible(String backEnd) throws IOException {
    try (RealRuntime runtime =
        with(backEnd, Talkative.Unscrubbed.class, COUNT).telemetryDescriptor().start()) {
      for (String channel : List.of("slf", "thrown", "out", "err", "context")) {
        Canaries.Sighting seen = canaries.look(channel, messages(runtime.invoke(event(channel))));

        assertThat(seen.legible()).as(channel).hasSize(seen.tags());
        assertThat(seen.tags()).as(channel).isGreaterThanOrEqualTo(COUNT * WAYS);
      }
    }
  }

  @Test
  void whatLogicThrowsIsInNoLineAtAll() throws IOException {
    try (RealRuntime runtime = with("none", Talkative.Scrubbed.class, 100).start()) {
      Reply reply = runtime.invoke(event("logic"));

      assertThat(reply.text()).contains("\"statusCode\":500");
      assertThat(canaries.secrets().subList(0, 100))
          .noneMatch(new String(runtime.log(), UTF_8)::contains);
    }
  }

  @Test
  void whereNobodyLogsNothingIsSaidOfLogging() throws IOException {
    try (RealRuntime runtime = with("none", AuditUnderRuntimeTest.Worker.class, 1).start()) {
      Reply reply =
          runtime.invoke(SampleEvents.httpApi().body("{\"kind\":\"x\",\"size\":1}").json());

      assertThat(reply.text()).contains("\"statusCode\":200");
      assertThat(runtime.logLines()).hasSize(2).noneMatch(line -> line.contains("SLF4J"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"logback", "log4j", "avaje"})
  void everyLineCarriesItsOwnMessagesFieldsAndNoneThatWereLeftBehind(String backEnd)
      throws Exception {
    int threads = 4;
    try (RealRuntime runtime =
        with(backEnd, Talkative.Scrubbed.class, 1).maxConcurrency(threads).start()) {
      ExecutorService pool = Executors.newFixedThreadPool(threads);
      List<Future<Reply>> replies = new ArrayList<>();
      for (int i = 0; i < 5 * threads; i++) {
        String event = event(i % 2 == 0 ? "fields" : "fails");
        Invocation invocation = Invocation.of(event).tenantId("tenant-" + i);
        replies.add(pool.submit(() -> runtime.invoke(invocation)));
      }
      for (Future<Reply> reply : replies) {
        reply.get();
      }
      pool.shutdown();

      List<String> lines = runtime.logLines();
      List<String> said = lines.stream().filter(line -> line.contains("\"of ")).toList();
      assertThat(said).hasSize(5 * threads);
      for (String line : said) {
        String id = line.replaceAll(".*\"of ([^\"]+)\".*", "$1");
        assertThat(line).contains("\"request_id\":\"" + id + "\"", "\"correlation_id\":\"" + id);
        assertThat(line).containsPattern("\"tenant\":\"tenant-\\d+\"").contains("\"left\"");
      }
      assertThat(lines.stream().filter(line -> line.contains("\"recorded\"")))
          .hasSize(5 * threads)
          .noneMatch(line -> line.contains("request_id") || line.contains("\"left\""));
    }
  }

  @Test
  void aPrintedLineNeitherColoursNorForges() throws IOException {
    try (RealRuntime runtime = with("none", Talkative.Scrubbed.class, 1).start()) {
      assertThat(runtime.invoke(event("forge")).logLines())
          .contains("agent: \\u001b[2J\\u202e")
          .anyMatch(line -> line.startsWith("printed: {\"class_uid\":6003"))
          .filteredOn(line -> line.startsWith("{\"class_uid\":6003"))
          .isEmpty();
    }
  }

  @Test
  void log4jThatWritesPastStandardOutputKeepsTheFunctionFromStarting() throws IOException {
    Path folder = Files.createTempDirectory("gabion-log4j");
    Path file = folder.resolve("direct.xml");
    Files.writeString(
        file,
        "<Configuration><Appenders><Console name=\"c\" direct=\"true\"/></Appenders></Configuration>");
    try (RealRuntime runtime =
        with("log4j", Talkative.Scrubbed.class, 1)
            .systemProperty("log4j2.configurationFile", file.toString())
            .start()) {
      assertThat(runtime.initError()).isPresent();
      assertThat(runtime.logLines()).anyMatch(line -> line.contains("direct="));
    } finally {
      Files.delete(file);
      Files.delete(folder);
    }
  }

  @Test
  void eachBackEndAnswersAndThisIsWhatItsStartTakes() throws IOException {
    StringBuilder table = new StringBuilder("Start and first reply, median ms of " + STARTS + ":");
    for (String backEnd : List.of("none", "avaje", "logback", "log4j")) {
      long[] millis = new long[STARTS];
      for (int i = 0; i < STARTS; i++) {
        long start = System.nanoTime();
        try (RealRuntime runtime = with(backEnd, Talkative.Scrubbed.class, 1).start()) {
          assertThat(runtime.invoke(event("log")).text()).contains("\"statusCode\":200");
        }
        millis[i] = (System.nanoTime() - start) / 1_000_000;
      }
      Arrays.sort(millis);
      table.append(String.format(Locale.ROOT, " %s %d", backEnd, millis[STARTS / 2]));
    }
    System.out.println(table);
  }
}
