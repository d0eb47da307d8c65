package dev.gabion.logging;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many bytes each invocation may write before its lines become brief: what bounds the cost of a
 * batch, however many records it has and whatever is in them. Not safe for several threads.
 */
final class Allowance {
  /** The bytes of lines in full. */
  static final int BYTES = 1024 * 1024;

  /** How many invocations are known at once: more than an environment serves side by side. */
  private static final int INVOCATIONS = 256;

  private final Map<String, Long> written =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > INVOCATIONS;
        }
      };

  boolean usedUp(String requestId) {
    return written.getOrDefault(requestId, 0L) >= BYTES;
  }

  void add(String requestId, long bytes) {
    written.put(requestId, written.getOrDefault(requestId, 0L) + bytes);
  }

  void forget(String requestId) {
    written.remove(requestId);
  }
}
