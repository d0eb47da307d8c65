package dev.gabion.benchmarks;

import dev.gabion.testing.LocalAws;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A secret that is there already: what each use of it costs. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH fills the parameters, then calls start
public class SecretHits {
  /** Who keeps the secret. */
  @Param public SecretKeeper subject;

  private LocalAws aws;
  private SecretKeeper.Kept kept;

  /** Fetches the secret once, and demands that it is the one. */
  @Setup
  public void start() throws Exception {
    aws = LocalAws.start();
    aws.secrets().put(SecretKeeper.NAME, SecretKeeper.VALUE);
    kept = subject.start(aws);
    if (kept.use() != SecretKeeper.VALUE.length()) {
      throw new IllegalStateException("That is another secret.");
    }
  }

  /** Ends the server. */
  @TearDown
  public void end() {
    aws.close();
  }

  /** One use. */
  @Benchmark
  public int use() throws Exception {
    return kept.use();
  }
}
