package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gabion.aws.AwsClients;
import dev.gabion.aws.S3Quarantine;
import dev.gabion.aws.SqsQuarantine;
import dev.gabion.core.InvocationFailed;
import dev.gabion.core.Logic;
import dev.gabion.core.Permit;
import dev.gabion.core.Quarantine;
import dev.gabion.core.Recipe;
import dev.gabion.core.Rules;
import dev.gabion.core.SecureHandler;
import dev.gabion.core.Settings;
import dev.gabion.events.Senders;
import dev.gabion.events.Sqs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is sent to SQS and S3 to keep a message, and what becomes of it if they do not take it. */
class QuarantineTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String POISON = "{\"name\":\"hunter2\",\"unknown\":\"\u00e9\"}";

  record Order(String name) {}

  /** One request as it came. */
  private record Asked(String method, String path, Map<String, String> headers, String body) {}

  private final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean failing;
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void end() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Map<String, String> headers = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
      asked.add(
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getPath(),
              headers,
              new String(body, UTF_8)));
      byte[] reply = failing ? "{\"__type\":\"AccessDenied\"}".getBytes(UTF_8) : reply(body);
      exchange.sendResponseHeaders(failing ? 403 : 200, reply.length == 0 ? -1 : reply.length);
      if (reply.length > 0) {
        exchange.getResponseBody().write(reply);
      }
    }
  }

  /** SQS answers with the digest of the body, which its client checks. */
  private static byte[] reply(byte[] request) throws IOException {
    if (!new String(request, UTF_8).startsWith("{\"QueueUrl\"")) {
      return new byte[0];
    }
    try {
      byte[] body = JSON.readTree(request).path("MessageBody").textValue().getBytes(UTF_8);
      String digest = HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(body));
      return "{\"MessageId\":\"q1\",\"MD5OfMessageBody\":\"%s\"}".formatted(digest).getBytes(UTF_8);
    } catch (java.security.NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static final class Handler extends SecureHandler {
    Handler(Recipe<?, ?, ?> recipe) {
      super(recipe);
    }
  }

  private final RecordingAudit audit = new RecordingAudit();

  private String send(Quarantine quarantine) {
    Handler handler =
        new Handler(
            Sqs.queue("orders", Order.class)
                .quarantine(quarantine)
                .caller(Senders.whoeverMayWrite())
                .rules(Rules.insecureAnyInput("a test of the quarantine"))
                .permit(Permit.insecureEveryCaller("a test of the quarantine"))
                .audit(audit)
                .logic(Logic.doing((order, call) -> {}))
                .settings(
                    Settings.of(
                        Map.of(
                            "AWS_REGION", "eu-central-1",
                            "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE",
                            "AWS_SECRET_ACCESS_KEY", "not-a-key"))));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      handler.handleRequest(
          new ByteArrayInputStream(SampleRecords.sqs("orders", POISON).getBytes(UTF_8)),
          out,
          SampleContext.standard());
    } catch (InvocationFailed failed) {
      return "failed";
    }
    return out.toString(UTF_8);
  }

  private AwsClients clients() {
    return AwsClients.standard()
        .insecureLocalEndpoint(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "a test");
  }

  private String queueUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/123456789012/quarantine";
  }

  private static void requireWhole(JsonNode kept) throws IOException {
    assertThat(kept.path("original").binaryValue()).isEqualTo(POISON.getBytes(UTF_8));
    assertThat(kept.path("reason").textValue()).isEqualTo("unknown-field");
    assertThat(kept.path("status").intValue()).isEqualTo(400);
    assertThat(kept.path("stop").textValue()).isEqualTo("decode");
    assertThat(kept.path("deliveries").intValue()).isEqualTo(1);
    assertThat(kept.path("deliveryId").textValue()).isEqualTo("m0");
    assertThat(kept.path("correlationId").textValue()).isNotEmpty();
    assertThat(kept.path("source").path("kind").textValue()).isEqualTo("sqs");
    assertThat(kept.path("source").path("origin").textValue()).endsWith(":orders");
  }

  @Test
  void aQueueKeepsTheMessageAndItIsAcknowledged() throws IOException {
    assertThat(send(SqsQuarantine.queue(queueUrl(), clients())))
        .isEqualTo("{\"batchItemFailures\":[]}");
    assertThat(asked).hasSize(1);
    assertThat(asked.get(0).headers()).containsEntry("X-Amz-Target", "AmazonSQS.SendMessage");
    JsonNode request = JSON.readTree(asked.get(0).body());
    assertThat(request.path("QueueUrl").textValue()).isEqualTo(queueUrl());
    requireWhole(JSON.readTree(request.path("MessageBody").textValue()));
    assertThat(audit.events().toString()).doesNotContain("hunter2");
    assertThat(audit.events().get(0).facts())
        .containsEntry("quarantine", "kept")
        .hasEntrySatisfying("quarantine.place", place -> assertThat(place).contains("quarantine"));
  }

  @Test
  void aBucketKeepsTheMessageAndItIsAcknowledged() throws IOException {
    assertThat(send(S3Quarantine.bucket("kept", "123456789012", "orders/", clients())))
        .isEqualTo("{\"batchItemFailures\":[]}");
    assertThat(asked).hasSize(1);
    Asked put = asked.get(0);
    assertThat(put.method()).isEqualTo("PUT");
    assertThat(put.path()).startsWith("/kept/orders/").endsWith(".json");
    assertThat(put.headers())
        .containsEntry("x-amz-expected-bucket-owner", "123456789012")
        .containsEntry("content-type", "application/json");
    // The client sends it in signed chunks: what is between the first brace and the last is ours.
    String body = put.body();
    requireWhole(JSON.readTree(body.substring(body.indexOf('{'), body.lastIndexOf('}') + 1)));
  }

  @Test
  void whatIsNotTakenComesAgain() {
    failing = true;
    assertThat(send(SqsQuarantine.queue(queueUrl(), clients()))).isEqualTo("failed");
    assertThat(send(S3Quarantine.bucket("kept", "123456789012", "", clients())))
        .isEqualTo("failed");
    assertThat(audit.events())
        .allSatisfy(event -> assertThat(event.facts()).containsEntry("quarantine", "failed"));
    assertThat(audit.events()).hasSize(2);
  }

  @Test
  void aPlaceIsNamedInFull() {
    for (String url :
        List.of("quarantine", "https://sqs.eu-central-1.amazonaws.com/1/q", queueUrl() + ".fifo")) {
      assertThatIllegalArgumentException().isThrownBy(() -> SqsQuarantine.queue(url));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> S3Quarantine.bucket("arn:aws:s3:::b", "123456789012", ""));
    assertThatIllegalArgumentException().isThrownBy(() -> S3Quarantine.bucket("bucket", "me", ""));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> S3Quarantine.bucket("bucket", "123456789012", "a b"));
  }
}
