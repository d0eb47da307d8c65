package dev.gabion.core;

import java.time.Instant;

/**
 * What Gabion itself has to say to whoever runs the function: one line of JSON on standard error,
 * so that it has a level whatever the function's log format. Names and places, never values.
 */
final class OperatorLog {
  private OperatorLog() {}

  static void info(String message) {
    write("INFO", message);
  }

  static void warn(String message) {
    write("WARN", message);
  }

  static void error(String message) {
    write("ERROR", message);
  }

  /** Says what failed and where it came from: classes and places, never a message. */
  static void error(String message, Throwable cause) {
    write("ERROR", message + " " + Causes.line(cause));
  }

  private static void write(String level, String message) {
    StringBuilder line = new StringBuilder(128 + message.length());
    line.append("{\"timestamp\":\"").append(Instant.now());
    line.append("\",\"level\":\"").append(level).append("\",\"message\":\"Gabion: ");
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
