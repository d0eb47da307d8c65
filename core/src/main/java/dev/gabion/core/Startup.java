package dev.gabion.core;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** INIT: everything that a handler needs is started side by side and joined. */
final class Startup {
  private Startup() {}

  /**
   * Starts what a recipe names: the sink first, because all others may record, then the rest.
   *
   * @return what must be held for as long as the handler is, or nothing would wipe its resources
   *     before a snapshot; null if none is going to be taken
   * @throws InvocationFailed if one of them fails; the log has said which and why
   */
  static @Nullable Snapshot run(
      Recipe<?, ?, ?> recipe, StrictJson json, AuditTrail trail, Class<?> handler) {
    check(recipe);
    InitEnvironment environment;
    try {
      environment = InitEnvironment.starting(recipe, trail, handler);
      recipe.audit().start(environment);
    } catch (Throwable failure) {
      throw failed("audit", failure);
    }
    Map<String, Managed> others = others(recipe);
    Map<String, Callable<?>> starts = new LinkedHashMap<>();
    starts.put("input", () -> startSource(recipe, json, environment));
    starts.put("rules", () -> startRules(recipe, environment));
    if (LogFields.areLogged()) {
      starts.put(
          "log",
          () -> {
            LogFields.prepare();
            return null;
          });
    }
    others.forEach((name, resource) -> starts.put(name, () -> start(resource, environment)));
    starts.put(
        "temp",
        () -> {
          TempFolder.clear(recipe.settings());
          return null;
        });
    join(starts);
    prime(recipe, json);
    environment.end();
    announce(environment.handler());
    if (!environment.awaitsSnapshot()) {
      return null;
    }
    Map<String, Managed> rest = new LinkedHashMap<>(Map.of("rules", recipe.rules()));
    rest.putAll(others);
    return Snapshot.register(environment, recipe.audit(), rest);
  }

  /** Makes a recipe; whatever that throws stays inside. */
  static Recipe<?, ?, ?> made(Supplier<? extends Recipe<?, ?, ?>> recipe) {
    try {
      return Objects.requireNonNull(recipe.get(), "The supplier made no recipe.");
    } catch (Throwable failure) {
      throw failed("recipe", failure);
    }
  }

  /** Refuses an environment in which nothing should be started. */
  private static void check(Recipe<?, ?, ?> recipe) {
    try {
      SerializationFloor.require();
      EnvironmentCheck.require(recipe.settings(), recipe.uses());
      ClassPathCheck.require(recipe.settings());
    } catch (Throwable failure) {
      throw failed("a check of the environment", failure);
    }
  }

  /** Pays ahead for the first event, where nobody waits for it. */
  private static void prime(Recipe<?, ?, ?> recipe, StrictJson json) {
    if (Priming.isAhead(recipe.settings())) {
      try {
        Priming.run(recipe, json);
      } catch (Throwable failure) {
        throw failed("a sample", failure);
      }
    }
  }

  /** What is started beside sink, source and rules, by name: each resource once. */
  private static Map<String, Managed> others(Recipe<?, ?, ?> recipe) {
    Set<Managed> known = Collections.newSetFromMap(new IdentityHashMap<>());
    known.add(recipe.audit());
    known.add(recipe.rules());
    Map<String, Managed> others = new LinkedHashMap<>();
    if (known.add(recipe.caller())) {
      others.put("caller", recipe.caller());
    }
    Quarantine quarantine = recipe.source().quarantine();
    if (quarantine != null && known.add(quarantine)) {
      others.put("quarantine", quarantine);
    }
    if (known.add(recipe.permit())) {
      others.put("permit", recipe.permit());
    }
    for (PathObserver observer : recipe.observers()) {
      if (observer instanceof Managed resource && known.add(resource)) {
        others.put("observedBy, " + resource.getClass().getName(), resource);
      }
    }
    for (int i = 0; i < recipe.uses().size(); i++) {
      Managed resource = recipe.uses().get(i);
      if (known.add(resource)) {
        others.put("uses, resource " + (i + 1) + ", " + resource.getClass().getName(), resource);
      }
    }
    return others;
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

  private static Void startSource(Recipe<?, ?, ?> recipe, StrictJson json, Environment environment)
      throws Exception {
    if (recipe.source().bindsInput()) {
      json.prepare(recipe.source().input(), recipe.source().output());
    } else {
      json.prepareOutput(recipe.source().output());
    }
    recipe.source().start(environment, json);
    return null;
  }

  /** Says what the handler demands; what it does not demand is said louder. */
  private static void announce(HandlerDescription handler) {
    String line =
        String.format(
            "%s has started. Source: %s. Caller: %s. Rules: %s. Permit: %s. Audit: %s. Uses: %s.",
            handler.handler(),
            handler.source(),
            handler.caller(),
            handler.rules(),
            handler.permit(),
            handler.audit(),
            handler.uses().isEmpty() ? "nothing" : String.join(", ", handler.uses()));
    if (line.contains(Insecure.INSECURE)) {
      OperatorLog.warn(line);
    } else {
      OperatorLog.info(line);
    }
  }

  /** Runs everything side by side, and fails as the first of them in order fails. */
  static void join(Map<String, Callable<?>> starts) {
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
