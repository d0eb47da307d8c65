package dev.gabion.benchmarks;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditSink;
import dev.gabion.core.Caller;
import dev.gabion.core.Environment;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.HandlerDescription;
import dev.gabion.core.IssuedSecrets;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretValue;
import dev.gabion.core.Settings;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.Stop;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Measures the first audit line of a fresh JVM, from the sink's making to the line's writing. */
final class FirstLine {
  private FirstLine() {}

  /** Prints a table of as many rounds; one before them is not counted. */
  static void measure(int rounds) throws IOException {
    Map<AuditLine.Subject, List<Double>> cpu = new EnumMap<>(AuditLine.Subject.class);
    Map<AuditLine.Subject, List<Double>> elapsed = new EnumMap<>(AuditLine.Subject.class);
    for (int round = 0; round <= rounds; round++) {
      for (AuditLine.Subject subject : AuditLine.Subject.values()) {
        String[] millis = run(subject).split(" ", 2);
        if (round > 0) {
          cpu.computeIfAbsent(subject, key -> new ArrayList<>()).add(Double.valueOf(millis[0]));
          elapsed.computeIfAbsent(subject, key -> new ArrayList<>()).add(Double.valueOf(millis[1]));
        }
      }
    }
    System.out.printf(Locale.ROOT, "JDK %s, %d starts each%n%n", Runtime.version(), rounds);
    System.out.println("| the first line by | thread's CPU ms | elapsed ms |\n|---|--:|--:|");
    cpu.forEach(
        (subject, all) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %.1f | %.1f |%n",
                subject.name().toLowerCase(Locale.ROOT),
                Report.quantile(all, 0.5),
                Report.quantile(elapsed.getOrDefault(subject, List.of()), 0.5)));
  }

  /** What nobody here needs, and every look at the class path would open. */
  private static final String UNUSED =
      "/(jmh|jopt|commons-math|aws-encryption|aws-cryptographic|bcprov|aws-secretsmanager)[^/]*$"
          + "|/software/amazon/awssdk/|/com/github/spotbugs/";

  /** Each with what it needs; ours without those that it is compared with, and without Log4j. */
  private static String classPath(AuditLine.Subject subject) {
    Pattern others =
        Pattern.compile(
            UNUSED
                + (subject == AuditLine.Subject.GABION
                    ? "|/(logback|logstash|log4j|powertools|jmespath|joda|slf4j)[^/]*$"
                        + "|/tools/jackson/|jackson-datatype-joda"
                    : ""));
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !others.matcher(entry).find())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String run(AuditLine.Subject subject) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Bench.MANAGED);
    if (subject != AuditLine.Subject.GABION) {
      command.addAll(AuditPeer.OPTIONS);
    }
    command.addAll(List.of("-cp", classPath(subject)));
    command.addAll(List.of(FirstLine.class.getName(), subject.name()));
    Process process = new ProcessBuilder(command).start();
    String figures = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!line.contains("\"class_uid\":6003")) {
      throw new IllegalStateException(subject + " wrote no line: " + line + figures);
    }
    return figures.lines().reduce((first, last) -> last).orElse("");
  }

  /**
   * One fresh JVM: prints the milliseconds of its main thread's processor time, and elapsed.
   *
   * @param subject the name of an {@link AuditLine.Subject}
   */
  public static void main(String[] subject) throws Exception {
    AuditEvent event = event();
    AuditLine.Subject chosen = AuditLine.Subject.valueOf(subject[0]);
    var threads = java.lang.management.ManagementFactory.getThreadMXBean();
    long cpuBefore = threads.getCurrentThreadCpuTime();
    long before = System.nanoTime();
    AuditSink sink = chosen.sink();
    sink.start(new Fresh());
    sink.write(event);
    long after = System.nanoTime();
    long cpuAfter = threads.getCurrentThreadCpuTime();
    System.err.println((cpuAfter - cpuBefore) / 1e6 + " " + (after - before) / 1e6);
  }

  private static AuditEvent event() {
    return new AuditEvent(
        AuditEvent.Activity.OUTCOME,
        AuditEvent.Verdict.ALLOWED,
        Stop.RECORD,
        Instant.now(),
        new AuditEvent.InvocationFacts(
            "request-1",
            "request-1",
            "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
            null,
            FunctionArn.parse("arn:aws:lambda:eu-central-1:123456789012:function:create-order"),
            "7",
            true),
        new SourceFacts(
            "http-api", "api-1", "POST /orders", "POST", "api.example", "192.0.2.1", "agent/1.0"),
        new Caller("https://issuer.example", Orders.CUSTOMER, Optional.empty(), Map.of()),
        new AuditEvent.Outcome(
            201,
            "done",
            List.of(),
            List.of(),
            Map.of(Stop.READ, Duration.ofNanos(900), Stop.LOGIC, Duration.ofMillis(2)),
            1_200,
            80),
        Map.of());
  }

  /** An environment that has empty settings and no secrets. */
  private static final class Fresh implements Environment {
    @Override
    public Scope scope() {
      throw new IllegalStateException("No sink here asks for it.");
    }

    @Override
    public HandlerDescription handler() {
      throw new IllegalStateException("No sink here asks for it.");
    }

    @Override
    public Settings settings() {
      return Settings.of(Map.of());
    }

    @Override
    public IssuedSecrets issuedSecrets() {
      return new IssuedSecrets() {
        @Override
        public void issued(SecretValue value) {}

        @Override
        public void listen(Consumer<SecretValue> listener) {}
      };
    }

    @Override
    public boolean awaitsSnapshot() {
      return false;
    }
  }
}
