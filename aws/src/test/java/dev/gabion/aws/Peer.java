package dev.gabion.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A server on the loopback interface that answers each request as it is told to, or not at all. */
final class Peer implements AutoCloseable {
  /** What it does once a request is read. */
  interface Behaviour {
    void answer(Exchange exchange) throws IOException, InterruptedException;
  }

  /** One request and the way back. */
  record Exchange(int number, String head, OutputStream out, CountDownLatch closing) {
    void reply(int status, String body) throws IOException {
      begin(status, body.length());
      write(body);
    }

    void begin(int status, int length) throws IOException {
      write(
          "HTTP/1.1 %d x\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: %d\r\n\r\n"
              .formatted(status, length));
    }

    void write(String text) throws IOException {
      out.write(text.getBytes(UTF_8));
      out.flush();
    }

    /** Lets a moment pass; false once the peer is closed. */
    boolean rest(long millis) throws InterruptedException {
      return !closing.await(millis, TimeUnit.MILLISECONDS);
    }
  }

  /** Never says a word. */
  static final Behaviour SILENT = exchange -> exchange.closing().await();

  /** An answer that begins well and then comes byte by byte, without an end. */
  static final Behaviour DRIPPING_BODY =
      exchange -> {
        exchange.begin(200, 1_000_000);
        exchange.write("{\"SecretString\":\"");
        while (exchange.rest(250)) {
          exchange.write("x");
        }
      };

  /** An answer whose headers come byte by byte, without an end. */
  static final Behaviour DRIPPING_HEAD =
      exchange -> {
        exchange.write("HTTP/1.1 200 x\r\nX-Long: ");
        while (exchange.rest(250)) {
          exchange.write("x");
        }
      };

  /** An answer in chunks, without an end. */
  static final Behaviour DRIPPING_CHUNKS =
      exchange -> {
        exchange.write("HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n");
        while (exchange.rest(250)) {
          exchange.write("1\r\n \r\n");
        }
      };

  static final Behaviour SLOW_FAULTS =
      exchange -> {
        if (exchange.rest(300)) {
          exchange.reply(500, "{}");
        }
      };

  static final Behaviour THROTTLING =
      exchange -> exchange.reply(400, "{\"__type\":\"ThrottlingException\"}");

  static final Behaviour HANGING_UP = exchange -> exchange.out().close();

  private final ServerSocket server;
  private final Behaviour behaviour;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<String> heads = new CopyOnWriteArrayList<>();

  Peer(Behaviour behaviour) throws IOException {
    this.behaviour = behaviour;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread(this::accept);
  }

  /** Always gives this answer. */
  static Peer answering(int status, String body) throws IOException {
    return new Peer(exchange -> exchange.reply(status, body));
  }

  /** One that takes no connection: what it could hold is held already. Empty if that cannot be. */
  static List<AutoCloseable> blackHole(List<URI> uri) throws IOException {
    ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    List<AutoCloseable> held = new ArrayList<>(List.of(full));
    for (int i = 0; i < 20; i++) {
      Socket socket = new Socket();
      held.add(socket);
      try {
        socket.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), full.getLocalPort()), 300);
      } catch (SocketTimeoutException isFull) {
        uri.add(URI.create("http://127.0.0.1:" + full.getLocalPort()));
        return held;
      }
    }
    return held;
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port());
  }

  int port() {
    return server.getLocalPort();
  }

  /** How many connections it has taken so far. */
  int connections() {
    return sockets.size();
  }

  /** The head of each request so far. */
  List<String> heads() {
    return heads;
  }

  private void accept() {
    while (true) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        thread(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (true) {
        String head = head(in);
        if (head.isEmpty()) {
          return;
        }
        in.readNBytes(length(head));
        heads.add(head);
        behaviour.answer(new Exchange(heads.size(), head, socket.getOutputStream(), closing));
      }
    } catch (IOException | InterruptedException gone) {
      // The other side has had enough, which is what is tested.
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    for (int next = in.read(); next >= 0; next = in.read()) {
      head.append((char) next);
      if (next == '\n' && head.toString().endsWith("\r\n\r\n")) {
        return head.toString();
      }
    }
    return "";
  }

  private static int length(String head) {
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
        .mapToInt(line -> Integer.parseInt(line.substring(15).trim()))
        .findFirst()
        .orElse(0);
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(work, "peer");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    closing.countDown();
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
