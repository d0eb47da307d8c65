package dev.gabion.core;

import java.util.ArrayList;
import java.util.List;

/** What may be said of something thrown: class names and places, never a message. */
final class Causes {
  private static final int DEPTH = 5;
  private static final int FRAMES = 6;

  private Causes() {}

  /** One line for each throwable in the chain, outermost first, at most five. */
  static List<String> of(Throwable thrown) {
    List<String> causes = new ArrayList<>();
    Throwable cause = thrown;
    while (cause != null && causes.size() < DEPTH) {
      StringBuilder line = new StringBuilder(cause.getClass().getName());
      StackTraceElement[] frames = cause.getStackTrace();
      for (int i = 0; i < Math.min(FRAMES, frames.length); i++) {
        line.append(" at ")
            .append(frames[i].getClassName())
            .append('.')
            .append(frames[i].getMethodName())
            .append(':')
            .append(frames[i].getLineNumber());
      }
      causes.add(line.toString());
      cause = cause.getCause();
    }
    return causes;
  }
}
