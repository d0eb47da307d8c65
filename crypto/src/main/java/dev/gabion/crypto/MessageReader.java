package dev.gabion.crypto;

import dev.gabion.crypto.FrameCipher.Part;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Arrays;

/**
 * Opens messages of message format version 2 of the AWS Encryption SDK, once their data key is
 * known.
 *
 * <p>In this order: the key is the one that the message commits to; the header's tag holds; the
 * body has the form of a whole message and nothing follows it; the signature holds, where there is
 * one; each frame's tag holds. Facts: AWS Encryption SDK specification, {@code
 * client-apis/decrypt.md} and {@code data-format/message-body.md}.
 */
final class MessageReader {
  private MessageReader() {}

  /**
   * Opens a whole message, and gives its plaintext only if every byte of it is proven.
   *
   * @param message the array from which {@code header} was parsed
   * @throws Refused if it is not
   * @throws IllegalStateException if the data key is closed
   */
  static byte[] open(byte[] message, MessageHeader header, DataKey dataKey) throws Refused {
    try (MessageKeys keys = MessageKeys.derive(header.suite(), dataKey, header.messageId())) {
      FrameCipher cipher = proven(header, keys);
      Body body = header.framed() ? frames(message, header) : whole(message, header);
      if (header.suite().signed()) {
        verify(message, header, body.end);
      } else if (body.end != message.length) {
        throw Refused.because(Refused.Reason.TRAILING_BYTES);
      }
      return opened(cipher, message, header, body);
    }
  }

  /**
   * Opens a message while it arrives, in memory bounded by {@link Bounds#frameBytes}: each frame is
   * proven before any of it is released, and the end is proven before the last frame is.
   *
   * <p>Until {@code read} has said that the end is reached, what came is the beginning of a
   * message, and perhaps of a cut one; a message that is cut short always ends in {@link Refused}.
   * Closing earlier reads and proves the rest, so that it ends so then, too. A body without frames
   * is held whole, within the bound of a frame.
   *
   * @param rest what follows the header that {@link MessageHeader#read} read from it
   * @throws Refused if the header is not proven
   * @throws IllegalStateException if the data key is closed
   */
  static InputStream stream(InputStream rest, MessageHeader header, DataKey dataKey, Bounds bounds)
      throws Refused {
    if (header.suite().signed()) {
      throw Refused.because(Refused.Reason.SIGNED_STREAM);
    }
    MessageKeys keys = MessageKeys.derive(header.suite(), dataKey, header.messageId());
    try {
      return new MessageInput(proven(header, keys), keys, header, bounds, rest);
    } catch (Refused refused) {
      keys.close();
      throw refused;
    }
  }

  private static FrameCipher proven(MessageHeader header, MessageKeys keys) throws Refused {
    if (!keys.committed(header.commitment())) {
      throw Refused.because(Refused.Reason.COMMITMENT);
    }
    FrameCipher cipher = FrameCipher.opening(keys.encryption(), header.messageId());
    cipher.openHeader(header.array(), header.size());
    return cipher;
  }

  /** How many frames come before the last, how long that one is, and where it ends. */
  private record Body(int before, int last, int end) {}

  /** Walks over the frames of a message without opening them. */
  private static Body frames(byte[] message, MessageHeader header) throws Refused {
    ByteBuffer rest = ByteBuffer.wrap(message, header.size(), message.length - header.size());
    long length = header.frameLength();
    for (long sequence = 1; ; sequence++) {
      require(rest, 4);
      if (rest.getInt() == -1) {
        require(rest, 4 + Suite.IV_BYTES + 4);
        refuseOtherSequence(rest.getInt(), sequence);
        skip(rest, Suite.IV_BYTES);
        long last = Integer.toUnsignedLong(rest.getInt());
        if (last > length) {
          throw Refused.because(Refused.Reason.CONTENT_LENGTH);
        }
        skip(rest, last + Suite.TAG_BYTES);
        return new Body((int) sequence - 1, (int) last, rest.position());
      }
      refuseOtherSequence(rest.getInt(rest.position() - 4), sequence);
      skip(rest, Suite.IV_BYTES + length + Suite.TAG_BYTES);
    }
  }

  private static Body whole(byte[] message, MessageHeader header) throws Refused {
    ByteBuffer rest = ByteBuffer.wrap(message, header.size(), message.length - header.size());
    require(rest, Suite.IV_BYTES + 8);
    skip(rest, Suite.IV_BYTES);
    long length = rest.getLong();
    if (length < 0) {
      throw Refused.because(Refused.Reason.CONTENT_LENGTH);
    }
    skip(rest, length);
    skip(rest, Suite.TAG_BYTES);
    return new Body(0, (int) length, rest.position());
  }

  private static void verify(byte[] message, MessageHeader header, int end) throws Refused {
    ByteBuffer rest = ByteBuffer.wrap(message, end, message.length - end);
    require(rest, 2);
    int length = Short.toUnsignedInt(rest.getShort());
    require(rest, length);
    if (rest.remaining() > length) {
      throw Refused.because(Refused.Reason.TRAILING_BYTES);
    }
    try {
      Signature verifier = SigningKey.verifier(header.context());
      verifier.update(message, 0, end);
      if (SigningKey.canonical(message, rest.position(), length)
          && verifier.verify(message, rest.position(), length)) {
        return;
      }
    } catch (SignatureException malformed) {
      // Refused below, like one that does not hold.
    }
    throw Refused.because(Refused.Reason.SIGNATURE);
  }

  private static byte[] opened(FrameCipher cipher, byte[] message, MessageHeader header, Body body)
      throws Refused {
    int length = body.before == 0 ? 0 : (int) header.frameLength();
    byte[] plaintext = new byte[body.before * length + body.last];
    try {
      int iv = header.size() + 4;
      for (int i = 0; i < body.before; i++) {
        cipher.next(Part.FRAME, i + 1L, length, message, iv);
        cipher.open(message, iv + Suite.IV_BYTES, length, plaintext, i * length);
        iv += length + MessageWriter.FRAME_EXTRA;
      }
      Part last = header.framed() ? Part.FINAL_FRAME : Part.WHOLE;
      int from = body.end - Suite.TAG_BYTES - body.last;
      iv = from - Suite.IV_BYTES - (header.framed() ? 4 : 8);
      cipher.next(last, body.before + 1L, body.last, message, iv);
      cipher.open(message, from, body.last, plaintext, plaintext.length - body.last);
      return plaintext;
    } catch (Refused refused) {
      Arrays.fill(plaintext, (byte) 0);
      throw refused;
    }
  }

  static void refuseOtherSequence(int found, long sequence) throws Refused {
    if (Integer.toUnsignedLong(found) != sequence) {
      throw Refused.because(Refused.Reason.SEQUENCE);
    }
  }

  private static void require(ByteBuffer rest, int length) throws Refused {
    if (rest.remaining() < length) {
      throw Refused.because(Refused.Reason.TRUNCATED);
    }
  }

  private static void skip(ByteBuffer rest, long length) throws Refused {
    if (rest.remaining() < length) {
      throw Refused.because(Refused.Reason.TRUNCATED);
    }
    rest.position(rest.position() + (int) length);
  }
}
