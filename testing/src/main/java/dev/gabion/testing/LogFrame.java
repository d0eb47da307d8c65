package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.logging.LogFormat;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * One message that the runtime client wrote to the telemetry descriptor.
 *
 * <p>On the wire: a type (magic {@code 0xa55a0000}, level in bits 2 and up, bit 1 for the time
 * stamp, format in bit 0), a length, microseconds since the epoch, all big-endian, and the message.
 *
 * @param level the level it was logged at; undefined where none was named
 * @param format the function's log format
 * @param time when, to the microsecond
 * @param message the message; bytes that are not UTF-8 are replaced
 */
public record LogFrame(LogLevel level, LogFormat format, Instant time, String message) {
  private static final int HEADER_BYTES = 16;
  private static final int MAGIC = 0xa55a;

  /** Reads every whole frame; what follows the last one is still being written. */
  @SuppressWarnings("EnumOrdinal") // the runtime client puts ordinals on the wire
  static List<LogFrame> parse(byte[] telemetry) {
    ByteBuffer buffer = ByteBuffer.wrap(telemetry).order(ByteOrder.BIG_ENDIAN);
    List<LogFrame> frames = new ArrayList<>();
    while (buffer.remaining() >= HEADER_BYTES) {
      int type = buffer.getInt();
      int length = buffer.getInt();
      long micros = buffer.getLong();
      if (type >>> 16 != MAGIC || length < 0) {
        throw new IllegalStateException("The telemetry descriptor does not carry frames.");
      }
      if (length > buffer.remaining()) {
        return frames;
      }
      byte[] message = new byte[length];
      buffer.get(message);
      frames.add(
          new LogFrame(
              LogLevel.values()[(type & 0xffff) >>> 2],
              LogFormat.values()[type & 1],
              Instant.EPOCH.plus(micros, ChronoUnit.MICROS),
              new String(message, UTF_8)));
    }
    return frames;
  }
}
