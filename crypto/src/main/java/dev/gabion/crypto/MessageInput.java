package dev.gabion.crypto;

import dev.gabion.crypto.FrameCipher.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Gives the plaintext of frames as they arrive, each only after its tag was checked. */
final class MessageInput extends InputStream {
  /** How much is held before a frame's length is believed. */
  private static final int STEP = 1 << 16;

  private final FrameCipher cipher;
  private final MessageKeys keys;
  private final MessageHeader header;
  private final Bounds bounds;
  private final InputStream rest;
  private final byte[] iv = new byte[Suite.IV_BYTES];
  private byte[] ciphertext = new byte[4 + Suite.IV_BYTES + 8];
  private byte[] plaintext = new byte[0];
  private int at;
  private int end;
  private long sequence = 1;
  private boolean whole;
  private boolean closed;
  private @Nullable IOException failure;

  MessageInput(
      FrameCipher cipher, MessageKeys keys, MessageHeader header, Bounds bounds, InputStream rest) {
    this.cipher = cipher;
    this.keys = keys;
    this.header = header;
    this.bounds = bounds;
    this.rest = rest;
  }

  @Override
  public int read() throws IOException {
    return more() ? plaintext[at++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    if (length == 0) {
      return 0;
    }
    if (!more()) {
      return -1;
    }
    int step = Math.min(length, end - at);
    System.arraycopy(plaintext, at, to, offset, step);
    at += step;
    return step;
  }

  @Override
  public int available() {
    return end - at;
  }

  /** Whether there is plaintext; false at the end of a message that was whole. */
  private boolean more() throws IOException {
    if (closed) {
      throw new IOException("This message is closed.");
    }
    while (at == end && !whole) {
      next();
    }
    return at < end;
  }

  private void next() throws IOException {
    if (failure != null) {
      throw failure;
    }
    // Whatever ends this early, nothing comes after it.
    failure = Refused.because(Refused.Reason.TRUNCATED);
    boolean proven = false;
    try {
      if (header.framed()) {
        frame();
      } else {
        unframed();
      }
      failure = null;
      proven = true;
    } catch (IOException refused) {
      failure = refused;
      throw refused;
    } finally {
      if (!proven) { // also where the stream throws something else
        at = 0;
        end = 0;
        Arrays.fill(plaintext, (byte) 0);
      }
    }
  }

  private void frame() throws IOException {
    int mark = take(4).getInt();
    if (mark != -1) {
      MessageReader.refuseOtherSequence(mark, sequence);
      take(Suite.IV_BYTES).get(iv);
      open(Part.FRAME, (int) header.frameLength());
      sequence++;
      return;
    }
    ByteBuffer head = take(4 + Suite.IV_BYTES + 4);
    MessageReader.refuseOtherSequence(head.getInt(), sequence);
    head.get(iv);
    long length = Integer.toUnsignedLong(head.getInt());
    if (length > header.frameLength()) {
      throw Refused.because(Refused.Reason.CONTENT_LENGTH);
    }
    last(Part.FINAL_FRAME, (int) length);
  }

  private void unframed() throws IOException {
    ByteBuffer head = take(Suite.IV_BYTES + 8);
    head.get(iv);
    long length = head.getLong();
    if (length < 0 || length > bounds.frameBytes()) {
      throw Refused.because(Refused.Reason.FRAME_TOO_LONG);
    }
    last(Part.WHOLE, (int) length);
  }

  private void last(Part part, int length) throws IOException {
    open(part, length);
    if (rest.read() != -1) {
      throw Refused.because(Refused.Reason.TRAILING_BYTES);
    }
    whole = true;
  }

  private void open(Part part, int length) throws IOException {
    at = 0;
    end = 0;
    take(length + Suite.TAG_BYTES);
    if (plaintext.length < length) {
      Arrays.fill(plaintext, (byte) 0);
      plaintext = new byte[length];
    }
    cipher.next(part, sequence, length, iv, 0);
    cipher.open(ciphertext, 0, length, plaintext, 0);
    end = length;
  }

  /** The next bytes, in memory that grows as they arrive. */
  private ByteBuffer take(int length) throws IOException {
    int filled = 0;
    while (filled < length) {
      if (filled == ciphertext.length) {
        ciphertext = Arrays.copyOf(ciphertext, Math.min(length, Math.max(STEP, 2 * filled)));
      }
      int step = Math.min(length, ciphertext.length) - filled;
      if (rest.readNBytes(ciphertext, filled, step) < step) {
        throw Refused.because(Refused.Reason.TRUNCATED);
      }
      filled += step;
    }
    return ByteBuffer.wrap(ciphertext, 0, length);
  }

  /**
   * Reads and proves the rest of the message, unless it has failed before; wipes; closes what it
   * reads from. Does nothing the second time.
   *
   * @throws Refused if the message is not whole
   */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (rest;
        keys) {
      while (!whole && failure == null) {
        next();
      }
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }
}
