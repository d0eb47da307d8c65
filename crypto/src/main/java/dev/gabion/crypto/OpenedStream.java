package dev.gabion.crypto;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The plaintext of a message that arrives; a message that does not hold ends it. */
final class OpenedStream extends FilterInputStream {
  private final Function<Refused, DecryptionFailed> refusal;
  private @Nullable DecryptionFailed failure;

  OpenedStream(InputStream frames, Function<Refused, DecryptionFailed> refusal) {
    super(frames);
    this.refusal = refusal;
  }

  /** Something that reads or proves. */
  private interface Step {
    int take() throws IOException;
  }

  /** The first refusal is recorded; every step after it meets the same. */
  private int guarded(Step step) throws IOException {
    if (failure != null) {
      throw failure;
    }
    try {
      return step.take();
    } catch (Refused refused) {
      failure = refusal.apply(refused);
      throw failure;
    }
  }

  @Override
  public int read() throws IOException {
    return guarded(super::read);
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    return guarded(() -> super.read(to, offset, length));
  }

  @Override
  public long skip(long count) throws IOException {
    long left = count;
    while (left > 0 && read() >= 0) {
      left--;
    }
    return count - left;
  }

  /** Proves what was not read, unless it has failed before. */
  @Override
  public void close() throws IOException {
    if (failure != null) {
      super.close();
      return;
    }
    guarded(
        () -> {
          super.close();
          return 0;
        });
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  @Override
  public synchronized void mark(int limit) {}

  @Override
  public synchronized void reset() throws IOException {
    throw new IOException("A message is read once.");
  }
}
