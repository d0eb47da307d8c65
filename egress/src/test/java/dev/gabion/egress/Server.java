package dev.gabion.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/**
 * A server on the loopback interface that answers with whatever bytes a test wants, over TLS or
 * not, and counts who comes.
 */
final class Server implements AutoCloseable {
  /** What is done with a request. */
  interface Answer {
    void to(Request request, OutputStream out) throws Exception;
  }

  /** What is done with a connection, before anything is read. */
  interface Talk {
    void on(Socket socket) throws Exception;
  }

  /** A request, as it came. */
  record Request(String line, List<String> headers, String body) {
    String header(String name) {
      return headers.stream()
          .filter(each -> each.toLowerCase(Locale.ROOT).startsWith(name + ": "))
          .map(each -> each.substring(name.length() + 2))
          .findFirst()
          .orElse("none");
    }
  }

  final AtomicInteger accepted = new AtomicInteger();
  final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<Socket> open = Collections.synchronizedList(new ArrayList<>());
  private final ServerSocket socket;
  private final @Nullable Talk talk;
  private volatile Answer answer = (request, out) -> out.write(ok("fine"));

  private Server(ServerSocketFactory factory, @Nullable Talk talk) throws IOException {
    this(factory.createServerSocket(0, 50, InetAddress.getLoopbackAddress()), talk);
  }

  private Server(ServerSocket socket, @Nullable Talk talk) {
    this.socket = socket;
    this.talk = talk;
    Thread thread = new Thread(this::serve, "test-server");
    thread.setDaemon(true);
    thread.start();
  }

  static Server tls(SSLContext context) throws IOException {
    return new Server(context.getServerSocketFactory(), null);
  }

  /** Demands a certificate of each client. */
  static Server asking(SSLContext context) throws IOException {
    SSLServerSocket socket =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    socket.setNeedClientAuth(true);
    return new Server(socket, null);
  }

  static Server plain() throws IOException {
    return new Server(ServerSocketFactory.getDefault(), null);
  }

  /** Speaks no TLS: counts, and hangs up. */
  static Server counting() throws IOException {
    return new Server(ServerSocketFactory.getDefault(), Socket::close);
  }

  /** Does something else with each connection than to answer. */
  static Server talking(ServerSocketFactory factory, Talk talk) throws IOException {
    return new Server(factory, talk);
  }

  static byte[] ok(String body) {
    return ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
        .getBytes(ISO_8859_1);
  }

  static byte[] raw(String text) {
    return text.getBytes(ISO_8859_1);
  }

  Server answering(Answer other) {
    answer = other;
    return this;
  }

  int port() {
    return socket.getLocalPort();
  }

  /** Waits until so many have come: a connection may be gone before it is taken. */
  int awaitAccepted(int count) throws InterruptedException {
    for (int tries = 0; accepted.get() < count && tries < 1000; tries++) {
      Thread.sleep(10);
    }
    return accepted.get();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try {
        Socket one = socket.accept();
        accepted.incrementAndGet();
        open.add(one);
        Thread thread = new Thread(() -> talk(one), "test-server-talk");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void talk(Socket one) {
    try (one) {
      if (talk != null) {
        talk.on(one);
        return;
      }
      InputStream in = one.getInputStream();
      OutputStream out = one.getOutputStream();
      while (true) {
        Request request = read(in);
        requests.add(request);
        answer.to(request, out);
        out.flush();
      }
    } catch (Exception gone) {
      // The client has what it wanted, or went away: its test says whether that was right.
    }
  }

  private static Request read(InputStream in) throws IOException {
    String line = line(in);
    List<String> headers = new ArrayList<>();
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      headers.add(header);
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length: ")) {
        length = Integer.parseInt(header.substring("content-length: ".length()));
      }
    }
    return new Request(line, headers, new String(in.readNBytes(length), ISO_8859_1));
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int each = in.read(); each != '\n'; each = in.read()) {
      if (each < 0) {
        throw new EOFException();
      }
      line.write(each);
    }
    return line.toString(ISO_8859_1).strip();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    synchronized (open) {
      for (Socket each : open) {
        each.close();
      }
    }
  }
}
