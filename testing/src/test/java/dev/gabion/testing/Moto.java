package dev.gabion.testing;

import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Moto's server, where it is installed: another stand-in for AWS, made by others. */
final class Moto implements AutoCloseable {
  private static final String PROGRAM = "moto_server";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final InetSocketAddress address;

  private Moto(Process process, InetSocketAddress address) {
    this.process = process;
    this.address = address;
  }

  /** Where the program is; empty if it is not on the PATH. */
  static Optional<Path> program() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, PROGRAM))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static Moto start(Path program) throws IOException, InterruptedException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, loopback)) {
      port = free.getLocalPort();
    }
    Process process =
        new ProcessBuilder(program.toString(), "-H", "127.0.0.1", "-p", Integer.toString(port))
            .redirectErrorStream(true)
            .redirectOutput(Path.of("target", "moto.log").toFile())
            .start();
    Moto moto = new Moto(process, new InetSocketAddress(loopback, port));
    moto.awaitPort();
    return moto;
  }

  private void awaitPort() throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (!answers()) {
      if (process.waitFor(50, TimeUnit.MILLISECONDS)
          || System.nanoTime() - start > PATIENCE.toNanos()) {
        close();
        throw new IOException(PROGRAM + " does not serve: see target/moto.log");
      }
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(address, 1000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + address.getPort());
  }

  /** Lets it forget everything. */
  void reset() throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) uri().resolve("/moto-api/reset").toURL().openConnection();
    connection.setRequestMethod("POST");
    if (connection.getResponseCode() != 200) {
      throw new IOException("moto cannot be reset: " + connection.getResponseCode());
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }
}
