package dev.gabion.core;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
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
    Environment environment;
    try {
      environment = new InitEnvironment(recipe, trail, handler);
      recipe.audit().start(environment);
    } catch (Throwable failure) {
      throw failed("audit", failure);
    }
    Map<String, Callable<?>> starts = new LinkedHashMap<>();
    starts.put("input", () -> startSource(recipe, json, environment));
    starts.put("rules", () -> startRules(recipe, environment));
    Set<Managed> others = Collections.newSetFromMap(new IdentityHashMap<>());
    others.add(recipe.audit());
    others.add(recipe.rules());
    start(starts, others, "caller", recipe.caller(), environment);
    start(starts, others, "permit", recipe.permit(), environment);
    for (int i = 0; i < recipe.uses().size(); i++) {
      Managed resource = recipe.uses().get(i);
      String name = "uses, resource " + (i + 1) + ", " + resource.getClass().getName();
      start(starts, others, name, resource, environment);
    }
    join(starts);
    announce(environment.handler());
  }

  /** Adds a resource unless it is started already: each is, once. */
  private static void start(
      Map<String, Callable<?>> starts,
      Set<Managed> others,
      String name,
      Managed resource,
      Environment environment) {
    if (others.add(resource)) {
      starts.put(
          name,
          () -> {
            resource.start(environment);
            return null;
          });
    }
  }

  private static <I> Void startRules(Recipe<?, I, ?> recipe, Environment environment)
      throws Exception {
    recipe.rules().start(environment);
    recipe.rules().prepare(recipe.source().input());
    return null;
  }

  private static Void startSource(Recipe<?, ?, ?> recipe, StrictJson json, Environment environment)
      throws Exception {
    json.prepare(recipe.source().input(), recipe.source().output());
    recipe.source().start(environment, json);
    return null;
  }

  /** Says what the handler demands; what it does not demand is said louder. */
  private static void announce(HandlerDescription handler) {
    String line =
        String.format(
            "%s has started. Source: %s. Caller: %s. Rules: %s. Permit: %s. Audit: %s.",
            handler.handler(),
            handler.source(),
            handler.caller(),
            handler.rules(),
            handler.permit(),
            handler.audit());
    if (line.contains(Insecure.INSECURE)) {
      OperatorLog.warn(line);
    } else {
      OperatorLog.info(line);
    }
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
    if (cause instanceof StartFailed told) {
      OperatorLog.error("INIT failed at " + what + ". " + told.getMessage());
    } else {
      OperatorLog.error("INIT failed at " + what + ".", cause);
    }
    return InvocationFailed.atInit();
  }
}
