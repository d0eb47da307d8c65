package dev.gabion.egress;

import dev.gabion.egress.EgressFailed.Reason;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer: no longer than was agreed, compressed and decompressed, and as a stream,
 * so that no more of it is in memory than its reader keeps.
 */
final class ReplyBody extends HttpEntityWrapper {
  /** What is read of a body that nobody wants, so that its connection can serve again. */
  private static final int LEFTOVER = 64 << 10;

  private static final int CHUNK = 8192;

  private final Exchange exchange;
  private final long most;
  private final boolean compressed;
  private final Consumer<EgressFailed> failures;
  private @Nullable InputStream content;

  ReplyBody(
      HttpEntity entity,
      Exchange exchange,
      long most,
      boolean compressed,
      Consumer<EgressFailed> failures) {
    super(entity);
    this.exchange = exchange;
    this.most = most;
    this.compressed = compressed;
    this.failures = failures;
  }

  @Override
  public InputStream getContent() throws IOException {
    InputStream made = content;
    if (made == null) {
      made = new Outer(super.getContent());
      content = made;
    }
    return made;
  }

  @Override
  public void writeTo(OutputStream to) throws IOException {
    try (InputStream in = getContent()) {
      in.transferTo(to);
    }
  }

  @Override
  public long getContentLength() {
    return compressed ? -1 : super.getContentLength();
  }

  @Override
  public @Nullable String getContentEncoding() {
    return compressed ? null : super.getContentEncoding();
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  /** Counts bytes, and refuses the first too many. */
  private static class Counted extends FilterInputStream {
    private final long most;
    private long count;

    Counted(InputStream in, long most) {
      super(in);
      this.most = most;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int read = in.read(into, from, length);
      count += Math.max(read, 0);
      if (count > most) {
        throw EgressFailed.of(Reason.ANSWER, "body");
      }
      return read;
    }

    @Override
    public long skip(long wanted) throws IOException {
      return Math.max(0, read(new byte[(int) Math.min(Math.max(wanted, 0), CHUNK)]));
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }

  /**
   * What is compressed in members (RFC 1952 section 2.2), of which few may be empty in a row: the
   * JDK's stream calls itself for the next, and would do so to the end of the stack.
   */
  private static final class Members extends GZIPInputStream {
    private static final int EMPTY = 16;

    private int within;

    Members(InputStream in) throws IOException {
      super(in, CHUNK);
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (within > EMPTY) {
        throw EgressFailed.of(Reason.ANSWER, "encoding");
      }
      within++;
      try {
        return super.read(into, from, length);
      } finally {
        within--;
      }
    }
  }

  /** What the reader holds: every failure is one of ours, and ends the exchange. */
  private final class Outer extends Counted {
    private final InputStream raw;
    private boolean opened;
    private boolean ended;

    Outer(InputStream raw) {
      super(raw, most);
      this.raw = raw;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (ended) {
        return -1;
      }
      try {
        open();
        int read = super.read(into, from, length);
        if (read < 0) {
          ended = true;
          exchange.end();
        }
        return read;
      } catch (IOException | RuntimeException failed) {
        throw failed(Failures.of(failed, exchange));
      } catch (Error error) {
        failed(Failures.of(error, exchange));
        throw error;
      }
    }

    private EgressFailed failed(EgressFailed failure) {
      ended = true;
      exchange.abort();
      exchange.end();
      failures.accept(failure);
      return failure;
    }

    private void open() throws IOException {
      if (!opened) {
        opened = true;
        if (compressed) {
          in = new Members(new Counted(raw, most));
        }
      }
    }

    private void skipRest() throws IOException {
      byte[] some = new byte[CHUNK];
      int rest = LEFTOVER;
      while (!ended && rest > 0) {
        int read = raw.read(some);
        ended = read < 0;
        rest -= read;
      }
    }

    @Override
    public void close() {
      try {
        if (!ended && !compressed) {
          skipRest();
        }
        if (!ended) {
          exchange.abort();
        }
        raw.close();
      } catch (IOException | RuntimeException broken) {
        exchange.abort(); // nobody wants it any more
      } finally {
        ended = true;
        exchange.end();
      }
    }
  }
}
