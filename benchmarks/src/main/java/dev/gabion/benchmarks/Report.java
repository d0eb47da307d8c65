package dev.gabion.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** Results of several rounds as tables in Markdown: medians, and ratios to what is plain. */
final class Report {
  private static final String ALLOCATION = "gc.alloc.rate.norm";

  /** What one row of a table is about; rows of one table and size stand together. */
  private record Row(String table, int kilobytes, String subject) {
    static Row of(BenchmarkParams params) {
      int kilobytes = Integer.parseInt(params.getParam("kilobytes"));
      String subject = params.getParam("subject");
      String name = params.getBenchmark();
      if (name.contains(PrintedLine.class.getSimpleName())) {
        String table = "One printed line: " + last(name);
        return new Row(table, kilobytes, Objects.requireNonNull(subject).toLowerCase(Locale.ROOT));
      }
      return subject == null
          ? new Row("The costly steps alone, 1 thread", kilobytes, last(name))
          : new Row(
              name.contains(AuditLine.class.getSimpleName())
                  ? "One audit line, "
                      + (params.getJvmArgs().contains(Bench.ONE_COMPILER) ? "one" : "two")
                      + " compilers"
                  : "The path of one event, threads: " + params.getThreads(),
              kilobytes,
              subject.toLowerCase(Locale.ROOT));
    }

    /** What is compared with: the plain subject, or the plain way of the same step. */
    Row plain() {
      return new Row(
          table,
          kilobytes,
          subject.endsWith("Strict") ? subject.replace("Strict", "Plain") : "plain");
    }

    private static String last(String name) {
      return name.substring(name.lastIndexOf('.') + 1);
    }
  }

  private record Figures(List<Double> cpu, List<Double> elapsed, List<Double> bytes) {
    Figures() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    void add(IterationResult iteration) {
      cpu.add(second(iteration, CpuTime.NAME));
      elapsed.add(iteration.getPrimaryResult().getScore());
      bytes.add(second(iteration, ALLOCATION));
    }

    private static double second(IterationResult iteration, String name) {
      Result<?> result = iteration.getSecondaryResults().get(name);
      return Objects.requireNonNull(result, name).getScore();
    }
  }

  private Report() {}

  static String of(Collection<RunResult> results) {
    Map<String, Map<Row, Figures>> tables = new TreeMap<>();
    for (RunResult result : results) {
      Row row = Row.of(result.getParams());
      Figures figures =
          tables
              .computeIfAbsent(row.table, name -> new LinkedHashMap<>())
              .computeIfAbsent(row, key -> new Figures());
      iterations(result).forEach(figures::add);
    }
    StringBuilder text = new StringBuilder("\nJDK " + Runtime.version() + "\n");
    tables.forEach((name, rows) -> table(text, name, rows));
    return text.toString();
  }

  /**
   * Subjects side by side, in nanoseconds, and how many times as much each takes as one of them.
   *
   * @param ours the subject that is compared with
   */
  static String ofPeers(Collection<RunResult> results, String title, String ours) {
    Map<String, Map<String, Figures>> tables = new TreeMap<>();
    for (RunResult result : results) {
      BenchmarkParams params = result.getParams();
      Map<String, Figures> rows =
          tables.computeIfAbsent(
              title
                  + (params.getParam("bytes") == null
                      ? ""
                      : ", "
                          + Row.last(params.getBenchmark())
                          + ", bytes: "
                          + params.getParam("bytes"))
                  + (params.getParam("source") == null ? "" : ", " + params.getParam("source"))
                  + ", threads: "
                  + params.getThreads(),
              name -> new LinkedHashMap<>());
      Figures figures = rows.computeIfAbsent(params.getParam("subject"), subject -> new Figures());
      iterations(result).forEach(figures::add);
    }
    StringBuilder text = new StringBuilder("\nJDK " + Runtime.version() + "\n");
    tables.forEach(
        (name, rows) -> {
          text.append("\n").append(name).append("\n\n");
          text.append("| subject | CPU ns | times ours | elapsed ns | times ours | bytes |\n");
          text.append("|---|--:|--:|--:|--:|--:|\n");
          Figures own = Objects.requireNonNull(rows.get(ours), ours);
          rows.forEach(
              (subject, figures) ->
                  text.append(
                      String.format(
                          Locale.ROOT,
                          "| %s | %.0f | %s | %.0f | %s | %,.0f |\n",
                          subject.toLowerCase(Locale.ROOT),
                          1000 * quantile(figures.cpu, 0.5),
                          ratio(figures.cpu, own.cpu),
                          1000 * quantile(figures.elapsed, 0.5),
                          ratio(figures.elapsed, own.elapsed),
                          quantile(figures.bytes, 0.5))));
        });
    return text.toString();
  }

  private static Stream<IterationResult> iterations(RunResult result) {
    return result.getBenchmarkResults().stream()
        .flatMap(fork -> fork.getIterationResults().stream());
  }

  private static void table(StringBuilder text, String name, Map<Row, Figures> rows) {
    text.append("\n").append(name).append("\n\n");
    text.append(
        "| body | subject | CPU µs | to plain | elapsed µs | to plain | bytes | to plain |\n");
    text.append("|---|---|--:|--:|--:|--:|--:|--:|\n");
    rows.forEach(
        (row, figures) -> {
          Figures plain = rows.getOrDefault(row.plain(), new Figures());
          text.append(
              String.format(
                  Locale.ROOT,
                  "| %d KB | %s | %.1f | %s | %.1f | %s | %,.0f | %s |\n",
                  row.kilobytes,
                  row.subject,
                  quantile(figures.cpu, 0.5),
                  ratio(figures.cpu, plain.cpu),
                  quantile(figures.elapsed, 0.5),
                  ratio(figures.elapsed, plain.elapsed),
                  quantile(figures.bytes, 0.5),
                  ratio(figures.bytes, plain.bytes)));
        });
  }

  private static String ratio(List<Double> some, List<Double> plain) {
    return plain.isEmpty()
        ? ""
        : String.format(Locale.ROOT, "%.2f", quantile(some, 0.5) / quantile(plain, 0.5));
  }

  /** The value that this part of all values is below, in between two of them in proportion. */
  static double quantile(List<Double> values, double part) {
    List<Double> sorted = values.stream().sorted().toList();
    double at = part * (sorted.size() - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.size() - 1);
    return sorted.get(below) + (at - below) * (sorted.get(above) - sorted.get(below));
  }
}
