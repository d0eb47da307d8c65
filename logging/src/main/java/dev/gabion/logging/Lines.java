package dev.gabion.logging;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where finished lines go. */
interface Lines {
  /**
   * Takes one line.
   *
   * @param buffer begins with the line and its line break
   * @param length the number of bytes to the line break, that included
   * @throws IOException if it was not taken
   */
  void write(byte[] buffer, int length) throws IOException;

  /** Adds lines to a file, which is there once the first is written. */
  static Lines of(Path file) {
    return (buffer, length) -> {
      try (OutputStream end =
          Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        end.write(buffer, 0, length);
      }
    };
  }
}
