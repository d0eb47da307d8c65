package dev.gabion.egress;

import dev.gabion.core.IpNetwork;
import dev.gabion.egress.EgressFailed.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.net.NamedEndpoint;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Makes every connection: asks once for the addresses of the exchange's host, refuses them all if
 * one of them leads inside, connects to one of those that were judged, looks whom the socket is
 * connected to, and speaks TLS or not at all.
 *
 * <p>What HttpClient hands in beside the exchange (an address in the {@link HttpHost}, a name for
 * TLS, a path of a Unix socket, a proxy for SOCKS) has no effect.
 */
final class Connector implements HttpClientConnectionOperator {
  /** The attribute of a context under which its exchange stands. */
  static final String EXCHANGE = "dev.gabion.egress.exchange";

  private final Internet internet;
  private final Inside inside;
  private final List<IpNetwork> declared;
  private final SSLSocketFactory sockets;
  private final int connectMillis;
  private final int silenceMillis;

  Connector(
      Internet internet,
      Inside inside,
      List<IpNetwork> declared,
      SSLSocketFactory sockets,
      Duration connect,
      Duration silence) {
    this.internet = internet;
    this.inside = inside;
    this.declared = declared;
    this.sockets = sockets;
    this.connectMillis = (int) connect.toMillis();
    this.silenceMillis = (int) silence.toMillis();
  }

  @Override
  public void connect(
      ManagedHttpClientConnection connection,
      HttpHost host,
      NamedEndpoint name,
      Path unixSocket,
      InetSocketAddress from,
      Timeout timeout,
      SocketConfig config,
      Object attachment,
      HttpContext context)
      throws IOException {
    connect(connection, exchange(context));
  }

  @Override
  public void connect(
      ManagedHttpClientConnection connection,
      HttpHost host,
      InetSocketAddress from,
      TimeValue timeout,
      SocketConfig config,
      HttpContext context)
      throws IOException {
    connect(connection, exchange(context));
  }

  /** No server may ask for another protocol on a connection that it has. */
  @Override
  public void upgrade(ManagedHttpClientConnection connection, HttpHost host, HttpContext context)
      throws IOException {
    throw EgressFailed.of(Reason.ANSWER, "upgrade");
  }

  static Exchange exchange(HttpContext context) throws EgressFailed {
    if (context.getAttribute(EXCHANGE) instanceof Exchange exchange) {
      return exchange;
    }
    throw EgressFailed.of(Reason.CLOSED, "no-exchange");
  }

  private void connect(ManagedHttpClientConnection connection, Exchange exchange)
      throws IOException {
    InetAddress[] addresses = addresses(exchange);
    for (int i = 0; i < addresses.length; i++) {
      TimedSocket socket = new TimedSocket();
      try {
        secure(connection, exchange, connected(socket, addresses[i], exchange));
        return;
      } catch (IOException | RuntimeException failed) {
        socket.drop();
        if (i == addresses.length - 1
            || exchange.isOutOfTime()
            || !(failed instanceof IOException unreachable)
            || Failures.isRefusal(unreachable)) {
          throw failed;
        }
      }
    }
  }

  private TimedSocket connected(TimedSocket socket, InetAddress address, Exchange exchange)
      throws IOException {
    exchange.on(socket, true);
    socket.setTcpNoDelay(true);
    InetSocketAddress to = new InetSocketAddress(address, exchange.port());
    try {
      internet.connect(socket, to, exchange.patience(connectMillis));
    } catch (SocketTimeoutException silent) {
      throw EgressFailed.of(Reason.UNREACHABLE, "connect");
    }
    judge(internet.peer(socket));
    return socket;
  }

  private void secure(ManagedHttpClientConnection connection, Exchange exchange, TimedSocket socket)
      throws IOException {
    socket.setSoTimeout(silenceMillis);
    SSLSocket tls =
        (SSLSocket) sockets.createSocket(socket, exchange.host(), exchange.port(), true);
    tls.startHandshake();
    connection.bind(tls, socket);
  }

  /** All addresses of the host, each of them judged. */
  private InetAddress[] addresses(Exchange exchange) throws IOException {
    String host = exchange.host();
    if (inside.has(host)) {
      throw EgressFailed.of(Reason.ADDRESS, "runtime");
    }
    byte[] literal = IpNetwork.literal(host);
    InetAddress[] addresses =
        literal.length > 0
            ? new InetAddress[] {InetAddress.getByAddress(host, literal)}
            : resolved(host, exchange.patience(connectMillis));
    if (addresses.length == 0) {
      throw new UnknownHostException(host);
    }
    for (InetAddress each : addresses) {
      judge(each);
    }
    return addresses;
  }

  private void judge(@Nullable InetAddress address) throws EgressFailed {
    byte[] bytes = address == null ? new byte[0] : address.getAddress();
    String refusal =
        bytes.length == 0
            ? "nobody"
            : inside.has(bytes) ? "runtime" : Addresses.refusal(bytes, declared);
    if (refusal != null) {
      throw EgressFailed.of(Reason.ADDRESS, refusal);
    }
  }

  /** The system's resolver knows no deadline: it is asked on a thread that may be left behind. */
  private InetAddress[] resolved(String name, int millis) throws IOException {
    FutureTask<InetAddress[]> question = new FutureTask<>(() -> internet.addresses(name));
    Thread thread = new Thread(question, "gabion-egress-names");
    thread.setDaemon(true);
    thread.start();
    try {
      return question.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException silent) {
      thread.interrupt();
      throw EgressFailed.of(Reason.TIME, "names");
    } catch (InterruptedException stopped) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw EgressFailed.of(Reason.CLOSED, "interrupted");
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof IOException unknown) {
        throw unknown;
      }
      throw EgressFailed.of(Reason.UNKNOWN_HOST, "resolver");
    }
  }
}
