package dev.gabion.testing;

import dev.gabion.testing.Certificates.Issued;
import dev.gabion.testing.Certificates.Leaf;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.crypto.spec.DHParameterSpec;

/**
 * HTTPS servers on the loopback interface, each right but for one thing: what a client must refuse,
 * or get away from in time, it can be shown here.
 *
 * <p>They run in a process of their own, since what some of them speak the JVM of a test must not,
 * with certificates that are issued at each start. One of them needs OpenSSL: {@link #has} says
 * whether it is there.
 *
 * <pre>{@code
 * try (TlsServers servers = TlsServers.start()) {
 *   assertThatThrownBy(() -> client(servers.trust()).get(servers.url(Kind.EXPIRED)));
 * }
 * }</pre>
 */
public final class TlsServers implements AutoCloseable {
  /** What a server does; all but the first three are to be refused, or not to be waited for. */
  public enum Kind {
    /** TLS 1.3. */
    TLS_1_3("TLSv1.3", "TLS_AES_128_GCM_SHA256"),
    /** TLS 1.2 with ECDHE and AEAD. */
    ECDHE,
    /** TLS 1.2 with a 2,048-bit group or a larger one and AEAD. */
    DHE_2048("TLSv1.2", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"),

    /** TLS 1.0 and nothing else. */
    TLS_1_0("TLSv1", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
    /** TLS 1.1 and nothing else. */
    TLS_1_1("TLSv1.1", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
    /** No forward secrecy: the key is exchanged by RSA. */
    STATIC_RSA("TLSv1.2", "TLS_RSA_WITH_AES_128_GCM_SHA256"),
    /** CBC and no AEAD. */
    CBC("TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"),
    /** A 1,024-bit group, which the JDK's own servers no longer use: OpenSSL does. */
    DHE_1024("TLSv1.2", "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0"),
    /** No TLS at all, but HTTP in the clear. */
    PLAIN_HTTP,

    /** A certificate that ended yesterday. */
    EXPIRED,
    /** A certificate that begins tomorrow. */
    NOT_YET_VALID,
    /** A certificate that vouches for itself. */
    SELF_SIGNED,
    /** A certificate for another host. */
    WRONG_HOST,
    /** A certificate for every host there is: {@code *}. */
    MISUSED_WILDCARD,
    /** A certificate from an authority that {@link TlsServers#trust} does not have. */
    UNTRUSTED_ROOT,
    /** A certificate that is signed over SHA-1. */
    WEAK_SIGNATURE,
    /** A certificate for an RSA key of 1,024 bits. */
    SMALL_RSA_KEY,
    /** A certificate as good as any, but for another key: see {@link TlsServers#pin}. */
    OTHER_KEY,

    /** Accepts the connection and says nothing. */
    STALLS_BEFORE_HANDSHAKE,
    /** Begins a handshake and says no more. */
    STALLS_IN_HANDSHAKE,
    /** Says a handshake byte by byte, and never ends. */
    DRIPS_HANDSHAKE,
    /** Reads the request and does not answer. */
    STALLS_BEFORE_REPLY,
    /** Breaks off within the reply's header. */
    STALLS_IN_HEADER,
    /** Says a header byte by byte, and never ends. */
    DRIPS_HEADER,
    /** Breaks off within the reply's body. */
    STALLS_IN_BODY,
    /** Says a body byte by byte, and never ends. */
    DRIPS_BODY,
    /** Sends header lines without end. */
    ENDLESS_HEADERS,
    /** Sends one header line without end. */
    ENDLESS_HEADER_LINE,
    /** Sends a body without end. */
    ENDLESS_BODY,
    /** Sends some ten megabytes of gzip that become ten gigabytes. */
    GZIP_BOMB,
    /** Redirects to itself. */
    REDIRECT_LOOP,
    /** Redirects to the instance metadata's address. */
    REDIRECT_INSIDE,
    /** Redirects to HTTP in the clear. */
    REDIRECT_TO_HTTP;

    final String protocol;
    final String suite;

    Kind() {
      this("TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    }

    Kind(String protocol, String suite) {
      this.protocol = protocol;
      this.suite = suite;
    }
  }

  static final String PASSWORD = "changeit";

  private static final Duration DAY = Duration.ofDays(1);

  private final Path folder;
  private final List<String> hosts = new ArrayList<>(List.of("localhost", "127.0.0.1"));
  private final Map<Kind, Issued> issued = new EnumMap<>(Kind.class);
  private final Map<Kind, Integer> ports = new EnumMap<>(Kind.class);
  private final List<Process> processes = new ArrayList<>();
  private final Issued root;

  private TlsServers(Path folder, String... moreHosts)
      throws GeneralSecurityException, IOException {
    this.folder = folder;
    Collections.addAll(hosts, moreHosts);
    this.root = Certificates.authority("Gabion test authority", Certificates.rsa(2048));
    save(trust(), trustStore());
  }

  /**
   * Starts all servers, which takes about a second.
   *
   * @param hosts further names that the certificates are for, for a client whose resolver is told
   *     that they are here; {@code localhost} and 127.0.0.1 always are
   */
  public static TlsServers start(String... hosts) throws IOException {
    Path folder = Files.createTempDirectory("gabion-tls-");
    try {
      TlsServers servers = new TlsServers(folder, hosts);
      try {
        servers.issueAll();
        servers.startJdk();
        servers.startOpenSsl();
        return servers;
      } catch (GeneralSecurityException | IOException | RuntimeException | Error failed) {
        servers.close();
        throw failed;
      }
    } catch (GeneralSecurityException odd) {
      throw new IllegalStateException("This JDK cannot make the servers' certificates.", odd);
    }
  }

  /** Whether this server is there: all are, but for one where there is no OpenSSL. */
  public boolean has(Kind kind) {
    return ports.containsKey(kind);
  }

  /** Where a server is, under {@code https://localhost}. */
  public URI url(Kind kind) {
    return URI.create("https://localhost:" + port(kind) + "/");
  }

  /**
   * Where a server listens, on 127.0.0.1.
   *
   * @throws IllegalStateException if it is not there
   */
  public int port(Kind kind) {
    Integer port = ports.get(kind);
    if (port == null) {
      throw new IllegalStateException(kind + " needs openssl on the PATH.");
    }
    return port;
  }

  /** The authority that all but two of the servers' certificates are from. */
  public X509Certificate authority() {
    return root.certificate();
  }

  /** The same as a trust store. */
  public KeyStore trust() {
    try {
      KeyStore trust = store();
      trust.setCertificateEntry("root", root.certificate());
      return trust;
    } catch (GeneralSecurityException | IOException impossible) {
      throw new IllegalStateException(impossible); // it is made in memory
    }
  }

  /** The same as the options of a JVM that trusts these servers and no others. */
  public List<String> trustOptions() {
    return List.of(
        "-Djavax.net.ssl.trustStore=" + trustStore(),
        "-Djavax.net.ssl.trustStorePassword=" + PASSWORD,
        "-Djavax.net.ssl.trustStoreType=PKCS12");
  }

  /** The pin of a server's key: its SHA-256 in base64 (RFC 7469 section 2.4). */
  public String pin(Kind kind) {
    byte[] key = Objects.requireNonNull(issued.get(kind)).keys().getPublic().getEncoded();
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Ends all servers and removes their keys. */
  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
    try {
      for (String name : List.of("servers.p12", "trust.p12", "server.pem", "dh.pem", ".")) {
        Files.deleteIfExists(folder.resolve(name).normalize());
      }
    } catch (IOException kept) {
      folder.toFile().deleteOnExit();
    }
  }

  private void issueAll() throws GeneralSecurityException, IOException {
    KeyPair keys = Certificates.rsa(2048);
    Leaf good = Leaf.of(keys, hosts.toArray(String[]::new));
    Instant now = Instant.now();
    Issued stranger = Certificates.authority("Untrusted authority", Certificates.rsa(2048));
    for (Kind kind : Kind.values()) {
      issued.put(
          kind,
          switch (kind) {
            case EXPIRED ->
                Certificates.issue(
                    root, good.valid(now.minus(DAY.multipliedBy(9)), now.minus(DAY)));
            case NOT_YET_VALID ->
                Certificates.issue(root, good.valid(now.plus(DAY), now.plus(DAY.multipliedBy(9))));
            case SELF_SIGNED -> Certificates.selfSigned(good);
            case WRONG_HOST -> Certificates.issue(root, Leaf.of(keys, "other.example.org"));
            case MISUSED_WILDCARD -> Certificates.issue(root, Leaf.of(keys, "*"));
            case UNTRUSTED_ROOT -> Certificates.issue(stranger, good);
            case WEAK_SIGNATURE -> Certificates.issue(root, good.signedBy("SHA1withRSA"));
            case SMALL_RSA_KEY -> Certificates.issue(root, good.with(Certificates.rsa(1024)));
            case OTHER_KEY -> Certificates.issue(root, good.with(Certificates.rsa(2048)));
            default -> issuedAlready(good);
          });
    }
  }

  private Issued issuedAlready(Leaf good) throws GeneralSecurityException, IOException {
    Issued first = issued.get(Kind.TLS_1_3);
    return first == null ? Certificates.issue(root, good) : first;
  }

  private void startJdk() throws GeneralSecurityException, IOException {
    KeyStore keys = store();
    for (Map.Entry<Kind, Issued> entry : issued.entrySet()) {
      Issued server = entry.getValue();
      keys.setKeyEntry(
          entry.getKey().name(),
          server.key(),
          PASSWORD.toCharArray(),
          new Certificate[] {server.certificate()});
    }
    Path file = folder.resolve("servers.p12");
    save(keys, file);
    BufferedReader out =
        launch(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            TlsServerProcess.class.getName(),
            file.toString());
    for (String server : await(out, "ports ").split(" ", -1)) {
      String[] kindAndPort = server.split("=", 2);
      ports.put(Kind.valueOf(kindAndPort[0]), Integer.valueOf(kindAndPort[1]));
    }
  }

  private void startOpenSsl() throws GeneralSecurityException, IOException {
    if (!hasOpenSsl()) {
      return;
    }
    Issued server = Objects.requireNonNull(issued.get(Kind.DHE_1024));
    Path pem = folder.resolve("server.pem");
    Files.writeString(
        pem,
        pem("PRIVATE KEY", server.key().getEncoded())
            + pem("CERTIFICATE", server.certificate().getEncoded()));
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
            Files.writeString(folder.resolve("dh.pem"), shortGroup()).toString(),
            "-tls1_2",
            "-cipher",
            Kind.DHE_1024.suite,
            "-www");
    String address = await(out, "ACCEPT ");
    ports.put(Kind.DHE_1024, Integer.valueOf(address.substring(address.lastIndexOf(':') + 1)));
  }

  private static boolean hasOpenSsl() throws IOException {
    try {
      Process version =
          new ProcessBuilder("openssl", "version")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return version.waitFor(60, TimeUnit.SECONDS) && version.exitValue() == 0;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  /** A 1,024-bit group; any prime will do, since only its length is looked at. */
  private static String shortGroup() throws GeneralSecurityException, IOException {
    AlgorithmParameters group = AlgorithmParameters.getInstance("DH");
    group.init(
        new DHParameterSpec(BigInteger.probablePrime(1024, new SecureRandom()), BigInteger.TWO));
    return pem("DH PARAMETERS", group.getEncoded());
  }

  private static String pem(String what, byte[] der) {
    Base64.Encoder encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
    return "-----BEGIN "
        + what
        + "-----\n"
        + encoder.encodeToString(der)
        + "\n-----END "
        + what
        + "-----\n";
  }

  /** Starts a process; its standard input stays open as long as this one lives. */
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
    throw new IllegalStateException("A TLS server ended before it listened.");
  }

  private Path trustStore() {
    return folder.resolve("trust.p12");
  }

  private static KeyStore store() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static void save(KeyStore store, Path file) throws GeneralSecurityException, IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.toCharArray());
    }
  }
}
