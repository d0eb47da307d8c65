package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.core.TlsFloor;
import dev.gabion.testing.TlsServers.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.cert.X509Certificate;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the JDK's own client makes of each server, and that each does what its name says. */
class TlsServersTest {
  private static TlsServers servers;
  private static SSLContext trusting;
  private static SSLContext careless;

  @BeforeAll
  static void start() throws Exception {
    TlsFloor.require(); // or the order of test classes would decide what the JDK takes
    servers = TlsServers.start("api.example.org");
    TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
    managers.init(servers.trust());
    trusting = SSLContext.getInstance("TLS");
    trusting.init(null, managers.getTrustManagers(), null);
    careless = SSLContext.getInstance("TLS");
    careless.init(null, new TrustManager[] {new AnyServer()}, null);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"TLS_1_3", "ECDHE", "DHE_2048", "OTHER_KEY"})
  void whatIsRightIsReached(Kind kind) throws IOException {
    assertThat(status(kind, trusting)).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "EXPIRED",
        "NOT_YET_VALID",
        "SELF_SIGNED",
        "WRONG_HOST",
        "MISUSED_WILDCARD",
        "UNTRUSTED_ROOT"
      })
  void onlyTheCertificateIsWrong(Kind kind) throws IOException {
    assertThatThrownBy(() -> status(kind, trusting)).isInstanceOf(SSLException.class);

    assertThat(carelessStatus(kind)).as("control").isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource(names = {"WEAK_SIGNATURE", "SMALL_RSA_KEY"})
  void onlyTheStrengthOfTheCertificateIsWrong(Kind kind) throws IOException {
    assertThatThrownBy(() -> status(kind, trusting)).isInstanceOf(SSLException.class);

    HttpsURLConnection connection = open(kind, careless);
    assertThat(connection.getResponseCode()).as("control").isEqualTo(200);
    X509Certificate certificate = (X509Certificate) connection.getServerCertificates()[0];
    assertThat(certificate.getSigAlgName())
        .isEqualTo(kind == Kind.WEAK_SIGNATURE ? "SHA1withRSA" : "SHA256withRSA");
    assertThat(certificate.getPublicKey().getEncoded().length < 200)
        .isEqualTo(kind == Kind.SMALL_RSA_KEY);
  }

  @ParameterizedTest
  @EnumSource(names = {"TLS_1_0", "TLS_1_1"})
  void oldVersionsAreNothingTheJdkSpeaks(Kind kind) {
    assertThatThrownBy(() -> status(kind, trusting)).isInstanceOf(SSLException.class);
  }

  @Test
  void aServerWithoutTlsAnswersWhoeverSpeaksWithoutIt() throws IOException {
    assertThatThrownBy(() -> status(Kind.PLAIN_HTTP, trusting)).isInstanceOf(SSLException.class);
    try (Socket socket = connect(Kind.PLAIN_HTTP)) {
      assertThat(ask(socket, 15)).isEqualTo("HTTP/1.1 200 OK");
    }
  }

  @Test
  void pinsAreOfTheKey() throws Exception {
    assertThat(servers.pin(Kind.OTHER_KEY)).isNotEqualTo(servers.pin(Kind.TLS_1_3));
    assertThat(servers.pin(Kind.EXPIRED)).isEqualTo(servers.pin(Kind.TLS_1_3)).hasSize(44);
  }

  @Test
  void theCertificatesAreForTheNamesThatWereAskedFor() throws Exception {
    X509Certificate certificate = (X509Certificate) session(Kind.TLS_1_3).getPeerCertificates()[0];
    assertThat(certificate.getSubjectAlternativeNames().toString())
        .contains("localhost", "127.0.0.1", "api.example.org");
    certificate.verify(servers.authority().getPublicKey());
  }

  @ParameterizedTest
  @EnumSource(names = {"STALLS_BEFORE_HANDSHAKE", "STALLS_IN_HANDSHAKE", "DRIPS_HANDSHAKE"})
  void aHandshakeThatNeverEnds(Kind kind) throws IOException {
    try (Socket socket = connect(kind)) {
      socket.getOutputStream().write(22);
      InputStream in = socket.getInputStream();
      socket.setSoTimeout(kind == Kind.DRIPS_HANDSHAKE ? 20_000 : 100);
      if (kind == Kind.DRIPS_HANDSHAKE) {
        assertThat(in.readNBytes(8)).hasSize(8);
      } else {
        assertThat(in.readNBytes(kind == Kind.STALLS_IN_HANDSHAKE ? 5 : 0)).isNotNull();
        assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"STALLS_BEFORE_REPLY", "STALLS_IN_HEADER", "STALLS_IN_BODY"})
  void aReplyThatStops(Kind kind) throws IOException {
    try (Socket socket = tls(kind)) {
      String begun = kind == Kind.STALLS_BEFORE_REPLY ? "" : "HTTP/1.1 200 OK\r\nconten";
      assertThat(ask(socket, begun.length())).isEqualTo(begun);
      socket.setSoTimeout(100);
      assertThatThrownBy(() -> socket.getInputStream().readNBytes(1000))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"DRIPS_HEADER", "DRIPS_BODY"})
  void aReplyThatComesByteByByte(Kind kind) throws IOException {
    try (Socket socket = tls(kind)) {
      assertThat(ask(socket, 70)).startsWith("HTTP/1.1 200 OK\r\n").hasSize(70);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ENDLESS_HEADERS", "ENDLESS_HEADER_LINE", "ENDLESS_BODY"})
  void aReplyWithoutEnd(Kind kind) throws IOException {
    try (Socket socket = tls(kind)) {
      assertThat(ask(socket, 1 << 20)).startsWith("HTTP/1.1 200 OK\r\n").hasSize(1 << 20);
    }
  }

  @Test
  void aBodyThatGrowsThousandfold() throws IOException {
    try (Socket socket = tls(Kind.GZIP_BOMB)) {
      ask(socket, 0);
      InputStream in = socket.getInputStream();
      StringBuilder header = new StringBuilder();
      while (header.indexOf("\r\n\r\n") < 0) {
        header.append((char) in.read());
      }
      long read = 0;
      try (GZIPInputStream gzip = new GZIPInputStream(in)) {
        byte[] buffer = new byte[1 << 16];
        while (read < 64 << 20) {
          read += gzip.read(buffer);
        }
      }
      assertThat(read).isGreaterThanOrEqualTo(64 << 20);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"REDIRECT_LOOP", "REDIRECT_INSIDE", "REDIRECT_TO_HTTP"})
  void aReplyThatLeadsAway(Kind kind) throws IOException {
    HttpsURLConnection connection = open(kind, trusting);
    connection.setInstanceFollowRedirects(false);
    assertThat(connection.getResponseCode()).isEqualTo(302);
    assertThat(connection.getHeaderField("location"))
        .startsWith(
            switch (kind) {
              case REDIRECT_LOOP -> servers.url(kind).toString();
              case REDIRECT_INSIDE -> "https://169.254.169.254/";
              default -> "http://localhost:";
            });
  }

  private static HttpsURLConnection open(Kind kind, SSLContext context) throws IOException {
    HttpsURLConnection connection = (HttpsURLConnection) servers.url(kind).toURL().openConnection();
    connection.setSSLSocketFactory(context.getSocketFactory());
    connection.setReadTimeout(20_000);
    return connection;
  }

  private static int status(Kind kind, SSLContext context) throws IOException {
    return open(kind, context).getResponseCode();
  }

  private static int carelessStatus(Kind kind) throws IOException {
    HttpsURLConnection connection = open(kind, careless);
    connection.setHostnameVerifier((host, session) -> true);
    return connection.getResponseCode();
  }

  private static SSLSession session(Kind kind) throws IOException {
    try (Socket socket = tls(kind)) {
      return ((SSLSocket) socket).getSession();
    }
  }

  private static Socket connect(Kind kind) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), servers.port(kind));
  }

  private static Socket tls(Kind kind) throws IOException {
    return trusting
        .getSocketFactory()
        .createSocket(InetAddress.getLoopbackAddress(), servers.port(kind));
  }

  private static String ask(Socket socket, int bytes) throws IOException {
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n".getBytes(US_ASCII));
    socket.getOutputStream().flush();
    return new String(socket.getInputStream().readNBytes(bytes), US_ASCII);
  }
}
