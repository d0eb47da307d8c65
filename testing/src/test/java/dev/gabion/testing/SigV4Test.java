package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** Signatures are made by the SDK's own signer, and sent by hand so that they can be spoilt. */
class SigV4Test {
  private static final Instant NOW = Instant.parse("2026-03-04T23:59:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final String BODY = "{\"SecretId\":\"prod/db\"}";

  private static LocalAws aws;

  @BeforeAll
  static void start() {
    aws = LocalAws.start(CLOCK);
    aws.secrets().put("prod/db", "correct horse");
    aws.secrets().put("prod/ab", "battery staple");
  }

  @AfterAll
  static void close() {
    aws.close();
  }

  @Test
  void aSignedRequestIsAnswered() throws IOException {
    assertThat(user().send()).contains("correct horse");
  }

  @Test
  void aRoleSignsWithItsSessionToken() throws IOException {
    assertThat(role(variable("AWS_SESSION_TOKEN")).send()).contains("correct horse");
  }

  @Test
  void anUnsignedRequestIsRefused() throws IOException {
    assertThat(user().without("Authorization").send())
        .isEqualTo("400 MissingAuthenticationTokenException");
  }

  @Test
  void aWrongKeyIsRefused() throws IOException {
    assertThat(as(AwsCredentialsIdentity.create(aws.accessKeyId(), "wrong")).send())
        .isEqualTo("400 InvalidSignatureException");
  }

  @Test
  void anUnknownKeyIsRefused() throws IOException {
    assertThat(as(AwsCredentialsIdentity.create("AKIAUNKNOWN", aws.secretAccessKey())).send())
        .isEqualTo("400 UnrecognizedClientException");
  }

  @Test
  void aSessionTokenThatIsMissingOrWrongOrNotDueIsRefused() throws IOException {
    String missing =
        as(AwsCredentialsIdentity.create(
                variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY")))
            .send();
    String notDue =
        as(AwsSessionCredentialsIdentity.create(
                aws.accessKeyId(), aws.secretAccessKey(), variable("AWS_SESSION_TOKEN")))
            .send();

    assertThat(List.of(missing, role("wrong").send(), notDue))
        .containsOnly("400 UnrecognizedClientException");
  }

  @Test
  void aChangedBodyIsRefused() throws IOException {
    assertThat(user().body(BODY.replace("prod/db", "prod/ab")).send())
        .isEqualTo("400 InvalidSignatureException");
  }

  @Test
  void aChangedOperationIsRefused() throws IOException {
    assertThat(user().header("X-Amz-Target", "secretsmanager.DescribeSecret").send())
        .isEqualTo("400 InvalidSignatureException");
  }

  @Test
  void whatDecidesMustBeSigned() throws IOException {
    String unsignedTarget =
        user()
            .change(
                "Authorization", value -> value.replace(";x-amz-target", "").replace("host;", ""))
            .send();
    String added = user().header("X-Amz-Other", "1").send();

    assertThat(List.of(unsignedTarget, added)).containsOnly("400 InvalidSignatureException");
  }

  @Test
  void aSignatureForAnotherPlaceIsRefused() throws IOException {
    String region = signed(identity(), "secretsmanager", "eu-west-1", CLOCK).send();
    String service = signed(identity(), "kms", "eu-central-1", CLOCK).send();

    assertThat(List.of(region, service)).containsOnly("400 InvalidSignatureException");
  }

  @Test
  void aSignatureIsGoodForFiveMinutes() throws IOException {
    assertThat(at(NOW.minusSeconds(300)).send()).contains("correct horse");
    assertThat(at(NOW.minusSeconds(301)).send()).isEqualTo("400 InvalidSignatureException");
    assertThat(at(NOW.plusSeconds(300)).send()).contains("correct horse");
    assertThat(at(NOW.plusSeconds(301)).send()).isEqualTo("400 InvalidSignatureException");
  }

  @Test
  void aDateThatIsNotTheScopesIsRefused() throws IOException {
    assertThat(user().change("Authorization", v -> v.replace("/20260304/", "/20260303/")).send())
        .isEqualTo("400 InvalidSignatureException");
  }

  @Test
  void halfASignatureIsRefused() throws IOException {
    assertThat(
            List.of(
                user().header("Authorization", "AWS4-HMAC-SHA256 Credential=a").send(),
                user().change("Authorization", v -> v.replaceAll("Signature=.*", "")).send(),
                user().change("Authorization", v -> v.replace("AWS4-HMAC", "AWS4-ECDSA")).send(),
                user().without("X-Amz-Date").send(),
                user().header("X-Amz-Date", "20260304").send()))
        .containsOnly("400 IncompleteSignatureException");
  }

  @Test
  void refusedRequestsAreNotCounted() throws IOException {
    int before = aws.requests().size();
    user().without("Authorization").send();
    assertThat(aws.requests()).hasSize(before);
  }

  @Test
  void theAnswersDateIsThatOfTheClock() throws IOException {
    HttpURLConnection connection = (HttpURLConnection) aws.uri().toURL().openConnection();
    connection.getResponseCode();
    assertThat(Instant.ofEpochMilli(connection.getDate())).isEqualTo(NOW);
  }

  /** AWS Signature Version 4 test suite, "get-vanilla". */
  @Test
  void thePublishedExampleIsAccepted() {
    String keyId = "AKIDEXAMPLE";
    SigV4 check =
        new SigV4(
            Map.of(
                keyId, new SigV4.Signer(keyId, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null)),
            Clock.fixed(Instant.parse("2015-08-30T12:36:00Z"), ZoneOffset.UTC));
    String right = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";

    assertThat(check.check(vanilla(right), new byte[0], "service")).isEqualTo("us-east-1");
    String wrong = right.replace('5', '6');
    assertThatThrownBy(() -> check.check(vanilla(wrong), new byte[0], "service"))
        .isInstanceOf(AwsRefusal.class);
  }

  private static LoopbackHttp.Request vanilla(String signature) {
    return new LoopbackHttp.Request(
        "GET",
        "/",
        Map.of(
            "host",
            "example.amazonaws.com",
            "x-amz-date",
            "20150830T123600Z",
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                + "SignedHeaders=host;x-amz-date, Signature="
                + signature),
        new byte[0]);
  }

  private static String variable(String name) {
    return aws.environment().getOrDefault(name, "");
  }

  private static AwsCredentialsIdentity identity() {
    return AwsCredentialsIdentity.create(aws.accessKeyId(), aws.secretAccessKey());
  }

  private static Sent user() {
    return as(identity());
  }

  private static Sent role(String token) {
    return as(
        AwsSessionCredentialsIdentity.create(
            variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"), token));
  }

  private static Sent as(AwsCredentialsIdentity identity) {
    return signed(identity, "secretsmanager", "eu-central-1", CLOCK);
  }

  private static Sent at(Instant time) {
    return signed(identity(), "secretsmanager", "eu-central-1", Clock.fixed(time, ZoneOffset.UTC));
  }

  private static Sent signed(
      AwsCredentialsIdentity identity, String service, String region, Clock clock) {
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .uri(aws.uri())
            .method(SdkHttpMethod.POST)
            .putHeader("Content-Type", "application/x-amz-json-1.1")
            .putHeader("X-Amz-Target", "secretsmanager.GetSecretValue")
            .build();
    SignedRequest signed =
        AwsV4HttpSigner.create()
            .sign(
                ask ->
                    ask.identity(identity)
                        .request(request)
                        .payload(ContentStreamProvider.fromUtf8String(BODY))
                        .putProperty(HttpSigner.SIGNING_CLOCK, clock)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region));
    Map<String, String> headers = new LinkedHashMap<>();
    signed
        .request()
        .forEachHeader((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    headers.remove("host"); // the connection says it
    return new Sent(headers, BODY);
  }

  /** A signed request that can be spoilt before it is sent. */
  private record Sent(Map<String, String> headers, String body) {
    Sent body(String other) {
      return new Sent(headers, other);
    }

    Sent without(String name) {
      return but(all -> all.remove(name.toLowerCase(Locale.ROOT)));
    }

    Sent header(String name, String value) {
      return but(all -> all.put(name.toLowerCase(Locale.ROOT), value));
    }

    Sent change(String name, UnaryOperator<String> change) {
      return but(
          all -> all.computeIfPresent(name.toLowerCase(Locale.ROOT), (n, v) -> change.apply(v)));
    }

    private Sent but(Consumer<Map<String, String>> change) {
      Map<String, String> copy = new LinkedHashMap<>(headers);
      change.accept(copy);
      return new Sent(copy, body);
    }

    /** The answer: what was read, or the status and code of the refusal. */
    String send() throws IOException {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(aws.uri() + "/").toURL().openConnection();
      connection.setDoOutput(true);
      headers.forEach(connection::setRequestProperty);
      connection.getOutputStream().write(body.getBytes(UTF_8));
      int status = connection.getResponseCode();
      if (status == 200) {
        return new String(connection.getInputStream().readAllBytes(), UTF_8);
      }
      String error = new String(connection.getErrorStream().readAllBytes(), UTF_8);
      assertThat(error).doesNotContain("correct horse").doesNotContain(aws.secretAccessKey());
      return status + " " + error.replaceAll(".*\"__type\":\"([A-Za-z]+)\".*", "$1");
    }
  }
}
