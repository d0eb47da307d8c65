package dev.gabion.testing;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Security;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.crypto.spec.DHParameterSpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * HTTPS servers on the loopback interface, each of which speaks one kind of TLS only, in processes
 * of their own: what they must be able to speak, the JVM of a test must not. Needs nothing but this
 * file, the JDK and, for one of them, OpenSSL.
 */
final class TlsServers implements AutoCloseable {
  /** What a server speaks. */
  enum Kind {
    TLS_1_0("TLSv1", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
    TLS_1_1("TLSv1.1", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
    STATIC_RSA("TLSv1.2", "TLS_RSA_WITH_AES_128_GCM_SHA256"),
    CBC("TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"),
    /** Keys of 1,024 bits, which the JDK's own servers no longer make: OpenSSL does. */
    DHE_1024("TLSv1.2", "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0"),
    DHE_2048("TLSv1.2", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"),
    ECDHE("TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
    TLS_1_3("TLSv1.3", "TLS_AES_128_GCM_SHA256");

    private final String protocol;
    private final String suite;

    Kind(String protocol, String suite) {
      this.protocol = protocol;
      this.suite = suite;
    }
  }

  private static final String PASSWORD = "changeit";

  private final Path keys;
  private final List<Process> processes = new ArrayList<>();
  private final Map<Kind, Integer> ports = new EnumMap<>(Kind.class);

  private TlsServers(Path keys) {
    this.keys = keys;
  }

  /** Starts all servers; OpenSSL's is left out, with one line, where there is no OpenSSL. */
  static TlsServers start(Path folder) throws Exception {
    TlsServers servers = new TlsServers(folder.resolve("server.p12"));
    try {
      servers.makeKeys();
      servers.startJdk();
      servers.startOpenSsl(folder);
      return servers;
    } catch (Exception | Error failed) {
      servers.close();
      throw failed;
    }
  }

  /** Where each server listens, on 127.0.0.1. */
  Map<Kind, Integer> ports() {
    return ports;
  }

  /** The options of a JVM that trusts these servers. */
  List<String> trust() {
    return List.of(
        "-Djavax.net.ssl.trustStore=" + keys, "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
  }

  private void makeKeys() throws Exception {
    run(
        tool("keytool"),
        "-genkeypair",
        "-alias",
        "server",
        "-keyalg",
        "RSA",
        "-keysize",
        "2048",
        "-dname",
        "CN=localhost",
        "-ext",
        "san=dns:localhost,ip:127.0.0.1",
        "-validity",
        "2",
        "-storetype",
        "PKCS12",
        "-keystore",
        keys.toString(),
        "-storepass",
        PASSWORD);
  }

  private void startJdk() throws Exception {
    BufferedReader out =
        launch(
            tool("java"),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            TlsServers.class.getName(),
            keys.toString());
    for (String server : await(out, "ports ").split(" ", -1)) {
      String[] kindAndPort = server.split("=", 2);
      ports.put(Kind.valueOf(kindAndPort[0]), Integer.valueOf(kindAndPort[1]));
    }
  }

  private void startOpenSsl(Path folder) throws Exception {
    try {
      run("openssl", "version");
    } catch (IOException absent) {
      System.out.println("Skipped: no TLS server with short DH keys, for want of openssl.");
      return;
    }
    Path pem = folder.resolve("server.pem");
    run(
        "openssl",
        "pkcs12",
        "-in",
        keys.toString(),
        "-passin",
        "pass:" + PASSWORD,
        "-nodes",
        "-out",
        pem.toString());
    BufferedReader out =
        launch(
            "openssl",
            "s_server",
            "-accept",
            "127.0.0.1:0",
            "-cert",
            pem.toString(),
            "-key",
            pem.toString(),
            "-dhparam",
            Files.writeString(folder.resolve("dh.pem"), shortDhParameters()).toString(),
            "-tls1_2",
            "-cipher",
            Kind.DHE_1024.suite,
            "-www");
    String address = await(out, "ACCEPT ");
    ports.put(Kind.DHE_1024, Integer.valueOf(address.substring(address.lastIndexOf(':') + 1)));
  }

  /** A 1,024-bit group; any prime will do, since only its length is looked at. */
  private static String shortDhParameters() throws Exception {
    AlgorithmParameters group = AlgorithmParameters.getInstance("DH");
    group.init(
        new DHParameterSpec(BigInteger.probablePrime(1024, new SecureRandom()), BigInteger.TWO));
    return "-----BEGIN DH PARAMETERS-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(group.getEncoded())
        + "\n-----END DH PARAMETERS-----\n";
  }

  private static String tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  private static void run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException(command[0] + " failed");
    }
  }

  /** Starts a server; its standard input stays open as long as this process lives. */
  private BufferedReader launch(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    processes.add(process);
    return process.inputReader(StandardCharsets.UTF_8);
  }

  /** What follows {@code start} on the first line that starts with it. */
  private static String await(BufferedReader out, String start) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(start)) {
        return line.substring(start.length());
      }
    }
    throw new IllegalStateException("a server ended early");
  }

  /** Serves with the JDK every kind that it can, until standard input ends. */
  public static void main(String[] args) throws Exception {
    Security.setProperty("jdk.tls.disabledAlgorithms", "");
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = new FileInputStream(args[0])) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    List<String> ports = new ArrayList<>();
    for (Kind kind : EnumSet.complementOf(EnumSet.of(Kind.DHE_1024))) {
      ports.add(kind + "=" + serve(kind, context));
    }
    System.out.println("ports " + String.join(" ", ports));
    System.in.transferTo(OutputStream.nullOutputStream());
    System.exit(0);
  }

  private static int serve(Kind kind, SSLContext context) throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            parameters.setSSLParameters(
                new SSLParameters(new String[] {kind.suite}, new String[] {kind.protocol}));
          }
        });
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
    return server.getAddress().getPort();
  }
}
