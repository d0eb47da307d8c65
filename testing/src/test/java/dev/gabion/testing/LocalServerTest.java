package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LocalServerTest {
  private static final InetSocketAddress LOOPBACK =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static RealRuntime runtime;
  private static LocalServer server;

  @BeforeAll
  static void start() throws IOException {
    runtime = RealRuntime.of(Handlers.Mirror.class).start();
    server = LocalServer.serve(runtime, 0);
  }

  @AfterAll
  static void close() {
    server.close();
    runtime.close();
  }

  @Test
  void aRequestBecomesAnEvent() throws Exception {
    JsonNode event =
        event(
            server,
            request(server, "orders/7?a=1&a=2")
                .header("content-type", "application/json")
                .header("X-Mine", "one")
                .header("cookie", "a=b; c=d")
                .POST(BodyPublishers.ofString("{\"größe\":1}")));

    assertThat(event.path("version").asText()).isEqualTo("2.0");
    assertThat(event.path("routeKey").asText()).isEqualTo("$default");
    assertThat(event.path("rawPath").asText()).isEqualTo("/orders/7");
    assertThat(event.path("rawQueryString").asText()).isEqualTo("a=1&a=2");
    assertThat(event.at("/requestContext/http/method").asText()).isEqualTo("POST");
    assertThat(event.at("/headers/x-mine").asText()).isEqualTo("one");
    assertThat(event.path("cookies").toString()).isEqualTo("[\"a=b\",\"c=d\"]");
    assertThat(event.path("body").asText()).isEqualTo("{\"größe\":1}");
    assertThat(event.path("isBase64Encoded").asBoolean()).isFalse();
    assertThat(event.at("/requestContext/authorizer").isMissingNode()).isTrue();
  }

  @Test
  void aBodyThatIsNotTextTravelsInBase64() throws Exception {
    JsonNode event =
        event(
            server,
            request(server, "")
                .header("content-type", "application/octet-stream")
                .POST(BodyPublishers.ofByteArray(new byte[] {-1, 0, 7})));
    JsonNode claimed =
        event(
            server,
            request(server, "")
                .header("content-type", "text/plain")
                .POST(BodyPublishers.ofByteArray(new byte[] {-1})));

    assertThat(event.path("body").binaryValue()).containsExactly(-1, 0, 7);
    assertThat(claimed.path("isBase64Encoded").asBoolean()).isTrue();
  }

  @Test
  void statusHeadersCookiesAndBytesComeBack() throws Exception {
    HttpResponse<byte[]> response =
        reply(
            "{\"statusCode\":418,\"headers\":{\"x-tea\":\"green\"},\"cookies\":[\"a=1\",\"b=2\"],"
                + "\"isBase64Encoded\":true,\"body\":\"/wAH\"}");

    assertThat(response.statusCode()).isEqualTo(418);
    assertThat(response.headers().firstValue("x-tea")).hasValue("green");
    assertThat(response.headers().allValues("set-cookie")).containsExactly("a=1", "b=2");
    assertThat(response.body()).containsExactly(-1, 0, 7);
  }

  @Test
  void aReplyWithoutAStatusIsTheBody() throws Exception {
    HttpResponse<byte[]> response = reply("{\"plain\":1}");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(new String(response.body(), UTF_8)).isEqualTo("{\"plain\":1}");
  }

  @Test
  void whatIsNoReplyInHttpIsAServerError() throws Exception {
    assertThat(reply("not json").statusCode()).isEqualTo(500);
    assertThat(reply("{\"statusCode\":99}").statusCode()).isEqualTo(500);
    assertThat(reply("{\"statusCode\":200,\"headers\":{\"x\":\"a\\r\\ny: b\"}}").statusCode())
        .isEqualTo(500);
    assertThat(reply("{\"statusCode\":200,\"isBase64Encoded\":true,\"body\":\"?\"}").statusCode())
        .isEqualTo(500);
    assertThat(reply("throw").statusCode()).isEqualTo(500);
  }

  @Test
  void aRequestThatMakesTooLargeAnEventIsRefused() throws Exception {
    HttpRequest.Builder request = request(server, "").header("content-type", "text/plain");

    assertThat(send(request.POST(BodyPublishers.ofByteArray(new byte[6_291_457]))).statusCode())
        .isEqualTo(413);
    assertThat(send(request.POST(BodyPublishers.ofByteArray(new byte[6_291_456]))).statusCode())
        .isEqualTo(413);
    assertThat(send(request.POST(BodyPublishers.ofString("x".repeat(6_000_000)))).statusCode())
        .isEqualTo(200);
  }

  @Test
  void routesDecideWhatIsFoundAndBindPathParameters() throws Exception {
    try (LocalServer routed =
        LocalServer.serve(runtime, LOOPBACK, "GET /orders/{id}", "ANY /files/{path+}")) {
      JsonNode order = event(routed, request(routed, "orders/7"));
      JsonNode file = event(routed, request(routed, "files/a/b").DELETE());

      assertThat(order.path("routeKey").asText()).isEqualTo("GET /orders/{id}");
      assertThat(order.at("/pathParameters/id").asText()).isEqualTo("7");
      assertThat(file.at("/pathParameters/path").asText()).isEqualTo("a/b");
      assertThat(send(request(routed, "orders/7").DELETE()).statusCode()).isEqualTo(404);
      assertThat(send(request(routed, "orders/7/x")).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void anIdentityIsGivenOnlyWhereItIsAskedFor() throws Exception {
    try (LocalServer identified =
        LocalServer.insecureServeAs(event -> event.jwt("alice", "read"), runtime, LOOPBACK)) {
      assertThat(
              event(identified, request(identified, ""))
                  .at("/requestContext/authorizer/jwt/claims/sub")
                  .asText())
          .isEqualTo("alice");
      assertThat(
              event(server, request(server, "")).at("/requestContext/authorizer").isMissingNode())
          .isTrue();
    }
  }

  @Test
  void onlyLoopbackAddressesAreBound() {
    assertThatThrownBy(() -> LocalServer.serve(runtime, new InetSocketAddress("0.0.0.0", 0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LocalServer.serve(runtime, new InetSocketAddress("192.0.2.1", 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRequestForAnotherHostIsRefused() throws Exception {
    String rebound = "attacker.example:" + server.url().getPort();
    String meant = "localhost:" + server.url().getPort();

    assertThat(raw("GET / HTTP/1.1\r\nhost: " + rebound + "\r\nconnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 403 ");
    assertThat(raw("GET / HTTP/1.1\r\nhost: " + meant + "\r\nconnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ");
  }

  @Test
  void aPageOfAnotherSiteIsRefused() throws Exception {
    String head = "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\norigin: ";

    assertThat(raw(head + "https://attacker.example\r\n\r\n")).startsWith("HTTP/1.1 403 ");
    assertThat(raw(head + "null\r\n\r\n")).startsWith("HTTP/1.1 403 ");
    assertThat(raw(head + "http://localhost:3000\r\n\r\n")).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void whatIsNotHttpIsRefusedAndChunksAreRead() throws Exception {
    String head = "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n";

    assertThat(raw("hello\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(raw(head.replace(" / ", " * ") + "\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(raw(head + "content-length: -1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(raw(head + "content-length: 1\r\ncontent-length: 2\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
    assertThat(raw(head + "content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
    assertThat(
            raw(
                head
                    + "content-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nz: trailer\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ")
        .contains("\"body\":\"abcde\"");
  }

  @Test
  void theCommandLineNamesHandlerPortRoutesSettingsAndIdentity() {
    Arguments read =
        Arguments.read(
            List.of(
                "com.example.H",
                "8080",
                "--route",
                "GET /a",
                "--env",
                "A=b=c",
                "--insecure-identity",
                "alice",
                "--scope",
                "read",
                "--claim",
                "tenant=t"));

    assertThat(read.port()).isEqualTo(8080);
    assertThat(read.routes()).containsExactly("GET /a");
    assertThat(read.setup().handler()).isEqualTo("com.example.H");
    assertThat(read.setup().environment()).containsEntry("A", "b=c");
    assertThat(read.identity().apply(SampleEvents.httpApi()).json())
        .contains("\"sub\":\"alice\"", "\"scope\":\"read\"", "\"tenant\":\"t\"");
  }

  @Test
  void aCommandLineThatIsWrongIsExplained() {
    for (List<String> wrong :
        List.of(
            List.<String>of(),
            List.of("H"),
            List.of("H", "port"),
            List.of("H", "0", "--env", "A"),
            List.of("H", "0", "--scope", "read"),
            List.of("H", "0", "--unknown", "x"))) {
      assertThatThrownBy(() -> Arguments.read(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Usage:");
    }
  }

  private static HttpResponse<byte[]> reply(String reply) throws Exception {
    return send(
        request(server, "reply")
            .header("content-type", "text/plain")
            .POST(BodyPublishers.ofString(reply)));
  }

  private static JsonNode event(LocalServer from, HttpRequest.Builder request) throws Exception {
    HttpResponse<byte[]> response = send(request);
    assertThat(response.statusCode()).as(from.url().toString()).isEqualTo(200);
    return new ObjectMapper().readTree(response.body());
  }

  private static HttpRequest.Builder request(LocalServer to, String path) {
    URI url = to.url().resolve("/" + path);
    return HttpRequest.newBuilder(url).version(HttpClient.Version.HTTP_1_1);
  }

  private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.url().getPort())) {
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }
}
