package dev.gabion.testing;

import dev.gabion.core.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a function under AWS's own runtime interface client, in a JVM of its own, and invokes it
 * with bytes: what a test sees here is what the Lambda service sees.
 *
 * <pre>{@code
 * try (RealRuntime runtime = RealRuntime.of(CreateOrder.class).environment("STAGE", "test").start()) {
 *   Reply reply = runtime.invoke(SampleEvents.httpApi().body("{}").json());
 * }
 * }</pre>
 *
 * <p>A child that exits or overruns its timeout ends as the service ends it, and the next
 * invocation starts another. Everything that waits has a bound. The child ends with this object, or
 * else with this JVM; should this JVM be killed, then as soon as the handler returns.
 *
 * <p>The client's native library exists for Linux only. Elsewhere, and where the system property
 * {@value #IN_PROCESS} is {@code true}, the handler runs inside this JVM, and one line on standard
 * error says so: replies and errors are the same, but the environment, class path, JVM options,
 * standard output, SnapStart and exits are not the function's own. {@link #isReal} tells which it
 * is.
 */
public final class RealRuntime implements AutoCloseable {
  /** The system property that, if {@code true}, runs handlers inside the tests' own JVM. */
  public static final String IN_PROCESS = "gabion.testing.inProcess";

  private final RuntimeSetup setup;
  private final Path folder;
  private final RuntimeLog log;
  private final Thread hook = new Thread(this::close, "gabion-end-of-runtime");
  private volatile Sandbox sandbox;
  private final AtomicInteger starts = new AtomicInteger();
  private volatile boolean restored;
  private RuntimeLog.@Nullable Slice logAtEnd;

  private RealRuntime(RuntimeSetup setup, Path folder) throws IOException, InterruptedException {
    this.setup = setup;
    this.folder = folder;
    this.log = new RuntimeLog(folder);
    this.sandbox = newSandbox();
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Sets up a handler class, which is on the tests' class path. */
  public static RuntimeSetup of(Class<?> handler) {
    RuntimeSetup setup = of(handler.getName());
    return handler.getClassLoader() instanceof URLClassLoader loader
        ? setup.classPath(entries(loader))
        : setup;
  }

  /** Where a build tool that runs code in its own JVM has loaded the handler from. */
  private static List<Path> entries(URLClassLoader loader) {
    return Stream.of(loader.getURLs()).map(url -> Path.of(URI.create(url.toString()))).toList();
  }

  /** Sets up a handler, named as the function's configuration names it. */
  public static RuntimeSetup of(String handler) {
    return new RuntimeSetup(handler);
  }

  /** Whether handlers run under the real runtime interface client here. */
  public static boolean isReal() {
    return ChildJvm.nativeLibrary() != null && !Boolean.getBoolean(IN_PROCESS);
  }

  static RealRuntime start(RuntimeSetup setup) {
    if (!isReal()) {
      System.err.println(
          "Gabion runs "
              + setup.handler()
              + " inside this JVM, without the environment, class path, JVM options, output and exits of its"
              + " own that AWS's runtime client gives it on Linux.");
    }
    try {
      Path folder = Files.createTempDirectory("gabion-runtime").toRealPath();
      try {
        return new RealRuntime(setup, folder);
      } catch (IOException | InterruptedException | RuntimeException failed) {
        delete(folder);
        throw failed;
      }
    } catch (IOException failed) {
      throw new IllegalStateException("The function cannot be started.", failed);
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    }
  }

  /** Invokes with an event's bytes. */
  public Reply invoke(byte[] event) {
    return invoke(Invocation.of(event));
  }

  /** Invokes with an event in UTF-8. */
  public Reply invoke(String event) {
    return invoke(Invocation.of(event));
  }

  /**
   * Invokes, and waits for the reply. Several threads may: what the function does not run at once
   * waits its turn, for a minute at most.
   *
   * @throws IllegalArgumentException if the event has more than 6 MiB, which the service refuses
   * @throws IllegalStateException if this is closed, waits for {@link #restore}, or the function
   *     takes no event: the message has the end of its log
   */
  public Reply invoke(Invocation invocation) {
    int size = invocation.event().length;
    if (size > Outcome.EVENT_BYTES) {
      throw new IllegalArgumentException(
          "The event has " + size + " bytes; the service takes " + Outcome.EVENT_BYTES + ".");
    }
    if (setup.isSnapStart() && !restored) {
      throw new IllegalStateException("The function waits in its snapshot: call restore() first.");
    }
    try {
      for (Deadline patience = Deadline.in(ChildSandbox.PATIENCE); !patience.passed(); ) {
        Sandbox alive = alive();
        Optional<Reply> reply =
            alive.initError().isPresent() ? alive.initError() : alive.invoke(invocation);
        if (reply.isPresent()) {
          return reply.get();
        }
      }
      throw new IllegalStateException(
          "The function ends before it takes an event. Its log ends:\n" + log.tail());
    } catch (IOException failed) {
      throw new IllegalStateException("The function cannot be started again.", failed);
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    }
  }

  /**
   * Comes back from the snapshot: the hooks after the restore run.
   *
   * @return how that failed, or empty
   * @throws IllegalStateException if the function is not set up for SnapStart, INIT failed, or it
   *     was restored before
   */
  public synchronized Optional<Reply> restore() {
    if (!setup.isSnapStart() || restored || sandbox.initError().isPresent()) {
      throw new IllegalStateException("There is no snapshot to come back from.");
    }
    try {
      restored = true;
      return sandbox.restore();
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    }
  }

  /** How INIT failed, as the service reports it; empty if it did not. The latest start counts. */
  public Optional<Reply> initError() {
    return sandbox.initError();
  }

  /** How many execution environments were started: one, and one for each that ended. */
  public int starts() {
    return starts.get();
  }

  /** Whether the execution environment is there. */
  public boolean isAlive() {
    return sandbox.isAlive();
  }

  /** The latest execution environment's exit code, once it has ended. */
  public OptionalInt exitCode() {
    return sandbox.exitCode();
  }

  /** The process id of the latest execution environment. */
  public long pid() {
    return sandbox.pid();
  }

  /**
   * Everything that the function wrote to its log since the first start: standard output and error,
   * then the messages of the {@link #frames}. Still there once this is closed.
   */
  public byte[] log() {
    return slice().bytes();
  }

  /** The lines of the {@link #log} that are not empty. */
  public List<String> logLines() {
    return slice().lines();
  }

  /** What came through the telemetry descriptor, where one was given. */
  public List<LogFrame> frames() {
    return slice().frames();
  }

  /** Ends the function at once. */
  @Override
  public synchronized void close() {
    if (logAtEnd != null) {
      return;
    }
    sandbox.close();
    logAtEnd = log.whole();
    try {
      delete(folder);
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook runs already, or will find nothing left to do.
    } catch (IOException busy) {
      throw new UncheckedIOException(busy);
    }
  }

  private synchronized RuntimeLog.Slice slice() {
    return logAtEnd == null ? log.whole() : logAtEnd;
  }

  private synchronized Sandbox alive() throws IOException, InterruptedException {
    if (logAtEnd != null) {
      throw new IllegalStateException("This runtime is closed.");
    }
    if (!sandbox.isAlive()) {
      sandbox = newSandbox();
      if (setup.isSnapStart() && sandbox.initError().isEmpty()) {
        sandbox.restore();
      }
    }
    return sandbox;
  }

  private Sandbox newSandbox() throws IOException, InterruptedException {
    starts.incrementAndGet();
    return isReal() ? new ChildSandbox(setup, folder, log) : new InProcessRuntime(setup, log);
  }

  private static IllegalStateException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("Interrupted while waiting for the function.", cause);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
