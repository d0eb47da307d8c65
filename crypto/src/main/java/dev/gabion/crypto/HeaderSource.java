package dev.gabion.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a header, taken in field by field and kept, because their tag comes last.
 *
 * <p>From a stream no byte is read before it is asked for, and memory grows with what has arrived,
 * not with what a length announces.
 */
final class HeaderSource {
  private static final int STEP = 512;

  private final @Nullable InputStream more;
  private final int limit;
  private byte[] bytes;
  private int position;

  private HeaderSource(byte[] bytes, int limit, @Nullable InputStream more) {
    this.bytes = bytes;
    this.limit = limit;
    this.more = more;
  }

  /** The beginning of an array. */
  static HeaderSource of(byte[] message) {
    return new HeaderSource(message, message.length, null);
  }

  /** What comes next in a stream. */
  static HeaderSource of(InputStream message) {
    return new HeaderSource(new byte[STEP], Integer.MAX_VALUE, message);
  }

  int u8() throws IOException {
    return bytes[take(1)] & 0xFF;
  }

  int u16() throws IOException {
    int at = take(2);
    return ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
  }

  long u32() throws IOException {
    return ((long) u16() << 16) | u16();
  }

  byte[] bytes(int length) throws IOException {
    int at = take(length);
    return Arrays.copyOfRange(bytes, at, at + length);
  }

  /** How many bytes were taken. */
  int position() {
    return position;
  }

  /** What was taken, at the beginning of an array; not a copy. */
  byte[] array() {
    return bytes;
  }

  /** Takes the next bytes and says where they begin. */
  private int take(int length) throws IOException {
    int from = position;
    if (more == null) {
      if (length > limit - from) {
        throw Refused.because(Refused.Reason.TRUNCATED);
      }
    } else {
      fill(more, from + length);
    }
    position = from + length;
    return from;
  }

  private void fill(InputStream source, int end) throws IOException {
    int filled = position;
    while (filled < end) {
      if (filled == bytes.length) {
        bytes = Arrays.copyOf(bytes, 2 * filled);
      }
      int step = Math.min(end, bytes.length) - filled;
      if (source.readNBytes(bytes, filled, step) < step) {
        throw Refused.because(Refused.Reason.TRUNCATED);
      }
      filled += step;
    }
  }
}
