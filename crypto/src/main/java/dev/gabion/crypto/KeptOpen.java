package dev.gabion.crypto;

import java.io.IOException;
import java.io.OutputStream;

/** Passes bytes on and counts them; whoever closes it closes nothing that is not his. */
final class KeptOpen extends OutputStream {
  private final OutputStream to;
  private long bytes;

  KeptOpen(OutputStream to) {
    this.to = to;
  }

  /** How many bytes have come. */
  long bytes() {
    return bytes;
  }

  @Override
  public void write(int one) throws IOException {
    to.write(one);
    bytes++;
  }

  @Override
  public void write(byte[] some, int offset, int length) throws IOException {
    to.write(some, offset, length);
    bytes += length;
  }

  @Override
  public void flush() throws IOException {
    to.flush();
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
