package dev.gabion.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An execution environment in a JVM of its own, under the real runtime interface client. */
final class ChildSandbox implements Sandbox {
  /** What is waited for INIT, a restore, or a free thread: far more than any of them takes. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final RuntimeSetup setup;
  private final RuntimeLog log;
  private final RuntimeApi api;
  private final Process process;
  private final Thread hook = new Thread(this::kill, "gabion-end-of-child");
  private final Optional<Reply> initError;

  /**
   * Starts the child and waits until INIT has ended.
   *
   * @throws IllegalStateException if INIT does not end
   */
  ChildSandbox(RuntimeSetup setup, Path folder, RuntimeLog log)
      throws IOException, InterruptedException {
    this.setup = setup;
    this.log = log;
    RuntimeLog.Mark start = log.mark();
    this.api = new RuntimeApi(setup, log);
    try {
      this.process = new ChildJvm(setup, folder, log).launch(api.hostAndPort());
    } catch (IOException notStarted) {
      api.close();
      throw notStarted;
    }
    Runtime.getRuntime().addShutdownHook(hook);
    var unused = process.onExit().thenAccept(exited -> api.end(exited.exitValue()));
    try {
      this.initError = phase("INIT", api.init, start);
    } catch (InterruptedException interrupted) {
      close();
      throw interrupted;
    }
  }

  @Override
  public Optional<Reply> initError() {
    return initError;
  }

  @Override
  public Optional<Reply> restore() throws InterruptedException {
    RuntimeLog.Mark start = log.mark();
    api.restore();
    return phase("The restore", api.restored, start);
  }

  @Override
  public Optional<Reply> invoke(Invocation invocation) throws InterruptedException {
    RuntimeApi.Work work = api.offer(invocation);
    RuntimeLog.Mark taken;
    try {
      taken = get(work.taken, PATIENCE.toNanos());
    } catch (CancellationException ended) {
      return Optional.empty();
    } catch (TimeoutException busy) {
      if (work.taken.cancel(false)) {
        throw stuck("The function took no event", busy);
      }
      taken = work.taken.join();
    }
    Outcome outcome = outcome(work, System.nanoTime() + setup.timeout().toNanos());
    return Optional.of(new Reply(outcome, log.since(taken)));
  }

  /**
   * Waits for an invocation to end. A sequential environment that overruns is killed, whether it
   * has answered or only does not come back for more; a concurrent one lives on.
   */
  private Outcome outcome(RuntimeApi.Work work, long end) throws InterruptedException {
    try {
      Outcome outcome = get(work.reported, end - System.nanoTime());
      get(work.settled, end - System.nanoTime());
      return outcome;
    } catch (TimeoutException overrun) {
      Outcome outcome =
          work.reported.getNow(Outcome.timedOut(work.invocation.requestId(), setup.timeout()));
      if (!setup.isConcurrent()) {
        close();
      }
      return outcome;
    }
  }

  @Override
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public OptionalInt exitCode() {
    return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    kill();
    process.onExit().join();
    api.close();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // It runs already, and finds nothing left to do.
    }
  }

  private void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Waits for a phase; if it failed, also for the exit that follows, so that its log is whole. */
  private Optional<Reply> phase(
      String name, CompletableFuture<Optional<Outcome>> phase, RuntimeLog.Mark start)
      throws InterruptedException {
    try {
      Optional<Outcome> failed = get(phase, PATIENCE.toNanos());
      if (failed.isPresent()) {
        process.waitFor(10, TimeUnit.SECONDS);
        close();
      }
      return failed.map(outcome -> new Reply(outcome, log.since(start)));
    } catch (TimeoutException stuck) {
      throw stuck(name + " did not end", stuck);
    }
  }

  private IllegalStateException stuck(String what, TimeoutException cause) {
    close();
    return new IllegalStateException(
        what + " within " + PATIENCE.toSeconds() + " s. Its log ends:\n" + log.tail(), cause);
  }

  private static <T extends @org.jspecify.annotations.Nullable Object> T get(
      CompletableFuture<T> future, long nanos) throws InterruptedException, TimeoutException {
    try {
      return future.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    } catch (ExecutionException impossible) {
      throw new AssertionError("Nothing completes it exceptionally.", impossible);
    }
  }
}
