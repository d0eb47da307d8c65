package dev.gabion.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * The processor time of the whole fork for each operation: its garbage collector works for it too,
 * and the time that it waits for a processor that others use is not its own.
 */
public final class CpuTime implements InternalProfiler {
  static final String NAME = "cpu.norm";

  private final OperatingSystemMXBean process =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private long start;

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    start = process.getProcessCpuTime();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    double micros = (process.getProcessCpuTime() - start) / 1e3;
    return List.of(
        new ScalarResult(
            NAME, micros / result.getMetadata().getAllOps(), "us/op", AggregationPolicy.AVG));
  }

  @Override
  public String getDescription() {
    return "processor time for each operation";
  }
}
