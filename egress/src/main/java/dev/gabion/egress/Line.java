package dev.gabion.egress;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpRequestWriterFactory;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.http.io.HttpConnectionFactory;
import org.jspecify.annotations.Nullable;

/**
 * A connection that knows the socket below its TLS, and does not log what goes over it:
 * HttpClient's own does at level DEBUG, credentials included.
 */
final class Line extends DefaultManagedHttpClientConnection {
  private volatile @Nullable TimedSocket socket;

  private Line(Http1Config limits) {
    super(
        "gabion-egress",
        null,
        null,
        limits,
        null,
        null,
        new DefaultHttpRequestWriterFactory(limits),
        new DefaultHttpResponseParserFactory(limits));
  }

  /** Makes connections whose answers have bounded headers. */
  static HttpConnectionFactory<ManagedHttpClientConnection> within(Http1Config limits) {
    return none -> new Line(limits);
  }

  @Nullable TimedSocket socket() {
    return socket;
  }

  @Override
  public void bind(Socket plain) throws IOException {
    super.bind(new SocketHolder(plain));
  }

  @Override
  public void bind(SSLSocket tls, Socket below) throws IOException {
    if (!(below instanceof TimedSocket timed)) {
      throw new IOException("Somebody else has made this socket.");
    }
    socket = timed;
    super.bind(new SocketHolder(tls, below));
  }

  @Override
  protected void onResponseReceived(ClassicHttpResponse response) {}

  @Override
  protected void onRequestSubmitted(ClassicHttpRequest request) {}
}
