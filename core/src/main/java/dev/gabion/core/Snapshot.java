package dev.gabion.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/**
 * Has a handler's resources wiped before the snapshot of its environment is taken, and woken after
 * each restore.
 *
 * <p>The runtime holds what is registered weakly: the handler must hold this.
 */
final class Snapshot implements Resource {
  private final InitEnvironment environment;
  private final AuditSink audit;
  private final Map<String, Managed> others;

  private Snapshot(InitEnvironment environment, AuditSink audit, Map<String, Managed> others) {
    this.environment = environment;
    this.audit = audit;
    this.others = others;
  }

  static Snapshot register(
      InitEnvironment environment, AuditSink audit, Map<String, Managed> others) {
    Snapshot snapshot = new Snapshot(environment, audit, others);
    Core.getGlobalContext().register(snapshot);
    return snapshot;
  }

  /**
   * Wipes in the reverse order of the start, the sink last.
   *
   * @throws InvocationFailed if one of them fails, and with it the snapshot; the rest is wiped
   *     still
   */
  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) {
    List<Map.Entry<String, Managed>> reversed = new ArrayList<>(others.entrySet());
    Collections.reverse(reversed);
    reversed.add(Map.entry("audit", audit));
    InvocationFailed failed = null;
    for (Map.Entry<String, Managed> resource : reversed) {
      try {
        resource.getValue().beforeSnapshot();
      } catch (Throwable failure) {
        failed = Startup.failed("wiping " + resource.getKey(), failure);
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  /**
   * Wakes the sink, then everything else side by side.
   *
   * @throws InvocationFailed if one of them fails: this environment serves nobody
   */
  @Override
  public void afterRestore(Context<? extends Resource> context) {
    InitEnvironment restored = environment.restored();
    try {
      audit.afterRestore(restored);
    } catch (Throwable failure) {
      throw Startup.failed("waking audit", failure);
    }
    Map<String, Callable<?>> wakes = new LinkedHashMap<>();
    others.forEach(
        (name, resource) ->
            wakes.put(
                "waking " + name,
                () -> {
                  resource.afterRestore(restored);
                  return null;
                }));
    if (!wakes.isEmpty()) {
      Startup.join(wakes);
    }
    restored.end();
  }
}
