package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A small HTTP/1.1 server on the loopback interface (RFC 9112), one thread for each connection.
 *
 * <p>The JDK's own server answers late unless a system property was set before its first use in the
 * process, and refuses the long headers in which the runtime client reports a stack trace; a
 * library that runs inside other people's tests can rely on neither.
 */
final class LoopbackHttp implements Closeable {
  /** The runtime client sends up to 1 MiB in one header. */
  private static final int HEAD_BYTES = 2 * 1024 * 1024;

  /** As much of an oversized body is read to its end, so that its sender gets to see the answer. */
  private static final long DRAINED_BYTES = 256L * 1024 * 1024;

  private static final long DRIP_MILLIS = 20;

  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]*");

  /** Answers one request; called by many threads. */
  interface Handler {
    Response handle(Request request) throws InterruptedException;
  }

  /**
   * A request.
   *
   * @param headers by lower-case name, lines of the same name joined by commas
   * @param body null if it is larger than this server takes
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  record Request(
      String method, String target, Map<String, String> headers, byte @Nullable [] body) {}

  /** How a response leaves: whole, or as a bad network and a worse server would have it. */
  enum Delivery {
    WHOLE,
    /** Half of the body under the length of the whole, then the end of the connection. */
    TRUNCATED,
    /** Blanks one by one, and never the body. */
    DRIPPING,
    /** A reset of the connection in place of a response. */
    RESET,
    /** Nothing until the peer gives up or this server is closed. */
    NEVER
  }

  /** A response; its headers are checked when it is written. */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  record Response(
      int status, List<Map.Entry<String, String>> headers, byte[] body, Delivery delivery) {
    Response(int status, List<Map.Entry<String, String>> headers, byte[] body) {
      this(status, headers, body, Delivery.WHOLE);
    }

    Response delivered(Delivery other) {
      return new Response(status, headers, body, other);
    }

    static Response json(int status, String body) {
      return new Response(
          status,
          List.of(Map.entry("content-type", "application/json")),
          body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** Whether HTTP lets every header stand as it is. */
    boolean isSound() {
      return status >= 200
          && status <= 599
          && headers.stream()
              .allMatch(
                  header ->
                      NAME.matcher(header.getKey()).matches()
                          && VALUE.matcher(header.getValue()).matches());
    }
  }

  private final ServerSocket server = new ServerSocket();
  private final int bodyBytes;
  private final Handler handler;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  /**
   * Binds, and serves from then on.
   *
   * @throws IllegalArgumentException if the address is not a loopback one
   */
  LoopbackHttp(InetSocketAddress address, int bodyBytes, Handler handler) throws IOException {
    if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException("Only loopback addresses are served, not " + address);
    }
    this.bodyBytes = bodyBytes;
    this.handler = handler;
    server.bind(address);
    daemon("accept", this::accept);
  }

  /** A port of 127.0.0.1; 0 for any. */
  static InetSocketAddress local(int port) throws IOException {
    return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  /** Closes every connection, and interrupts whoever is still busy answering. */
  @Override
  public void close() {
    closeQuietly(server);
    open.forEach(LoopbackHttp::closeQuietly);
    threads.forEach(Thread::interrupt);
  }

  private void daemon(String what, Runnable work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } finally {
                threads.remove(Thread.currentThread());
              }
            },
            "gabion-loopback-" + what);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void accept() {
    try {
      while (!server.isClosed()) {
        Socket socket = server.accept();
        open.add(socket);
        daemon("connection", () -> serve(socket));
      }
    } catch (SocketException closed) {
      close();
    } catch (IOException broken) {
      close();
      throw new UncheckedIOException(broken);
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      boolean more = true;
      while (more && !server.isClosed()) {
        more = exchange(socket, in, out);
      }
    } catch (IOException gone) {
      // The peer went away, which is its right: a child that was killed, a browser that left.
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  private boolean exchange(Socket socket, InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    Request request;
    try {
      request = read(in, out);
    } catch (Malformed malformed) {
      write(out, Response.json(400, "{\"message\":\"Bad Request\"}"), false, false);
      return false;
    }
    if (request == null) {
      return false;
    }
    Response response;
    try {
      response = handler.handle(request);
    } catch (RuntimeException broken) {
      write(out, Response.json(500, "{\"message\":\"Internal Server Error\"}"), false, false);
      throw broken;
    }
    if (response.delivery() != Delivery.WHOLE) {
      spoil(response, socket, in, out);
      return false;
    }
    boolean more = !"close".equalsIgnoreCase(request.headers().get("connection"));
    write(out, response, more, request.method().equals("HEAD"));
    return more;
  }

  private static void spoil(Response response, Socket socket, InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    switch (response.delivery()) {
      case TRUNCATED -> {
        byte[] all = bytes(response, false, false);
        out.write(all, 0, all.length - response.body().length / 2 - 1);
      }
      case DRIPPING -> {
        String head = "HTTP/1.1 " + response.status() + " \r\ntransfer-encoding: chunked\r\n\r\n";
        out.write(head.getBytes(ISO_8859_1));
        while (true) { // until the peer has gone, which a write finds out
          out.write("1\r\n \r\n".getBytes(ISO_8859_1));
          Thread.sleep(DRIP_MILLIS);
        }
      }
      case RESET -> socket.setSoLinger(true, 0); // closing it says so
      case NEVER -> in.transferTo(OutputStream.nullOutputStream()); // ends with the peer
      case WHOLE -> throw new AssertionError("There is nothing to spoil.");
    }
  }

  private @Nullable Request read(InputStream in, OutputStream out) throws IOException {
    int[] budget = {HEAD_BYTES};
    String start = line(in, budget);
    if (start == null) {
      return null;
    }
    String[] parts = start.split(" ", -1);
    if (parts.length != 3 || !parts[2].startsWith("HTTP/1.")) {
      throw new Malformed("start line");
    }
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = line(in, budget); !"".equals(line); line = line(in, budget)) {
      int colon = line == null ? -1 : line.indexOf(':');
      if (line == null || colon < 1 || !NAME.matcher(line.substring(0, colon)).matches()) {
        throw new Malformed("header");
      }
      headers.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (first, second) -> first + "," + second);
    }
    if ("100-continue".equalsIgnoreCase(headers.get("expect"))) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
    }
    return new Request(parts[0], parts[1], Map.copyOf(headers), body(in, headers));
  }

  private byte @Nullable [] body(InputStream in, Map<String, String> headers) throws IOException {
    String coding = headers.get("transfer-encoding");
    String length = headers.get("content-length");
    if (coding == null) {
      Body body = new Body(bodyBytes);
      body.take(in, length == null ? 0 : number(length, 10));
      return body.bytes();
    }
    if (length != null || !coding.equalsIgnoreCase("chunked")) {
      throw new Malformed("body length");
    }
    Body body = new Body(bodyBytes);
    for (long size = chunk(in); size > 0; size = chunk(in)) {
      body.take(in, size);
      if (!"".equals(line(in, new int[] {2}))) {
        throw new Malformed("chunk end");
      }
    }
    int[] budget = {HEAD_BYTES};
    for (String trailer = line(in, budget); !"".equals(trailer); trailer = line(in, budget)) {
      if (trailer == null) {
        throw new EOFException();
      }
    }
    return body.bytes();
  }

  private static long chunk(InputStream in) throws IOException {
    String line = line(in, new int[] {1024});
    return number(line == null ? "" : line.split(";", 2)[0].strip(), 16);
  }

  private static long number(String digits, int radix) throws Malformed {
    if (!digits.matches("[0-9A-Fa-f]{1,15}")) {
      throw new Malformed("number");
    }
    try {
      return Long.parseLong(digits, radix);
    } catch (NumberFormatException notInRadix) {
      throw new Malformed("number");
    }
  }

  /** Reads up to a line feed; null at the end of the stream. */
  private static @Nullable String line(InputStream in, int[] budget) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        return null;
      }
      line.write(next);
      if (--budget[0] < 0) {
        throw new Malformed("head too large");
      }
    }
    String text = line.toString(ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /** Head and body leave in one piece, so that no delayed acknowledgement comes in between. */
  private static void write(OutputStream out, Response response, boolean more, boolean headOnly)
      throws IOException {
    out.write(bytes(response, more, headOnly));
    out.flush();
  }

  private static byte[] bytes(Response response, boolean more, boolean headOnly)
      throws IOException {
    if (!response.isSound()) {
      throw new IllegalArgumentException("The response cannot be said in HTTP.");
    }
    boolean bodiless = response.status() == 204 || response.status() == 304;
    StringBuilder head = new StringBuilder("HTTP/1.1 " + response.status() + " \r\n");
    response
        .headers()
        .forEach(
            header ->
                head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n"));
    if (!bodiless) {
      head.append("content-length: ").append(response.body().length).append("\r\n");
    }
    head.append(more ? "\r\n" : "connection: close\r\n\r\n");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(head.toString().getBytes(ISO_8859_1));
    if (!bodiless && !headOnly) {
      all.write(response.body());
    }
    return all.toByteArray();
  }

  private static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException alreadyGone) {
      // Closing is all that was wanted.
    }
  }

  /** Keeps a body up to its bound and no further, but reads on for a while. */
  private static final class Body {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final int bound;
    private long seen;

    Body(int bound) {
      this.bound = bound;
    }

    void take(InputStream in, long length) throws IOException {
      byte[] buffer = new byte[64 * 1024];
      for (long left = length; left > 0; ) {
        int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (count < 0) {
          throw new EOFException();
        }
        left -= count;
        seen += count;
        if (seen <= bound) {
          kept.write(buffer, 0, count);
        } else if (seen > DRAINED_BYTES) {
          throw new IOException("The body does not end.");
        }
      }
    }

    byte @Nullable [] bytes() {
      return seen <= bound ? kept.toByteArray() : null;
    }
  }

  private static final class Malformed extends IOException {
    private static final long serialVersionUID = 1;

    Malformed(String what) {
      super(what);
    }
  }
}
