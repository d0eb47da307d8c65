package dev.gabion.crypto;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that fails where another would end. */
final class BrokenInput extends FilterInputStream {
  BrokenInput(InputStream before) {
    super(before);
  }

  @Override
  public int read() throws IOException {
    return alive(super.read());
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    return alive(super.read(to, offset, length));
  }

  private static int alive(int read) throws IOException {
    if (read < 0) {
      throw new IOException("the network is down");
    }
    return read;
  }
}
