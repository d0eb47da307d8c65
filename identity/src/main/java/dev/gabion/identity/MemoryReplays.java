package dev.gabion.identity;

import dev.gabion.core.Scope;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Set;

/** Messages of one environment, each until its time is over. */
final class MemoryReplays implements ReplayStore {
  private static final int MOST = 1_000_000;

  private final int most;
  private final InstantSource clock;

  // Guarded by this.
  private final Set<String> known = new HashSet<>();
  private final PriorityQueue<Known> byTime =
      new PriorityQueue<>(Comparator.comparing(Known::until));

  private record Known(String message, Instant until) {}

  MemoryReplays(int most, InstantSource clock) {
    if (most < 1 || most > MOST) {
      throw new IllegalArgumentException("A store of replays holds 1 to " + MOST + " messages.");
    }
    this.most = most;
    this.clock = clock;
  }

  @Override
  public synchronized boolean isFirst(String message, Instant until, Scope scope) {
    forget(clock.instant());
    if (known.contains(message)) {
      return false;
    }
    if (known.size() == most) {
      throw new IllegalStateException(
          "The store of replays is full: give it more room than messages come in its window.");
    }
    known.add(message);
    byTime.add(new Known(message, until));
    return true;
  }

  private void forget(Instant now) {
    for (Known next = byTime.peek();
        next != null && next.until().isBefore(now);
        next = byTime.peek()) {
      byTime.remove();
      known.remove(next.message());
    }
  }

  @Override
  public String describe() {
    return "replays in memory";
  }
}
