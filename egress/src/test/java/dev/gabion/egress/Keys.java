package dev.gabion.egress;

import dev.gabion.core.TlsFloor;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates for tests, each its own authority; made by keytool once for all test classes. */
record Keys(KeyStore store, X509Certificate certificate) {
  private static final char[] PASSWORD = "changeit".toCharArray();

  /** Names every host of the tests' world. */
  static final Keys SERVER =
      made(
          "EC", 256, "dns:good.example.org,dns:pay.example.org,dns:a.test.example.org,ip:10.1.2.3");

  static {
    TlsFloor.require(); // before anything here makes a context
  }

  /** Names another host. */
  static Keys other() {
    return made("EC", 256, "dns:other.example.org");
  }

  /** Names these. */
  static Keys of(String names) {
    return made("EC", 256, names);
  }

  /** Is long enough, of RSA. */
  static Keys rsa() {
    return made("RSA", 2048, "dns:good.example.org");
  }

  /** Is too short. */
  static Keys tooShort() {
    return made("RSA", 1024, "dns:good.example.org");
  }

  private static Keys made(String algorithm, int bits, String names) {
    try {
      Path folder = Files.createTempDirectory("gabion-egress");
      try {
        Path file = folder.resolve("keys.p12");
        Process keytool =
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    "server",
                    "-keyalg",
                    algorithm,
                    "-keysize",
                    Integer.toString(bits),
                    "-sigalg",
                    algorithm.equals("EC") ? "SHA256withECDSA" : "SHA256withRSA",
                    "-dname",
                    "CN=test",
                    "-ext",
                    "san=" + names,
                    "-validity",
                    "2",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    file.toString(),
                    "-storepass",
                    "changeit")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
          throw new IllegalStateException("keytool failed");
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
          store.load(in, PASSWORD);
        }
        return new Keys(store, (X509Certificate) store.getCertificate("server"));
      } finally {
        try (Stream<Path> files = Files.walk(folder)) {
          for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(each);
          }
        }
      }
    } catch (Exception unusable) {
      throw new IllegalStateException(unusable);
    }
  }

  PrivateKey key() throws Exception {
    return (PrivateKey) store.getKey("server", PASSWORD);
  }

  String pin() {
    return "sha256/" + StrictTrust.pin(certificate);
  }

  /** A context for a server with these keys, or for a client that trusts them. */
  SSLContext context() throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust().getTrustManagers(), null);
    return context;
  }

  private TrustManagerFactory trust() throws Exception {
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    anchors.setCertificateEntry("server", certificate);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(anchors);
    return trust;
  }
}
