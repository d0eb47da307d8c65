package dev.gabion.egress;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A socket whose every read waits no longer than the exchange that it serves has left. TLS is laid
 * over it: so a byte a second is not enough to keep a handshake, a header or a body alive.
 */
final class TimedSocket extends Socket {
  private volatile int silence;
  private final AtomicReference<@Nullable Exchange> served = new AtomicReference<>();

  /** Goes through no proxy, whatever the process's properties say. */
  TimedSocket() {
    super(Proxy.NO_PROXY);
  }

  void serve(Exchange next) {
    served.set(next);
  }

  void leave(Exchange done) {
    served.compareAndSet(done, null);
  }

  /** Drops the connection, unless it serves another exchange by now. */
  void dropFor(Exchange done) {
    if (served.compareAndSet(done, null)) {
      drop();
    }
  }

  /** Closes with a reset: nobody waits for what is still to be sent. */
  void drop() {
    try {
      setSoLinger(true, 0);
    } catch (SocketException closed) {
      // As it should be.
    }
    try {
      close();
    } catch (IOException closed) {
      // As it should be.
    }
  }

  /** Bounds each read by itself; what the exchange has left bounds it, too. */
  @Override
  public synchronized void setSoTimeout(int millis) throws SocketException {
    silence = millis;
    super.setSoTimeout(millis);
  }

  @Override
  public synchronized int getSoTimeout() {
    return silence;
  }

  private int patience() throws IOException {
    Exchange now = served.get();
    return now == null ? silence : now.patience(silence);
  }

  private void bound(int millis) throws SocketException {
    super.setSoTimeout(millis);
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return new FilterInputStream(super.getInputStream()) {
      @Override
      public int read() throws IOException {
        bound(patience());
        return in.read();
      }

      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        bound(patience());
        return in.read(into, from, length);
      }
    };
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return new FilterOutputStream(super.getOutputStream()) {
      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        patience();
        out.write(bytes, from, length);
      }
    };
  }
}
