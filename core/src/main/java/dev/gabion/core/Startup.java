package dev.gabion.core;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** INIT: everything that a handler needs is started side by side and joined. */
final class Startup {
  private Startup() {}

  /**
   * Starts what a recipe names: the sink first, because all others may record, then the rest.
   *
   * @throws InvocationFailed if one of them fails; the log has said which and why
   */
  static void run(Recipe<?, ?, ?> recipe, StrictJson json, AuditTrail trail, Class<?> handler) {
    InitEnvironment environment = new InitEnvironment(recipe, trail, handler);
    try {
      recipe.audit().start(environment);
    } catch (Throwable failure) {
      throw failed("audit", failure);
    }
    Map<String, Callable<?>> starts = new LinkedHashMap<>();
    starts.put("input", () -> prepare(recipe, json));
    starts.put("caller", () -> start(recipe.caller(), environment));
    starts.put("rules", () -> startRules(recipe, environment));
    starts.put("permit", () -> start(recipe.permit(), environment));
    for (Managed resource : recipe.uses()) {
      String name = "uses " + (starts.size() - 3) + ", " + resource.getClass().getName();
      starts.put(name, () -> start(resource, environment));
    }
    join(starts);
  }

  private static Void start(Managed resource, Environment environment) throws Exception {
    resource.start(environment);
    return null;
  }

  private static <I> Void startRules(Recipe<?, I, ?> recipe, Environment environment)
      throws Exception {
    recipe.rules().start(environment);
    recipe.rules().prepare(recipe.source().input());
    return null;
  }

  private static Void prepare(Recipe<?, ?, ?> recipe, StrictJson json) {
    json.prepare(recipe.source().input(), recipe.source().output());
    return null;
  }

  private static void join(Map<String, Callable<?>> starts) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    ExecutorService pool =
        Executors.newFixedThreadPool(
            Math.min(starts.size(), Runtime.getRuntime().availableProcessors()),
            work -> {
              Thread thread = new Thread(work, "gabion-init");
              thread.setDaemon(true);
              thread.setContextClassLoader(loader);
              return thread;
            });
    try {
      Map<String, Future<?>> running = new LinkedHashMap<>();
      starts.forEach((name, start) -> running.put(name, pool.submit(start)));
      running.forEach(Startup::await);
    } finally {
      pool.shutdownNow();
    }
  }

  private static void await(String name, Future<?> start) {
    try {
      start.get();
    } catch (ExecutionException failed) {
      throw failed(name, failed.getCause() == null ? failed : failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw failed(name, interrupted);
    }
  }

  /** Says in the function's log what keeps it from starting, and gives what is thrown outside. */
  static InvocationFailed failed(String what, Throwable cause) {
    if (cause instanceof InvocationFailed said) {
      return said;
    }
    String why =
        cause instanceof StartFailed
            ? String.valueOf(cause.getMessage())
            : String.join(" < ", Causes.of(cause));
    complain("INIT failed at " + what + ". " + why);
    return InvocationFailed.atInit();
  }

  /**
   * Writes one line for the operator to standard error: JSON, so that it has a level whatever the
   * function's log format.
   */
  static void complain(String message) {
    StringBuilder line = new StringBuilder(128).append("{\"timestamp\":\"").append(Instant.now());
    line.append("\",\"level\":\"ERROR\",\"message\":\"Gabion: ");
    for (int i = 0; i < message.length(); i++) {
      char c = message.charAt(i);
      if (c == '"' || c == '\\' || c < ' ' || c > '~') {
        line.append(String.format("\\u%04x", (int) c));
      } else {
        line.append(c);
      }
    }
    System.err.println(line.append("\"}"));
  }
}
