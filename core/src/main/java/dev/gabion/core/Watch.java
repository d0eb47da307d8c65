package dev.gabion.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts invocations off shortly before the platform would, so that their outcome is on the trail
 * though user code still runs.
 *
 * <p>One daemon thread for all of an environment's invocations, started by the first of them and
 * ended after a minute without any. While there are invocations it looks once a second, since a
 * clock may jump, and when the next is due; so an event that ends in time wakes nobody.
 */
final class Watch {
  private static final long LOOK_MILLIS = 1_000;
  private static final long IDLE_MILLIS = 60_000;

  private final Consumer<Throwable> examine;
  private final Set<Invocation> watched = Collections.newSetFromMap(new IdentityHashMap<>());
  private @Nullable Thread thread;

  /** Whether any began since the last look. */
  private boolean busy;

  /** Whether the thread waits until one begins. */
  private boolean idle;

  /** Tells {@code examine} of what keeps an outcome from being recorded. */
  Watch(Consumer<Throwable> examine) {
    this.examine = examine;
  }

  synchronized void begin(Invocation invocation) {
    watched.add(invocation);
    busy = true;
    if (thread == null) {
      thread = new Thread(null, this::run, "gabion-watch", 0, false); // inherits nobody's locals
      thread.setDaemon(true);
      thread.start();
    } else if (idle || invocation.dueInMillis() < LOOK_MILLIS) {
      idle = false;
      notifyAll();
    }
  }

  synchronized void end(Invocation invocation) {
    watched.remove(invocation);
  }

  private void run() {
    for (List<Invocation> due = next(); !due.isEmpty(); due = next()) {
      for (Invocation invocation : due) {
        try {
          invocation.cut();
        } catch (Throwable unrecorded) {
          examine.accept(unrecorded);
          OperatorLog.error("An outcome was not recorded.", unrecorded);
        }
      }
    }
  }

  /** Waits for those that are due; none once there was nothing to watch for long. */
  private synchronized List<Invocation> next() {
    while (true) {
      if (watched.isEmpty() && !busy) {
        idle = true;
        pause(IDLE_MILLIS);
        idle = false;
        if (!busy) {
          thread = null;
          return List.of();
        }
      }
      busy = false;
      long pause = LOOK_MILLIS;
      List<Invocation> due = new ArrayList<>();
      for (Invocation invocation : watched) {
        long millis = invocation.dueInMillis();
        if (millis <= 0) {
          due.add(invocation);
        }
        pause = Math.min(pause, millis);
      }
      if (!due.isEmpty()) {
        due.forEach(watched::remove);
        return due;
      }
      pause(pause);
    }
  }

  @SuppressWarnings("WaitNotInLoop") // whatever woke it, next() looks again
  private void pause(long millis) {
    try {
      wait(millis);
    } catch (InterruptedException nobodys) {
      // Whoever interrupts this thread does not end the watch.
    }
  }
}
