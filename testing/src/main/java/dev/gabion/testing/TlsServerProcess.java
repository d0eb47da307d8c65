package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gabion.testing.TlsServers.Kind;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Security;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/**
 * The process that {@link TlsServers} run in: everything that the JDK forbids is allowed here.
 * Serves until standard input ends.
 */
final class TlsServerProcess {
  private static final int DRIP_MILLIS = 50;

  /** A handshake record of 16,000 bytes, of which none is there yet (RFC 8446 section 5.1). */
  private static final byte[] RECORD = {0x16, 3, 3, 0x3E, (byte) 0x80};

  private final Kind kind;

  private TlsServerProcess(Kind kind) {
    this.kind = kind;
  }

  /** Prints the servers' ports in one line. */
  public static void main(String[] arguments) throws Exception {
    for (String property :
        List.of(
            "jdk.tls.disabledAlgorithms",
            "jdk.certpath.disabledAlgorithms",
            "jdk.tls.legacyAlgorithms")) {
      Security.setProperty(property, "");
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = new FileInputStream(arguments[0])) {
      keys.load(in, TlsServers.PASSWORD.toCharArray());
    }
    List<String> ports = new ArrayList<>();
    for (Kind kind : EnumSet.complementOf(EnumSet.of(Kind.DHE_1024))) {
      ServerSocket socket = new TlsServerProcess(kind).listen(keys);
      ports.add(kind + "=" + socket.getLocalPort());
    }
    System.out.println("ports " + String.join(" ", ports));
    System.in.transferTo(OutputStream.nullOutputStream());
    System.exit(0);
  }

  private ServerSocket listen(KeyStore keys) throws GeneralSecurityException, IOException {
    ServerSocket socket = speaksTls() ? tls(keys) : plain();
    start("accepts-" + kind, () -> accept(socket));
    return socket;
  }

  private boolean speaksTls() {
    return switch (kind) {
      case PLAIN_HTTP, STALLS_BEFORE_HANDSHAKE, STALLS_IN_HANDSHAKE, DRIPS_HANDSHAKE -> false;
      default -> true;
    };
  }

  private static ServerSocket plain() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  private ServerSocket tls(KeyStore keys) throws GeneralSecurityException, IOException {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    char[] password = TlsServers.PASSWORD.toCharArray();
    own.setKeyEntry(
        "own", keys.getKey(kind.name(), password), password, keys.getCertificateChain(kind.name()));
    KeyManagerFactory managers = KeyManagerFactory.getInstance("SunX509"); // takes any certificate
    managers.init(own, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    SSLServerSocket socket =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    socket.setEnabledProtocols(new String[] {kind.protocol});
    socket.setEnabledCipherSuites(new String[] {kind.suite});
    return socket;
  }

  private void accept(ServerSocket listening) {
    try {
      while (true) {
        Socket socket = listening.accept();
        start("serves-" + kind, () -> serve(socket));
      }
    } catch (IOException ended) {
      throw new UncheckedIOException(ended);
    }
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void serve(Socket accepted) {
    try (Socket socket = accepted) {
      OutputStream out = socket.getOutputStream();
      switch (kind) {
        case STALLS_BEFORE_HANDSHAKE -> stall(socket);
        case STALLS_IN_HANDSHAKE -> {
          out.write(RECORD);
          stall(socket);
        }
        case DRIPS_HANDSHAKE -> {
          out.write(RECORD);
          drip(out, "\2");
        }
        default -> {
          readRequest(socket.getInputStream());
          answer(socket, out);
        }
      }
    } catch (IOException | InterruptedException left) {
      // the client has gone, which is what it is here for
    }
  }

  private void answer(Socket socket, OutputStream out) throws IOException, InterruptedException {
    switch (kind) {
      case STALLS_BEFORE_REPLY -> stall(socket);
      case STALLS_IN_HEADER -> {
        write(out, "HTTP/1.1 200 OK\r\ncontent-ty");
        stall(socket);
      }
      case DRIPS_HEADER -> {
        write(out, "HTTP/1.1 200 OK\r\n");
        drip(out, "a: b\r\n");
      }
      case STALLS_IN_BODY -> {
        write(out, "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nsome");
        stall(socket);
      }
      case DRIPS_BODY -> {
        write(out, "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n");
        drip(out, "drip ");
      }
      case ENDLESS_HEADERS -> {
        write(out, "HTTP/1.1 200 OK\r\n");
        repeat(out, "name: value\r\n".repeat(500));
      }
      case ENDLESS_HEADER_LINE -> {
        write(out, "HTTP/1.1 200 OK\r\nname: ");
        repeat(out, "value".repeat(1000));
      }
      case ENDLESS_BODY -> {
        write(out, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        repeat(out, "2000\r\n" + "x".repeat(0x2000) + "\r\n");
      }
      case GZIP_BOMB -> bomb(out);
      case REDIRECT_LOOP -> redirect(out, "https://localhost:" + socket.getLocalPort() + "/");
      case REDIRECT_INSIDE -> redirect(out, "https://169.254.169.254/latest/meta-data/");
      case REDIRECT_TO_HTTP -> redirect(out, "http://localhost:" + socket.getLocalPort() + "/");
      default -> write(out, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
    }
  }

  /** Up to the empty line, a body stays unread; or the first byte, if that is no HTTP. */
  private static void readRequest(InputStream in) throws IOException {
    int last = 0;
    for (int b = in.read(); b >= 0; b = in.read()) {
      last = (last << 8) | b;
      if (last == 0x0D0A0D0A || last == RECORD[0]) {
        return;
      }
    }
    throw new IOException("no request");
  }

  /** Waits until the client has gone. */
  private static void stall(Socket socket) throws IOException {
    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  private static void drip(OutputStream out, String text) throws IOException, InterruptedException {
    for (int i = 0; ; i = (i + 1) % text.length()) {
      out.write(text.charAt(i));
      out.flush();
      Thread.sleep(DRIP_MILLIS);
    }
  }

  private static void repeat(OutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(US_ASCII);
    while (true) {
      out.write(bytes);
    }
  }

  private static void bomb(OutputStream out) throws IOException {
    write(out, "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n");
    byte[] zeros = new byte[1 << 20];
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      for (int i = 0; i < 10_000; i++) {
        gzip.write(zeros);
      }
    }
  }

  private static void redirect(OutputStream out, String to) throws IOException {
    write(
        out,
        "HTTP/1.1 302 Found\r\nlocation: "
            + to
            + "\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(US_ASCII));
    out.flush();
  }
}
