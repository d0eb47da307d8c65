package dev.gabion.crypto;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;

/** Takes plaintext and writes frames; a full frame waits until it is known not to be the last. */
final class MessageOutput extends OutputStream {
  private final FrameCipher cipher;
  private final MessageKeys keys;
  private final OutputStream to;
  private final byte[] plaintext;
  private final byte[] frame;
  private int held;
  private long sequence;
  private boolean broken;
  private boolean closed;

  MessageOutput(
      FrameCipher cipher, MessageKeys keys, OutputStream to, int frameLength, long sequence) {
    this.sequence = sequence;
    this.cipher = cipher;
    this.keys = keys;
    this.to = to;
    this.plaintext = new byte[frameLength];
    this.frame = new byte[frameLength + MessageWriter.FINAL_FRAME_EXTRA];
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] some, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, some.length);
    if (closed || broken) {
      throw new IOException("This message is closed, or a write has failed.");
    }
    int from = offset;
    int end = offset + length;
    while (from < end) {
      if (held == plaintext.length) {
        regular();
      }
      int step = Math.min(plaintext.length - held, end - from);
      System.arraycopy(some, from, plaintext, held, step);
      held += step;
      from += step;
    }
  }

  private void regular() throws IOException {
    broken = true;
    if (sequence == FrameCipher.LAST_SEQUENCE) {
      throw new IOException("A message has at most 2^32 - 1 frames: choose longer ones.");
    }
    int end = MessageWriter.frame(cipher, sequence, plaintext, 0, held, frame, 0);
    to.write(frame, 0, end);
    sequence++;
    held = 0;
    broken = false;
  }

  /** Hands on what was written: the frame that is being filled stays. */
  @Override
  public void flush() throws IOException {
    to.flush();
  }

  /**
   * Writes the last frame, unless a write has failed; wipes; closes what it writes to. Does nothing
   * the second time.
   */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (to;
        keys) {
      if (!broken) {
        int end = MessageWriter.finalFrame(cipher, sequence, plaintext, 0, held, frame, 0);
        to.write(frame, 0, end);
      }
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  /** Wipes, and leaves the message unfinished: no reader takes it for a whole one. */
  void abandon() {
    closed = true;
    keys.close();
    Arrays.fill(plaintext, (byte) 0);
  }
}
