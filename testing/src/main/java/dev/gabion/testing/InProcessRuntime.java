package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs a stream handler inside this JVM where the real runtime client cannot run. Replies and
 * errors are as there; whatever belongs to a process of its own is not.
 */
final class InProcessRuntime implements Sandbox {
  private final RuntimeSetup setup;
  private final RuntimeLog log;
  private final Semaphore slots;
  private final @Nullable RequestStreamHandler handler;
  private final Optional<Reply> initError;
  private volatile boolean alive;

  InProcessRuntime(RuntimeSetup setup, RuntimeLog log) throws InterruptedException {
    if (setup.isSnapStart() || setup.hasTelemetryDescriptor()) {
      throw new UnsupportedOperationException(
          "SnapStart and the telemetry descriptor need the real runtime client, thus Linux.");
    }
    this.setup = setup;
    this.log = log;
    this.slots = new Semaphore(Math.max(1, setup.maxConcurrency()), true);
    RuntimeLog.Mark start = log.mark();
    FutureTask<RequestStreamHandler> init = task("init", this::load);
    RequestStreamHandler loaded = null;
    Outcome failed = null;
    try {
      loaded = init.get(ChildSandbox.PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException thrown) {
      Throwable cause = Objects.requireNonNull(thrown.getCause());
      failed =
          failure(
              cause instanceof InvocationTargetException wrapped
                  ? wrapped.getTargetException()
                  : cause);
    } catch (TimeoutException stuck) {
      init.cancel(true);
      throw new IllegalStateException("INIT did not end.", stuck);
    }
    this.handler = loaded;
    this.initError =
        Optional.ofNullable(failed).map(outcome -> new Reply(outcome, log.since(start)));
    this.alive = failed == null;
  }

  @Override
  public Optional<Reply> initError() {
    return initError;
  }

  @Override
  public Optional<Reply> invoke(Invocation invocation) throws InterruptedException {
    if (!slots.tryAcquire(ChildSandbox.PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new IllegalStateException("The function took no event. Its log ends:\n" + log.tail());
    }
    try {
      if (!alive) {
        return Optional.empty();
      }
      RuntimeLog.Mark taken = log.mark();
      return Optional.of(new Reply(run(invocation), log.since(taken)));
    } finally {
      slots.release();
    }
  }

  private Outcome run(Invocation invocation) throws InterruptedException {
    Context context = new SampleContext(invocation, setup, new ContextLogger());
    FutureTask<byte[]> work =
        task(
            "invocation",
            () -> {
              ByteArrayOutputStream reply = new ByteArrayOutputStream();
              Objects.requireNonNull(handler)
                  .handleRequest(
                      new ByteArrayInputStream(invocation.event().clone()), reply, context);
              return reply.toByteArray();
            });
    try {
      byte[] reply = work.get(setup.timeout().toNanos(), TimeUnit.NANOSECONDS);
      return reply.length > Outcome.RESPONSE_BYTES ? Outcome.tooLarge() : Outcome.of(reply);
    } catch (TimeoutException overrun) {
      work.cancel(true);
      alive = setup.isConcurrent();
      return Outcome.timedOut(invocation.requestId(), setup.timeout());
    } catch (ExecutionException thrown) {
      Throwable cause = Objects.requireNonNull(thrown.getCause());
      alive = setup.isConcurrent() || !(cause instanceof VirtualMachineError);
      return failure(cause);
    }
  }

  @Override
  public Optional<Reply> restore() {
    throw new IllegalStateException("There is no snapshot to come back from.");
  }

  @Override
  public boolean isAlive() {
    return alive;
  }

  @Override
  public OptionalInt exitCode() {
    return OptionalInt.empty();
  }

  @Override
  public long pid() {
    return ProcessHandle.current().pid();
  }

  @Override
  public void close() {
    alive = false;
  }

  private RequestStreamHandler load() throws Exception {
    Class<?> type = Class.forName(setup.handler().replace("::handleRequest", ""));
    if (type.getConstructor().newInstance() instanceof RequestStreamHandler stream) {
      return stream;
    }
    throw new IllegalArgumentException(type.getName() + " is not a RequestStreamHandler.");
  }

  private static Outcome failure(Throwable thrown) {
    ObjectNode document =
        JsonNodeFactory.instance
            .objectNode()
            .put("errorMessage", thrown.getMessage())
            .put("errorType", thrown.getClass().getName());
    var trace = document.putArray("stackTrace");
    for (StackTraceElement element : thrown.getStackTrace()) {
      trace.add(element.toString());
    }
    return new Outcome(document.toString().getBytes(UTF_8), thrown.getClass().getName());
  }

  private static <T> FutureTask<T> task(String name, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, "gabion-" + name);
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  /** What the handler logs through its context is part of the runtime's log. */
  private final class ContextLogger implements LambdaLogger {
    @Override
    public void log(String message) {
      log(message.getBytes(UTF_8));
    }

    @Override
    public void log(byte[] message) {
      try {
        Files.write(log.output(), message, StandardOpenOption.APPEND);
      } catch (IOException gone) {
        throw new UncheckedIOException(gone);
      }
    }
  }
}
