package dev.gabion.events;

import dev.gabion.core.Rejection;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Undoes gzip (RFC 1952) of exactly one member: what stood behind it would be input that whoever
 * reads the first member alone never saw.
 */
final class Gzip {
  private static final int HEADER = 10;
  private static final int TRAILER = 8;

  /** Section 2.3.1: header checksum, extra field, name, comment; no other flag is defined. */
  private static final int CHECKSUM = 2;

  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int DEFINED = 31;

  private final byte[] bytes;
  private int at;

  private Gzip(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Inflates a body.
   *
   * @throws Rejection {@code MALFORMED} if it is not gzip, {@code TOO_LARGE} as soon as it inflates
   *     to more than {@code limit} bytes
   */
  static byte[] inflate(byte[] bytes, int limit) {
    Gzip gzip = new Gzip(bytes);
    gzip.skipHeader();
    return gzip.member(limit);
  }

  private void skipHeader() {
    require(bytes.length >= HEADER + TRAILER);
    require(bytes[0] == (byte) 0x1f && bytes[1] == (byte) 0x8b && bytes[2] == 8);
    int flags = bytes[3];
    require((flags & ~DEFINED) == 0);
    at = HEADER;
    if ((flags & EXTRA) != 0) {
      require(at + 2 <= bytes.length);
      at += 2 + (bytes[at] & 0xff) + ((bytes[at + 1] & 0xff) << 8);
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & CHECKSUM) != 0) {
      at += 2;
    }
    require(at + TRAILER <= bytes.length);
  }

  private void skipText() {
    while (at < bytes.length && bytes[at] != 0) {
      at++;
    }
    at++;
  }

  private byte[] member(int limit) {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(bytes, at, bytes.length - at);
      ByteArrayOutputStream inflated = new ByteArrayOutputStream();
      CRC32 checksum = new CRC32();
      byte[] some = new byte[8192];
      while (!inflater.finished()) {
        int count = inflater.inflate(some);
        require(count > 0 || inflater.finished()); // else the input has ended too early
        if (count > limit - inflated.size()) {
          throw HttpBody.tooLarge();
        }
        inflated.write(some, 0, count);
        checksum.update(some, 0, count);
      }
      requireTrailer(inflater.getRemaining(), (int) checksum.getValue(), inflated.size());
      return inflated.toByteArray();
    } catch (DataFormatException malformed) {
      throw malformed();
    } finally {
      inflater.end();
    }
  }

  private void requireTrailer(int left, int checksum, int size) {
    require(left == TRAILER);
    ByteBuffer trailer =
        ByteBuffer.wrap(bytes, bytes.length - TRAILER, TRAILER).order(ByteOrder.LITTLE_ENDIAN);
    require(trailer.getInt() == checksum && trailer.getInt() == size);
  }

  private static void require(boolean kept) {
    if (!kept) {
      throw malformed();
    }
  }

  private static Rejection malformed() {
    return Rejection.of(Rejection.Code.MALFORMED, "gzip");
  }
}
