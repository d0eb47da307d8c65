package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gabion.core.StandardOutput;
import java.io.IOException;
import java.time.Instant;

/** What this room has to say to whoever runs the function: one line of JSON, with a level. */
final class OperatorLines {
  private OperatorLines() {}

  /** More secrets were issued than are kept out of lines. */
  static void full() {
    warn(
        "more than "
            + KnownSecrets.FORMS
            + " forms of secrets were issued: the ones issued longest ago are no longer scrubbed.");
  }

  private static void warn(String message) {
    String line =
        "{\"timestamp\":\"%s\",\"level\":\"WARN\",\"message\":\"Gabion: %s\"}"
            .formatted(Instant.now(), message);
    try {
      StandardOutput.writeLine(line.getBytes(US_ASCII));
    } catch (IOException full) {
      return; // there is nowhere else to say it
    }
  }
}
