package dev.gabion.testing;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gabion.testing.LoopbackHttp.Request;
import dev.gabion.testing.LoopbackHttp.Response;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Lambda Runtime API, version 2018-06-01, as one execution environment sees it.
 *
 * <p>Source: AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes"; what
 * that page leaves open follows the service's published emulator.
 */
final class RuntimeApi implements AutoCloseable {
  private static final String ROOT = "/2018-06-01/runtime/";
  private static final Pattern REPORT = Pattern.compile("POST invocation/([^/]+)/(response|error)");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** An invocation on its way: offered, taken by the runtime, reported, settled. */
  static final class Work {
    final Invocation invocation;

    /** Done once the runtime has taken it; cancelled if it ended before. */
    final CompletableFuture<RuntimeLog.Mark> taken = new CompletableFuture<>();

    final CompletableFuture<Outcome> reported = new CompletableFuture<>();

    /** Done once the thread that worked on it asks for more, so that its log is complete. */
    final CompletableFuture<@Nullable Void> settled = new CompletableFuture<>();

    Work(Invocation invocation) {
      this.invocation = invocation;
    }
  }

  /** How INIT ended, and how the wake-up from a snapshot did: empty if well. */
  final CompletableFuture<Optional<Outcome>> init = new CompletableFuture<>();

  final CompletableFuture<Optional<Outcome>> restored = new CompletableFuture<>();

  private final CompletableFuture<@Nullable Void> restore = new CompletableFuture<>();
  private final RuntimeSetup setup;
  private final RuntimeLog log;
  private final LoopbackHttp http;
  private final BlockingQueue<Work> waiting = new LinkedBlockingQueue<>();
  private final Map<String, Work> running = new HashMap<>();
  private final List<Work> returning = new ArrayList<>();
  private boolean ended;

  RuntimeApi(RuntimeSetup setup, RuntimeLog log) throws IOException {
    this.setup = setup;
    this.log = log;
    this.http = new LoopbackHttp(LoopbackHttp.local(0), Outcome.RESPONSE_BYTES, this::handle);
  }

  /** The value of {@code AWS_LAMBDA_RUNTIME_API}. */
  String hostAndPort() {
    return http.address().getAddress().getHostAddress() + ":" + http.address().getPort();
  }

  /** Queues an invocation for the next thread of the runtime that asks for one. */
  synchronized Work offer(Invocation invocation) {
    Work work = new Work(invocation);
    if (ended) {
      work.taken.cancel(false);
    } else {
      waiting.add(work);
    }
    return work;
  }

  /** Lets the environment come back from its snapshot. */
  void restore() {
    restore.complete(null);
  }

  /** The runtime has exited: everything that it left open ends. */
  synchronized void end(int exitCode) {
    ended = true;
    Optional<Outcome> start = Optional.of(Outcome.exited("", exitCode));
    init.complete(start);
    restored.complete(start);
    waiting.forEach(work -> work.taken.cancel(false));
    running.forEach(
        (id, work) -> work.reported.complete(Outcome.exited("RequestId: " + id + " ", exitCode)));
    returning.addAll(running.values());
    running.clear();
    settle();
  }

  @Override
  public void close() {
    http.close();
  }

  private Response handle(Request request) throws InterruptedException {
    String path =
        request.target().startsWith(ROOT) ? request.target().substring(ROOT.length()) : "";
    return switch (request.method() + " " + path) {
      case "GET invocation/next" -> next();
      case "GET restore/next" -> {
        init.complete(Optional.empty());
        yield awake();
      }
      case "POST init/error" -> {
        init.complete(Optional.of(failure(request)));
        yield accepted();
      }
      case "POST restore/error" -> {
        restored.complete(Optional.of(failure(request)));
        yield accepted();
      }
      default -> {
        Matcher report = REPORT.matcher(request.method() + " " + path);
        yield report.matches()
            ? report(report.group(1), report.group(2).equals("error"), request)
            : Response.json(404, "{\"errorMessage\":\"404 page not found\"}");
      }
    };
  }

  private Response awake() throws InterruptedException {
    try {
      restore.get();
    } catch (ExecutionException impossible) {
      throw new AssertionError("The gate opens or stays shut.", impossible);
    }
    return new Response(200, List.of(), new byte[0]);
  }

  private Response next() throws InterruptedException {
    synchronized (this) {
      init.complete(Optional.empty());
      restored.complete(Optional.empty());
      settle();
    }
    Invocation invocation = take();
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    headers.add(Map.entry("content-type", "application/json"));
    headers.add(Map.entry("lambda-runtime-aws-request-id", invocation.requestId()));
    headers.add(Map.entry("lambda-runtime-trace-id", invocation.traceId()));
    headers.add(
        Map.entry(
            "lambda-runtime-invoked-function-arn",
            invocation.functionArn().orElse(setup.functionArn())));
    headers.add(
        Map.entry(
            "lambda-runtime-deadline-ms",
            Long.toString(
                invocation
                    .deadline()
                    .orElseGet(() -> Instant.now().plus(setup.timeout()))
                    .toEpochMilli())));
    invocation
        .tenantId()
        .ifPresent(tenant -> headers.add(Map.entry("lambda-runtime-aws-tenant-id", tenant)));
    return new Response(200, headers, invocation.event());
  }

  private Invocation take() throws InterruptedException {
    while (true) {
      Work work = waiting.take();
      synchronized (this) {
        if (!ended && work.taken.complete(log.mark())) {
          running.put(work.invocation.requestId(), work);
          return work.invocation;
        }
      }
      work.taken.cancel(false);
    }
  }

  private synchronized Response report(String id, boolean error, Request request) {
    Work work = running.remove(id);
    if (work == null) {
      return Response.json(
          403,
          "{\"errorType\":\"InvalidStateTransition\",\"errorMessage\":\"No such invocation is"
              + " running.\"}");
    }
    returning.add(work);
    if (setup.isConcurrent()) {
      settle();
    }
    byte[] body = request.body();
    if (body == null) {
      work.reported.complete(Outcome.tooLarge());
      return Response.json(413, "{\"errorType\":\"RequestEntityTooLarge\"}");
    }
    work.reported.complete(error ? failure(request) : Outcome.of(body));
    return accepted();
  }

  private void settle() {
    returning.forEach(work -> work.settled.complete(null));
    returning.clear();
  }

  private static Response accepted() {
    return Response.json(202, "{\"status\":\"OK\"}");
  }

  /** The runtime's error document; its own word for the kind of error stands in its header. */
  private static Outcome failure(Request request) {
    byte[] body = request.body();
    String kind =
        request.headers().getOrDefault("lambda-runtime-function-error-type", "Runtime.Unknown");
    return body == null || !isObject(body)
        ? Outcome.error(kind, "The runtime reported an error without a document.")
        : new Outcome(body, kind);
  }

  private static boolean isObject(byte[] body) {
    try {
      return JSON.readTree(body).isObject();
    } catch (JacksonException notJson) {
      return false;
    } catch (IOException impossible) {
      throw new AssertionError("Bytes in memory cannot fail to be read.", impossible);
    }
  }
}
