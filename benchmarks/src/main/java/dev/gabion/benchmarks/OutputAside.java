package dev.gabion.benchmarks;

import java.io.File;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.ExternalProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.Result;

/**
 * Starts each fork with {@code /dev/null} as its standard output.
 *
 * <p>Audit lines go to the raw descriptor. Left as it is, that would be a pipe to JMH, whose own
 * work on every line would then run on the measured machine. Results come over a socket.
 */
public final class OutputAside implements ExternalProfiler {
  @Override
  public Collection<String> addJVMInvokeOptions(BenchmarkParams params) {
    return List.of("/bin/sh", "-c", "exec \"$0\" \"$@\" >/dev/null");
  }

  @Override
  public Collection<String> addJVMOptions(BenchmarkParams params) {
    return List.of();
  }

  @Override
  public void beforeTrial(BenchmarkParams params) {}

  @Override
  public Collection<? extends Result<?>> afterTrial(
      BenchmarkResult result, long pid, File out, File err) {
    return List.of();
  }

  @Override
  public boolean allowPrintOut() {
    return true;
  }

  @Override
  public boolean allowPrintErr() {
    return true;
  }

  @Override
  public String getDescription() {
    return "standard output to /dev/null";
  }
}
