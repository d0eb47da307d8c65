package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The two files that a function's output goes to: standard output and error in one, telemetry
 * frames in the other.
 *
 * <p>Files, not pipes: whatever was written before a reply is there once the reply is.
 */
final class RuntimeLog {
  private final Path output;
  private final Path telemetry;

  RuntimeLog(Path folder) throws IOException {
    this.output = Files.createFile(folder.resolve("output.log"));
    this.telemetry = Files.createFile(folder.resolve("telemetry.log"));
  }

  Path output() {
    return output;
  }

  Path telemetry() {
    return telemetry;
  }

  /** How far the log has come. */
  Mark mark() {
    return new Mark(output.toFile().length(), telemetry.toFile().length());
  }

  Slice whole() {
    return since(new Mark(0, 0));
  }

  Slice since(Mark mark) {
    List<LogFrame> before = LogFrame.parse(read(telemetry, 0, mark.telemetry()));
    List<LogFrame> all = LogFrame.parse(read(telemetry, 0, telemetry.toFile().length()));
    return new Slice(
        read(output, mark.output(), output.toFile().length()),
        List.copyOf(all.subList(before.size(), all.size())));
  }

  /** The last lines, to be read by whoever wonders why a test failed. */
  String tail() {
    List<String> lines = whole().lines();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
  }

  private static byte[] read(Path file, long from, long to) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[Math.toIntExact(to - from)];
      in.seek(from);
      in.readFully(bytes);
      return bytes;
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  /** A place in both files. */
  record Mark(long output, long telemetry) {}

  /** A part of the log: raw output, and the frames beside it. */
  @SuppressWarnings("ArrayRecordComponent") // copied by whoever hands it out
  record Slice(byte[] output, List<LogFrame> frames) {
    static final Slice EMPTY = new Slice(new byte[0], List.of());

    /** Everything that reached the log, raw output first, each frame from a new line on. */
    byte[] bytes() {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(output);
      for (LogFrame frame : frames) {
        if (all.size() > 0 && !endsLine(all)) {
          all.write('\n');
        }
        all.writeBytes(frame.message().getBytes(UTF_8));
      }
      return all.toByteArray();
    }

    List<String> lines() {
      return new String(bytes(), UTF_8).lines().filter(line -> !line.isEmpty()).toList();
    }

    private static boolean endsLine(ByteArrayOutputStream bytes) {
      byte[] written = bytes.toByteArray();
      return written[written.length - 1] == '\n';
    }
  }
}
