package dev.gabion.core;

import java.util.ArrayList;
import java.util.List;

/** What may be said of something thrown: class names and places, never a message. */
final class Causes {
  private static final int DEPTH = 5;
  private static final int FRAMES = 6;

  private Causes() {}

  /**
   * One line for each throwable in the chain, outermost first, at most five. What is thrown may be
   * hostile: one that fails to give its cause or its places is said without them.
   */
  static List<String> of(Throwable thrown) {
    List<String> causes = new ArrayList<>();
    for (Throwable cause : chain(thrown)) {
      causes.add(place(cause));
    }
    return causes;
  }

  /** The same as one line. */
  static String line(Throwable thrown) {
    return String.join(" < ", of(thrown));
  }

  /** The chain of causes, at most five, so that a cycle ends. */
  static List<Throwable> chain(Throwable thrown) {
    List<Throwable> chain = new ArrayList<>();
    Throwable cause = thrown;
    while (cause != null && chain.size() < DEPTH) {
      chain.add(cause);
      try {
        cause = cause.getCause();
      } catch (Throwable hostile) {
        break; // an exception's own code failed: what is known so far is said
      }
    }
    return chain;
  }

  private static String place(Throwable cause) {
    StringBuilder line = new StringBuilder(cause.getClass().getName());
    try {
      StackTraceElement[] frames = cause.getStackTrace();
      for (int i = 0; i < Math.min(FRAMES, frames.length); i++) {
        line.append(" at ")
            .append(frames[i].getClassName())
            .append('.')
            .append(frames[i].getMethodName())
            .append(':')
            .append(frames[i].getLineNumber());
      }
    } catch (Throwable hostile) {
      line.append(" at an unknown place");
    }
    return line.toString();
  }
}
