package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gabion.testing.LoopbackHttp.Delivery;
import dev.gabion.testing.LoopbackHttp.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.retry.RetryUtils;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

class LocalAwsFaultsTest {
  private static final String GET = "GetSecretValue";
  private static final String PUT = "PutSecretValue";

  private static LocalAws aws;
  private static SecretsManagerClient client;
  private static SecretsManagerClient hasty;

  @BeforeAll
  static void start() {
    aws = LocalAws.start();
    client = AwsTestClients.of(aws).secrets();
    hasty = AwsTestClients.of(aws).patience(Duration.ofMillis(300)).secrets();
  }

  @AfterAll
  static void close() {
    client.close();
    hasty.close();
    aws.close();
  }

  @AfterEach
  void recover() {
    aws.recover();
    aws.forgetRequests();
  }

  @Test
  void withoutAFaultAllIsWell() {
    assertThat(read(client)).isEqualTo("correct horse");
  }

  @ParameterizedTest
  @CsvSource({
    "throttled, 400, ThrottlingException",
    "denied, 400, AccessDeniedException",
    "failed, 500, InternalServiceError",
    "unavailable, 503, ServiceUnavailable",
    "refused, 400, DecryptionFailure"
  })
  void aFaultThatIsAnswered(String fault, int status, String code) {
    Consumer<LocalAws.Faults> choose =
        switch (fault) {
          case "throttled" -> LocalAws.Faults::throttled;
          case "denied" -> LocalAws.Faults::denied;
          case "failed" -> LocalAws.Faults::failed;
          case "unavailable" -> LocalAws.Faults::unavailable;
          default -> faults -> faults.refused("DecryptionFailure");
        };
    choose.accept(aws.next(GET));

    AwsServiceException failure = (AwsServiceException) catchThrowable(() -> read(client));
    assertThat(failure.statusCode()).isEqualTo(status);
    assertThat(failure.awsErrorDetails().errorCode()).isEqualTo(code);
    assertThat(RetryUtils.isThrottlingException(failure)).isEqualTo(fault.equals("throttled"));
    assertThat(read(client)).isEqualTo("correct horse");
    assertThat(aws.count(GET)).isEqualTo(2);
  }

  @Test
  void aStallEndsWithTheClientsPatience() {
    aws.next(GET).stalled();

    assertThatThrownBy(() -> read(hasty))
        .isInstanceOf(SdkClientException.class)
        .hasMessageContaining("Read timed out");
    assertThat(read(client)).isEqualTo("correct horse");
    assertThat(aws.count(GET)).isEqualTo(2);
  }

  @Test
  void aStallEndsWhenItIsClosed() {
    LocalAws other = LocalAws.start();
    other.secrets().put("prod/db", "correct horse");
    other.next(GET).stalled();
    try (SecretsManagerClient patient = AwsTestClients.of(other).secrets()) {
      other.before(GET, () -> new Thread(other::close).start());
      assertThatThrownBy(() -> read(patient)).isInstanceOf(SdkClientException.class);
    }
  }

  @Test
  void blanksWithoutEndAreEndedByTheBoundOfTheCallAlone() {
    aws.next(GET).dripping();

    assertThatThrownBy(
            () ->
                client.getSecretValue(
                    ask ->
                        ask.secretId("prod/db")
                            .overrideConfiguration(
                                override -> override.apiCallTimeout(Duration.ofMillis(500)))))
        .isInstanceOf(ApiCallTimeoutException.class);
  }

  @Test
  void blanksComeOneByOne() throws IOException {
    Response answer = Response.json(200, "{}").delivered(Delivery.DRIPPING);
    try (LoopbackHttp http = new LoopbackHttp(LoopbackHttp.local(0), 1, request -> answer)) {
      URL url = URI.create("http://127.0.0.1:" + http.address().getPort() + "/").toURL();
      try (InputStream body = url.openStream()) {
        assertThat(body.readNBytes(5)).isEqualTo("     ".getBytes(US_ASCII));
      }
    }
  }

  @Test
  void aSlowAnswerIsRight() {
    aws.next(GET).slow(Duration.ofMillis(50));

    long start = System.nanoTime();
    assertThat(read(client)).isEqualTo("correct horse");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(49));
  }

  @ParameterizedTest
  @CsvSource({"reset, false", "truncated, true", "malformed, true", "throttled, false"})
  void aFaultHappensBeforeOrAfterTheDeed(String fault, boolean done) {
    Consumer<LocalAws.Faults> choose =
        switch (fault) {
          case "reset" -> LocalAws.Faults::reset;
          case "truncated" -> LocalAws.Faults::truncated;
          case "malformed" -> LocalAws.Faults::malformed;
          default -> LocalAws.Faults::throttled;
        };
    aws.secrets().put("fault/" + fault, "old");
    choose.accept(aws.next(PUT));

    assertThatThrownBy(
            () -> client.putSecretValue(ask -> ask.secretId("fault/" + fault).secretString("new")))
        .isInstanceOfAny(SdkClientException.class, SecretsManagerException.class);
    assertThat(client.getSecretValue(ask -> ask.secretId("fault/" + fault)).secretString())
        .isEqualTo(done ? "new" : "old");
    assertThat(aws.count(PUT)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"reset", "truncated", "malformed"})
  void aBrokenAnswerIsNoAnswer(String fault) {
    switch (fault) {
      case "reset" -> aws.next(GET).reset();
      case "truncated" -> aws.next(GET).truncated();
      default -> aws.next(GET).malformed();
    }

    assertThatThrownBy(() -> read(client)).isInstanceOf(SdkClientException.class);
    assertThat(aws.count(GET)).isEqualTo(1);
    assertThat(read(client)).isEqualTo("correct horse");
  }

  @Test
  void whatIsSaidOfTheNextComesBeforeWhatIsSaidOfAll() {
    aws.always(GET).throttled();
    aws.next(GET).denied();
    aws.next(GET, 2).failed();

    assertThat(code()).isEqualTo("AccessDeniedException");
    assertThat(code()).isEqualTo("InternalServiceError");
    assertThat(code()).isEqualTo("InternalServiceError");
    assertThat(code()).isEqualTo("ThrottlingException");
    assertThat(code()).isEqualTo("ThrottlingException");
    aws.recover();
    assertThat(read(client)).isEqualTo("correct horse");
  }

  @Test
  void everythingCanFail() {
    aws.always().unavailable();

    assertThat(code()).isEqualTo("ServiceUnavailable");
    assertThatThrownBy(() -> client.describeSecret(ask -> ask.secretId("prod/db")))
        .hasMessageContaining("503");
  }

  @Test
  void anOperationThatIsNotThereIsAMistakeOfTheTest() {
    assertThatThrownBy(() -> aws.next("GetSecretValues"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> aws.before("GetSecretValues", () -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void signaturesAreCheckedAllTheSame() {
    aws.always(GET).throttled();
    AwsTestClients wrong = AwsTestClients.at(aws.uri(), aws.accessKeyId(), "wrong");
    try (SecretsManagerClient refused = wrong.secrets()) {
      assertThatThrownBy(() -> read(refused)).hasMessageContaining("signature");
    }
    assertThat(aws.count(GET)).isZero();
  }

  private static String code() {
    return ((AwsServiceException) catchThrowable(() -> read(client))).awsErrorDetails().errorCode();
  }

  private static String read(SecretsManagerClient client) {
    aws.secrets().put("prod/db", "correct horse");
    return client.getSecretValue(ask -> ask.secretId("prod/db")).secretString();
  }
}
