package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each function here holds a connection to the test, which breaks when the function ends. */
class LifetimeTest {
  /** Stands for a test JVM: it starts a function, invokes it, and ends once it is told to. */
  static final class OtherJvm {
    private OtherJvm() {}

    public static void main(String[] arguments) throws IOException {
      RealRuntime runtime = RealRuntime.of(Handlers.Obedient.class).start();
      Thread invoker = new Thread(() -> runtime.invoke(arguments[0]));
      invoker.setDaemon(true);
      invoker.start();
      System.exit(System.in.read());
    }
  }

  private final Path temp;

  LifetimeTest(@TempDir Path temp) {
    this.temp = temp;
  }

  @Test
  void aBusyFunctionEndsWithTheJvmThatStartedItAndLeavesNothing() throws Exception {
    try (ServerSocket server = listen()) {
      Process jvm = start("connect-and-hang " + server.getLocalPort());
      try (Socket function = server.accept()) {
        assertThat(function.getInputStream().read()).isEqualTo('c');
        assertThat(temp).isNotEmptyDirectory();
        jvm.getOutputStream().close();
        assertThat(ends(function)).isTrue();
        assertThat(jvm.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(temp).isEmptyDirectory();
      } finally {
        jvm.destroyForcibly();
      }
    }
  }

  @Test
  void anIdleFunctionEndsEvenIfThatJvmIsKilled() throws Exception {
    try (ServerSocket server = listen()) {
      Process jvm = start("connect " + server.getLocalPort());
      try (Socket function = server.accept()) {
        assertThat(function.getInputStream().read()).isEqualTo('c');
        assertThat(jvm.destroyForcibly().waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(ends(function)).isTrue();
      } finally {
        jvm.destroyForcibly();
      }
    }
  }

  @Test
  void aFunctionEndsWhenItsRuntimeIsClosed() throws Exception {
    try (ServerSocket server = listen()) {
      RealRuntime runtime = RealRuntime.of(Handlers.Obedient.class).start();
      runtime.invoke("connect " + server.getLocalPort());
      try (Socket function = server.accept()) {
        assertThat(function.getInputStream().read()).isEqualTo('c');
        runtime.close();
        assertThat(ends(function)).isTrue();
      }
    }
  }

  private static ServerSocket listen() throws IOException {
    ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    server.setSoTimeout(60_000);
    return server;
  }

  /** Waits for the connection's end; one that goes on for a minute fails by its timeout. */
  private static boolean ends(Socket connection) throws IOException {
    connection.setSoTimeout(60_000);
    try {
      return connection.getInputStream().read() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }

  private Process start(String event) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + temp,
            "-cp",
            System.getProperty("java.class.path"),
            OtherJvm.class.getName(),
            event)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
