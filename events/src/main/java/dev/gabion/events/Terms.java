package dev.gabion.events;

import dev.gabion.core.Quarantine;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What a record source's user has chosen of what becomes of its records. */
record Terms(@Nullable Quarantine quarantine, int attempts, @Nullable Executor executor) {
  static final Terms PLAIN = new Terms(null, 0, null);

  Terms quarantine(Quarantine other) {
    return new Terms(other, attempts, executor);
  }

  Terms quarantine(Quarantine other, int most) {
    if (most < 1) {
      throw new IllegalArgumentException("A message is tried at least once.");
    }
    return new Terms(other, most, executor);
  }

  Terms together(Executor other) {
    return new Terms(quarantine, attempts, other);
  }
}
