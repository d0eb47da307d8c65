package dev.gabion.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Measures and prints tables.
 *
 * <p>A run goes in rounds of one fork for every subject, so that a minute in which the machine was
 * busy with something else spoils a bit of each subject rather than one of them. What is printed in
 * the end is the median over the iterations of all rounds.
 */
public final class Bench {
  /** The compiler that the managed runtime leaves out is the one that knows how to hash. */
  static final String ONE_COMPILER = "-XX:TieredStopAtLevel=1";

  /** How the managed runtime starts a function of 512 MB: one compiler, one collector. */
  static final List<String> MANAGED =
      List.of("-XX:+UseSerialGC", ONE_COMPILER, "-Xms435m", "-Xmx435m");

  /** How long a run takes. */
  private record Length(int rounds, int warmups, int iterations, TimeValue each) {
    static final Length QUICK = new Length(1, 2, 3, TimeValue.milliseconds(500));
    static final Length FULL = new Length(3, 3, 4, TimeValue.milliseconds(500));

    /** For two compilers: the second takes its time. */
    static final Length WARM = new Length(3, 16, 4, TimeValue.milliseconds(500));
  }

  private Bench() {}

  /**
   * Runs.
   *
   * @param arguments what to measure, and the folder for results
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    switch (arguments[0]) {
      case "quick" -> measure(Length.QUICK, folder);
      case "full" -> measure(Length.FULL, folder);
      case "cold" -> ColdStart.measure(11);
      case "audit" -> audit(folder);
      case "scrub" -> scrub(folder);
      case "first" -> FirstLine.measure(11);
      case "secrets" -> secrets(folder);
      case "crypto" -> crypto(folder);
      case "egress" -> egress(folder);
      case "sources" -> sources(folder);
      default ->
          throw new IllegalArgumentException(
              "-Dgabion.bench=quick, full, cold, audit, first, scrub, secrets, crypto, egress or"
                  + " sources");
    }
  }

  /**
   * Messages beside the official SDK's, as Java starts by default and as the managed runtime does.
   */
  private static void crypto(Path folder) throws Exception {
    SealedCold.measure(11);
    SealedCold.countCalls();
    for (List<String> options : List.of(List.<String>of(), MANAGED)) {
      Length length = options.isEmpty() ? Length.WARM : Length.FULL;
      Collection<RunResult> results = run(length, folder, 1, SealedBytes.class, 1, options);
      System.out.println("\nJava's options: " + (options.isEmpty() ? "none" : options));
      System.out.println(Report.ofPeers(results, "One message", "GABION"));
    }
  }

  /** Calls to another host beside the same client without a policy. */
  private static void egress(Path folder) throws Exception {
    List<RunResult> results = new ArrayList<>();
    for (int round = 1; round <= Length.FULL.rounds; round++) {
      results.addAll(run(Length.FULL, folder, round, OutboundCalls.class, 1));
    }
    System.out.println(Report.ofPeers(results, "One call over a kept connection", "GABION"));
    OutboundCalls.first(11, folder);
  }

  /** One event of each record source, through a handler, beside AWS's own parser. */
  private static void sources(Path folder) throws RunnerException {
    List<RunResult> results = new ArrayList<>();
    for (int round = 1; round <= Length.FULL.rounds; round++) {
      results.addAll(run(Length.FULL, folder, round, SourceEvents.class, 1));
    }
    System.out.println(Report.ofPeers(results, "One event", "GABION"));
  }

  private static void secrets(Path folder) throws Exception {
    List<RunResult> results = new ArrayList<>();
    for (int round = 1; round <= Length.FULL.rounds; round++) {
      System.out.println("# Round " + round + " of " + Length.FULL.rounds);
      results.addAll(run(Length.FULL, folder, round, SecretHits.class, 1));
      results.addAll(run(Length.FULL, folder, round, SecretHits.class, 2));
    }
    SecretStampede.measure();
    SecretColdStart.measure(11);
    System.out.println(Report.ofPeers(results, "One use of a secret that is there", "GABION"));
  }

  private static void measure(Length length, Path folder) throws RunnerException {
    List<RunResult> results = new ArrayList<>();
    for (int round = 1; round <= length.rounds; round++) {
      System.out.println("# Round " + round + " of " + length.rounds);
      results.addAll(run(length, folder, round, EventPath.class, 1));
      results.addAll(run(length, folder, round, EventPath.class, 2));
      results.addAll(run(length, folder, round, Steps.class, 1));
    }
    System.out.println(Report.of(results));
  }

  /**
   * An audit line beside what other libraries make of the same event, warm and for the first time.
   */
  private static void audit(Path folder) throws IOException, RunnerException {
    List<RunResult> results = new ArrayList<>();
    for (int round = 1; round <= Length.FULL.rounds; round++) {
      results.addAll(run(Length.FULL, folder, round, AuditLine.class, 1));
      results.addAll(run(Length.WARM, folder, 10 + round, AuditLine.class, 1, bothCompilers()));
    }
    System.out.println(Report.of(results));
    FirstLine.measure(11);
  }

  private static List<String> bothCompilers() {
    return MANAGED.stream().filter(option -> !option.equals(ONE_COMPILER)).toList();
  }

  /** A printed line, scrubbed of more and more secrets. */
  private static void scrub(Path folder) throws RunnerException {
    List<RunResult> results = new ArrayList<>();
    for (int round = 1; round <= Length.FULL.rounds; round++) {
      results.addAll(run(Length.FULL, folder, round, PrintedLine.class, 1));
    }
    System.out.println(Report.of(results));
  }

  private static Collection<RunResult> run(
      Length length, Path folder, int round, Class<?> benchmark, int threads)
      throws RunnerException {
    return run(length, folder, round, benchmark, threads, MANAGED);
  }

  private static Collection<RunResult> run(
      Length length,
      Path folder,
      int round,
      Class<?> benchmark,
      int threads,
      List<String> jvmOptions)
      throws RunnerException {
    String name = "jmh-%s-%d-threads-%d.json".formatted(benchmark.getSimpleName(), threads, round);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + benchmark.getName() + "\\.")
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.MICROSECONDS)
            .threads(threads)
            .forks(1)
            .warmupIterations(length.warmups)
            .warmupTime(length.each)
            .measurementIterations(length.iterations)
            .measurementTime(length.each)
            .jvmArgs(jvmOptions.toArray(String[]::new))
            .jvmArgsAppend(AuditPeer.OPTIONS.toArray(String[]::new))
            .addProfiler(GCProfiler.class)
            .addProfiler(CpuTime.class)
            .addProfiler(OutputAside.class)
            .shouldFailOnError(true)
            .resultFormat(ResultFormatType.JSON)
            .result(folder.resolve(name).toString());
    return new Runner(options.build()).run();
  }
}
