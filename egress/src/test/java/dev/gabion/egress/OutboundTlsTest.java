package dev.gabion.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.core.StartFailed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OutboundTlsTest {
  private static final String OTHER_PIN = "sha256/" + "A".repeat(43) + "=";

  private final Work work = Work.of();

  @Test
  void eachConnectionIsHeldToTheFloorItself() throws Exception {
    for (SSLSocketFactory factory :
        List.of(
            OutboundTls.standard().socketFactory(),
            OutboundTls.standard().context().getSocketFactory())) {
      try (SSLSocket socket = (SSLSocket) factory.createSocket()) {
        SSLParameters parameters = socket.getSSLParameters();
        assertThat(parameters.getProtocols()).containsExactly("TLSv1.3", "TLSv1.2");
        assertThat(parameters.getCipherSuites())
            .isNotEmpty()
            .allMatch(
                suite ->
                    suite.matches("TLS_(AES|CHACHA20)_.*")
                        || suite.matches("TLS_(ECDHE|DHE)_.*(_GCM_|_CHACHA20_).*")
                        || suite.equals("TLS_EMPTY_RENEGOTIATION_INFO_SCSV"));
        assertThat(parameters.getEndpointIdentificationAlgorithm()).isEqualTo("HTTPS");
      }
    }
  }

  @Test
  void anAuthorityThatNobodyKnowsIsRefused() throws Exception {
    try (Rig rig = new Rig()) {
      assertThat(called(rig, OutboundTls.standard())).isEqualTo("TLS with a cause");
      assertThat(work.last().fact("reason")).isEqualTo("tls");
      assertThat(called(rig, OutboundTls.standard().trust(Keys.SERVER.certificate())))
          .isEqualTo("200 fine");
    }
  }

  @Test
  void aCertificateOfAnotherHostIsRefused() throws Exception {
    Keys other = Keys.other();
    try (Rig rig = new Rig(other)) {
      assertThat(called(rig, OutboundTls.standard().trustOnly(other.certificate())))
          .isEqualTo("TLS with a cause");
      assertThat(rig.outside.requests).isEmpty();
    }
  }

  @Test
  void aShortKeyIsRefused() throws Exception {
    Keys tooShort = Keys.tooShort();
    try (Rig rig = new Rig(tooShort)) {
      assertThat(called(rig, OutboundTls.standard().trustOnly(tooShort.certificate())))
          .isEqualTo("TLS with a cause");
      assertThat(rig.outside.requests).isEmpty();
    }
  }

  @Test
  void aKeyThatIsNotPinnedIsRefused() throws Exception {
    OutboundTls trusting = OutboundTls.standard().trustOnly(Keys.SERVER.certificate());
    String backup = "sha256/" + "B".repeat(43) + "=";
    try (Rig rig = new Rig()) {
      assertThat(called(rig, trusting.pins(Rig.HOST, OTHER_PIN, backup))).isEqualTo("PIN");
      assertThat(work.last().fact("reason")).isEqualTo("pin");
      assertThat(rig.outside.requests).isEmpty();
      assertThat(called(rig, trusting.pins(Rig.HOST, OTHER_PIN, Keys.SERVER.pin())))
          .isEqualTo("200 fine");
      OutboundTls elsewhere = trusting.pins("pay.example.org", OTHER_PIN, backup);
      EgressPolicy both = EgressPolicy.hosts(Rig.HOST, "pay.example.org");
      try (OutboundClient client = rig.client(both, each -> each.tls(elsewhere))) {
        assertThat(Rig.get(client.within(work), Rig.URL)).isEqualTo("200 fine");
      }
    }
  }

  static Stream<List<String>> noPins() {
    return Stream.of(
        List.of(OTHER_PIN, OTHER_PIN),
        List.of(OTHER_PIN, "sha1/AAAA"),
        List.of("", OTHER_PIN),
        List.of(OTHER_PIN, "sha256/" + "A".repeat(42) + "="));
  }

  @ParameterizedTest
  @MethodSource("noPins")
  void aPinNeedsAnother(List<String> pins) {
    assertThatThrownBy(() -> OutboundTls.standard().pins(Rig.HOST, pins.get(0), pins.get(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aClientShowsItsCertificateWhereItIsAskedFor() throws Exception {
    OutboundTls trusting = OutboundTls.standard().trustOnly(Keys.SERVER.certificate());
    OutboundTls shown =
        trusting.clientCertificate(Rig.HOST, Keys.SERVER.key(), Keys.SERVER.certificate());
    try (Rig rig = new Rig();
        Server asking = Server.asking(Keys.SERVER.context())) {
      World world = new World(asking.port(), rig.inside.port()).name(Rig.HOST, World.OUTSIDE);
      try (OutboundClient without = rig.client(each -> each.tls(trusting).on(world))) {
        assertThatThrownBy(() -> Rig.get(without.within(work), Rig.URL))
            .isInstanceOf(EgressFailed.class);
      }
      assertThat(asking.requests).isEmpty();
      try (OutboundClient with = rig.client(each -> each.tls(shown).on(world))) {
        assertThat(Rig.get(with.within(work), Rig.URL)).isEqualTo("200 fine");
      }
    }
  }

  @Test
  void aClientsCertificateIsShownToItsHostAlone() throws Exception {
    OutboundTls shown =
        OutboundTls.standard()
            .trustOnly(Keys.SERVER.certificate())
            .clientCertificate(Rig.HOST, Keys.SERVER.key(), Keys.SERVER.certificate());
    EgressPolicy both = EgressPolicy.hosts(Rig.HOST, "pay.example.org");
    try (Rig rig = new Rig();
        Server asking = Server.asking(Keys.SERVER.context())) {
      World world =
          new World(asking.port(), rig.inside.port())
              .name(Rig.HOST, World.OUTSIDE)
              .name("pay.example.org", World.OUTSIDE);
      asking.answering(
          (request, out) ->
              out.write(
                  Server.raw(
                      String.join(
                          "\r\n",
                          "HTTP/1.1 302 Found",
                          "Location: https://pay.example.org/next",
                          "Content-Length: 0",
                          "",
                          ""))));
      try (OutboundClient client =
          rig.client(both, each -> each.tls(shown).on(world).redirects(1))) {
        assertThatThrownBy(() -> Rig.get(client.within(work), Rig.URL))
            .isInstanceOf(EgressFailed.class)
            .hasMessageContaining("pay.example.org");
      }
      assertThat(asking.requests)
          .extracting(Server.Request::line)
          .containsExactly("GET / HTTP/1.1");
    }
  }

  @Test
  void aDriverShowsItsCertificateToItsHostAlone() throws Exception {
    SSLSocketFactory factory =
        OutboundTls.standard()
            .trustOnly(Keys.SERVER.certificate())
            .clientCertificate(Rig.HOST, Keys.SERVER.key(), Keys.SERVER.certificate())
            .socketFactory();
    try (Server asking = Server.asking(Keys.SERVER.context())) {
      assertThat(asked(factory, asking, "GOOD.example.org")).isTrue();
      assertThat(asked(factory, asking, "pay.example.org")).isFalse();
    }
  }

  /** Whether a server that demands a certificate answers. */
  private static boolean asked(SSLSocketFactory factory, Server server, String host)
      throws Exception {
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), server.port());
    try (SSLSocket tls = (SSLSocket) factory.createSocket(plain, host, server.port(), true)) {
      tls.getOutputStream().write(Server.raw("GET / HTTP/1.1\r\n\r\n"));
      return tls.getInputStream().read() == 'H';
    } catch (IOException refused) {
      return false;
    }
  }

  @Test
  void aPinOrACertificateIsForAHostOfThePolicy() throws Exception {
    OutboundTls standard = OutboundTls.standard();
    for (OutboundTls each :
        List.of(
            standard.pins("pay.example.org", OTHER_PIN, Keys.SERVER.pin()),
            standard.clientCertificate(
                "pay.example.org", Keys.SERVER.key(), Keys.SERVER.certificate()))) {
      OutboundClient client = OutboundClient.of(EgressPolicy.hosts(Rig.HOST)).tls(each);
      assertThatThrownBy(() -> client.start(work))
          .isInstanceOf(StartFailed.class)
          .hasMessageContaining("pay.example.org");
    }
  }

  @Test
  void aPinHoldsHoweverTheHostIsWritten() throws Exception {
    String backup = "sha256/" + "B".repeat(43) + "=";
    Keys six = Keys.of("ip:fd12::1,dns:good.example.org");
    OutboundTls trusting = OutboundTls.standard().trustOnly(six.certificate());
    try (Server server = Server.tls(six.context())) {
      for (String pinned : List.of("fd12::1", "[FD12:0:0::1]", "fd12:0:0:0:0:0:0:1")) {
        SSLSocketFactory factory = trusting.pins(pinned, OTHER_PIN, backup).socketFactory();
        for (String asked : List.of("fd12::1", "fd12:0:0::1")) {
          assertThat(shaken(factory, server, asked, "HTTPS")).as(pinned + " " + asked).isFalse();
          assertThat(shaken(trusting.socketFactory(), server, asked, "HTTPS"))
              .as("the control")
              .isTrue();
        }
      }
      SSLSocketFactory named = trusting.pins(Rig.HOST, OTHER_PIN, backup).socketFactory();
      assertThat(shaken(named, server, Rig.HOST + ".", "HTTPS")).as("a dot").isFalse();
    }
  }

  @Test
  void aDriversSocketChecksTheNameWhateverTheDriverSays() throws Exception {
    SSLSocketFactory factory =
        OutboundTls.standard().trustOnly(Keys.SERVER.certificate()).socketFactory();
    try (Server server = Server.tls(Keys.SERVER.context())) {
      assertThat(shaken(factory, server, Rig.HOST, "HTTPS")).isTrue();
      assertThat(shaken(factory, server, "db.example.net", "HTTPS")).isFalse();
      assertThat(shaken(factory, server, "db.example.net", "")).isFalse();
      assertThat(shaken(Keys.SERVER.context().getSocketFactory(), server, "db.example.net", ""))
          .as("the control")
          .isTrue();
    }
  }

  private static boolean shaken(
      SSLSocketFactory factory, Server server, String host, String identification)
      throws Exception {
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), server.port());
    try (SSLSocket tls = (SSLSocket) factory.createSocket(plain, host, server.port(), true)) {
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm(identification);
      tls.setSSLParameters(parameters);
      tls.startHandshake();
      return Set.of("TLSv1.3", "TLSv1.2").contains(tls.getSession().getProtocol());
    } catch (SSLException refused) {
      return false;
    }
  }

  /** The reason of the refusal, and what the JDK's TLS says of it; or the answer. */
  private String called(Rig rig, OutboundTls tls) throws Exception {
    try (OutboundClient client = rig.client(each -> each.tls(tls))) {
      return Rig.get(client.within(work), Rig.URL);
    } catch (EgressFailed failed) {
      Throwable cause = failed.getCause();
      return failed.reason() + (cause instanceof SSLException ? " with a cause" : "");
    }
  }
}
