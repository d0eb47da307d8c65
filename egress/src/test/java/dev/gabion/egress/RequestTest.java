package dev.gabion.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.util.stream.Stream;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.net.URIAuthority;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTest {
  private static final HttpHost TARGET = new HttpHost("https", Rig.HOST);

  private final Work work = Work.of();
  private Rig rig;

  @BeforeEach
  void build() throws Exception {
    rig = new Rig();
  }

  @AfterEach
  void tearDown() throws Exception {
    rig.close();
  }

  static Stream<String> values() {
    return Stream.of(
        "a\r\nX-Injected: 1",
        "a\nX-Injected: 1",
        "a\rX-Injected: 1",
        "a\u0000b",
        "a\u000bb",
        "a\u007fb",
        "a\u0085b",
        "caf\u00e9",
        "\u560a\u560dX-Injected: 1");
  }

  @ParameterizedTest
  @MethodSource("values")
  void aHeaderIsOneLineOfText(String value) throws Exception {
    BasicClassicHttpRequest request = new BasicClassicHttpRequest("GET", TARGET, "/");
    request.addHeader("X-Name", value);
    assertThat(refused(request)).isEqualTo("header-value");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X Name", "X:Name", "X\r\nY", "", "X\u0000", "X\u00e9"})
  void aHeadersNameIsAToken(String name) throws Exception {
    BasicClassicHttpRequest request = new BasicClassicHttpRequest("GET", TARGET, "/");
    request.addHeader(name, "a");
    assertThat(refused(request)).isEqualTo("header-name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host",
        "host",
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "Upgrade",
        "TE",
        "Trailer",
        "Proxy-Authorization",
        "Proxy-Connection",
        "Keep-Alive"
      })
  void whatFramesAMessageIsNotTheCallers(String name) throws Exception {
    BasicClassicHttpRequest request = new BasicClassicHttpRequest("POST", TARGET, "/");
    request.addHeader(name, "1");
    assertThat(refused(request)).isEqualTo("header-of-ours");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a b",
        "/a\r\nX-Injected: 1",
        "/a HTTP/1.1\r\nHost: evil\r\n\r\n",
        "/a\u0000",
        "/a\\b",
        "/caf\u00e9",
        "/a#b",
        "a",
        "https://evil.example.net/",
        "*"
      })
  void aPathIsVisibleAndBeginsAtTheRoot(String path) throws Exception {
    BasicClassicHttpRequest request = new BasicClassicHttpRequest("GET", "/");
    request.setScheme("https");
    request.setAuthority(new URIAuthority(Rig.HOST));
    request.setPath(path);
    assertThat(refused(request)).isEqualTo("path");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE", "CONNECT", "GET /\r\nX", "G E T", "get", "", "G\u0000"})
  void aMethodIsAWord(String method) throws Exception {
    assertThat(refused(new BasicClassicHttpRequest(method, TARGET, "/"))).isEqualTo("method");
  }

  @ParameterizedTest
  @CsvSource({"user, good.example.org", "user:pass, good.example.org", "'', good.example.org"})
  void userInfoIsRefused(String info, String host) throws Exception {
    BasicClassicHttpRequest request = new BasicClassicHttpRequest("GET", "/");
    request.setScheme("https");
    request.setAuthority(new URIAuthority(info, host, -1));
    assertThat(refused(request)).isEqualTo("user-info");
  }

  @Test
  void headersAreBounded() throws Exception {
    BasicClassicHttpRequest request = new BasicClassicHttpRequest("GET", TARGET, "/");
    request.addHeader("X-Long", "a".repeat(Outgoing.HEADER_BYTES));
    assertThat(refused(request)).isEqualTo("headers");
  }

  /** HttpClient 5.6 sends question marks for line ends, and leaves the host to the caller. */
  @Test
  void withoutTheChecksSomethingElseIsSent() throws Exception {
    try (Server plain = Server.plain();
        CloseableHttpClient client = HttpClients.createDefault()) {
      HttpHost target =
          new HttpHost("http", InetAddress.getLoopbackAddress(), "127.0.0.1", plain.port());
      BasicClassicHttpRequest request = new BasicClassicHttpRequest("GET", target, "/a HTTP/1.0");
      request.addHeader("X-Name: a\r\nX-Injected", "1");
      request.addHeader("Host", "evil.example.net");
      client.execute(target, request, response -> response.getCode());
      assertThat(plain.requests.get(0).line()).isEqualTo("GET /a HTTP/1.0 HTTP/1.1");
      assertThat(plain.requests.get(0).headers())
          .contains("X-Name: a??X-Injected: 1", "Host: evil.example.net");
    }
  }

  private String refused(ClassicHttpRequest request) throws Exception {
    try (OutboundClient client = rig.client()) {
      EgressFailed failed =
          catchThrowableOfType(EgressFailed.class, () -> sent(client.within(work), request));
      assertThat(failed.reason()).isEqualTo(EgressFailed.Reason.REQUEST);
      assertThat(rig.outside.accepted).hasValue(0);
      assertThat(work.told).hasSize(1);
      return failed.detail();
    }
  }

  private static String sent(CloseableHttpClient client, ClassicHttpRequest request)
      throws IOException {
    return Rig.send(client, request);
  }
}
