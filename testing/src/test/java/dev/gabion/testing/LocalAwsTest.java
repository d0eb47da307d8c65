package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.DecryptionFailureException;
import software.amazon.awssdk.services.secretsmanager.model.EncryptionFailureException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.InvalidKeyIdException;
import software.amazon.awssdk.services.ssm.model.ParameterType;

class LocalAwsTest {
  private final LocalAws aws = LocalAws.start();

  @AfterEach
  void close() {
    aws.close();
  }

  @Test
  void whatIsSetUpIsReadByTheRealClients() {
    aws.secrets().put("prod/db", "correct horse");
    aws.secrets().put("prod/key", new byte[] {-1, 0, 7});
    aws.parameters().put("/app/mode", "fast");
    aws.parameters().putSecure("/app/password", "battery staple");
    String key = aws.kms().createKey();
    aws.kms().alias("alias/cards", key);

    try (SecretsManagerClient secrets = AwsTestClients.of(aws).secrets();
        SsmClient parameters = AwsTestClients.of(aws).parameters();
        KmsClient kms = AwsTestClients.of(aws).kms()) {
      assertThat(secrets.getSecretValue(ask -> ask.secretId("prod/db")).secretString())
          .isEqualTo("correct horse");
      assertThat(
              secrets.getSecretValue(ask -> ask.secretId("prod/key")).secretBinary().asByteArray())
          .containsExactly(-1, 0, 7);
      assertThat(parameters.getParameter(ask -> ask.name("/app/mode")).parameter().value())
          .isEqualTo("fast");
      assertThat(
              parameters
                  .getParameter(ask -> ask.name("/app/password").withDecryption(true))
                  .parameter()
                  .value())
          .isEqualTo("battery staple");
      GenerateDataKeyResponse dataKey =
          kms.generateDataKey(
              ask ->
                  ask.keyId("alias/cards")
                      .keySpec(DataKeySpec.AES_256)
                      .encryptionContext(Map.of("order", "7", "tenant", "größe")));
      SdkBytes opened =
          kms.decrypt(
                  ask ->
                      ask.keyId(key)
                          .ciphertextBlob(dataKey.ciphertextBlob())
                          .encryptionContext(Map.of("tenant", "größe", "order", "7")))
              .plaintext();
      assertThat(opened).isEqualTo(dataKey.plaintext());
      assertThat(opened.asByteArray()).hasSize(32);
    }
  }

  @Test
  void everyRequestIsCounted() {
    aws.secrets().put("prod/db", "correct horse");
    try (SecretsManagerClient secrets = AwsTestClients.of(aws).secrets()) {
      secrets.getSecretValue(ask -> ask.secretId("prod/db"));
      secrets.describeSecret(ask -> ask.secretId("prod/db"));
      secrets.getSecretValue(ask -> ask.secretId("prod/db"));
    }

    assertThat(aws.count("GetSecretValue")).isEqualTo(2);
    assertThat(aws.requests())
        .containsExactly(
            new LocalAws.Asked("secretsmanager", "GetSecretValue"),
            new LocalAws.Asked("secretsmanager", "DescribeSecret"),
            new LocalAws.Asked("secretsmanager", "GetSecretValue"));
    aws.forgetRequests();
    assertThat(aws.count("GetSecretValue")).isZero();
    assertThatThrownBy(() -> aws.count("GetSecretValues"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("GetSecretValues");
  }

  @Test
  void aHookRunsWhileARequestWaits() {
    aws.secrets().put("prod/db", "old");
    AtomicInteger seen = new AtomicInteger();
    aws.before(
        "GetSecretValue",
        () -> {
          seen.set(aws.count("GetSecretValue"));
          aws.secrets().put("prod/db", "new");
        });
    try (SecretsManagerClient secrets = AwsTestClients.of(aws).secrets()) {
      assertThat(secrets.getSecretValue(ask -> ask.secretId("prod/db")).secretString())
          .isEqualTo("new");
    }
    assertThat(seen).hasValue(1);
  }

  @Test
  void aSecureParameterIsBoundToItsKey() {
    aws.parameters().putSecure("/app/password", "battery staple");
    try (SsmClient parameters = AwsTestClients.of(aws).parameters();
        KmsClient kms = AwsTestClients.of(aws).kms()) {
      String sealed = parameters.getParameter(ask -> ask.name("/app/password")).parameter().value();
      byte[] blob = Base64.getDecoder().decode(sealed);
      String arn = "arn:aws:ssm:eu-central-1:123456789012:parameter/app/password";
      assertThat(
              kms.decrypt(
                      ask ->
                          ask.ciphertextBlob(SdkBytes.fromByteArray(blob))
                              .encryptionContext(Map.of("PARAMETER_ARN", arn)))
                  .plaintext()
                  .asString(UTF_8))
          .isEqualTo("battery staple");
    }
  }

  @Test
  void aSecretIsReadWithItsKeyAlone() {
    String key = aws.kms().createKey();
    try (SecretsManagerClient secrets = AwsTestClients.of(aws).secrets();
        SsmClient parameters = AwsTestClients.of(aws).parameters()) {
      secrets.createSecret(ask -> ask.name("prod/db").secretString("correct horse").kmsKeyId(key));
      parameters.putParameter(
          ask ->
              ask.name("/app/password")
                  .value("battery staple")
                  .type(ParameterType.SECURE_STRING)
                  .keyId(key));
      assertThat(secrets.getSecretValue(ask -> ask.secretId("prod/db")).secretString())
          .isEqualTo("correct horse");

      aws.kms().disable(key);
      assertThatThrownBy(() -> secrets.getSecretValue(ask -> ask.secretId("prod/db")))
          .isInstanceOf(DecryptionFailureException.class);
      assertThatThrownBy(
              () -> secrets.putSecretValue(ask -> ask.secretId("prod/db").secretString("new")))
          .isInstanceOf(EncryptionFailureException.class);
      assertThatThrownBy(
              () -> parameters.getParameter(ask -> ask.name("/app/password").withDecryption(true)))
          .isInstanceOf(InvalidKeyIdException.class);
      assertThat(parameters.getParameter(ask -> ask.name("/app/password")).parameter().version())
          .isEqualTo(1);

      aws.kms().enable(key);
      assertThat(secrets.getSecretValue(ask -> ask.secretId("prod/db")).secretString())
          .isEqualTo("correct horse");
    }
  }

  /** Without a client: that would sign by another clock. */
  @Test
  void whatAwaitsItsDeletionIsGoneInTheEnd() {
    SetClock clock = new SetClock();
    LocalKms kms = new LocalKms("eu-central-1", "123456789012", clock, region -> kms(clock));
    LocalSecretsManager secrets = new LocalSecretsManager("eu-central-1:1", clock, kms);
    String key = kms.createKey();
    kms.scheduleDeletion(key);
    secrets.put("prod/db", "correct horse");
    run(secrets, "DeleteSecret", AwsService.answer().put("SecretId", "prod/db"));

    clock.forward(Duration.ofDays(30).minusSeconds(1));
    assertThat(kms.key(key).state()).isEqualTo(LocalKmsKey.State.PENDING_DELETION);
    assertThat(secrets.arn("prod/db")).contains("prod/db");

    clock.forward(Duration.ofSeconds(1));
    assertThatThrownBy(() -> kms.key(key)).hasMessageContaining("does not exist");
    assertThatThrownBy(() -> secrets.arn("prod/db")).hasMessageContaining("can't find");
    secrets.put("prod/db", "another");
  }

  private static LocalKms kms(Clock clock) {
    return new LocalKms("eu-west-1", "123456789012", clock, region -> kms(clock));
  }

  private static void run(AwsService service, String operation, ObjectNode ask) {
    Objects.requireNonNull(service.operations().get(operation)).run(new AwsAsk(ask));
  }

  /** Stands still until it is moved. */
  private static final class SetClock extends Clock {
    private volatile Instant now = Instant.parse("2026-03-04T12:00:00Z");

    void forward(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("There is one zone.");
    }
  }

  @Test
  void resetForgetsEverything() {
    aws.secrets().put("prod/db", "correct horse");
    aws.always().throttled();
    aws.reset();
    try (SecretsManagerClient secrets = AwsTestClients.of(aws).secrets()) {
      assertThatThrownBy(() -> secrets.getSecretValue(ask -> ask.secretId("prod/db")))
          .isInstanceOf(ResourceNotFoundException.class);
    }
    assertThat(aws.requests()).hasSize(1);
  }

  @Test
  void whatIsNoOperationOfAServiceIsRefused() throws Exception {
    for (String target : new String[] {"", "TrentService", "DynamoDB_20120810.GetItem"}) {
      HttpURLConnection connection = (HttpURLConnection) aws.uri().toURL().openConnection();
      connection.setRequestMethod("POST");
      connection.setRequestProperty("X-Amz-Target", target);
      assertThat(connection.getResponseCode()).isEqualTo(400);
      assertThat(new String(connection.getErrorStream().readAllBytes(), UTF_8))
          .contains("UnknownOperationException");
    }
    try (SecretsManagerClient secrets = AwsTestClients.of(aws).secrets()) {
      assertThatThrownBy(() -> secrets.listSecrets(ask -> {}))
          .hasMessageContaining("LocalAws does not have that operation");
    }
  }

  @Test
  void theLargestSecretFitsHoweverItIsWritten() {
    String largest = "\u0001".repeat(65_536);
    try (SecretsManagerClient secrets = AwsTestClients.of(aws).secrets()) {
      secrets.createSecret(ask -> ask.name("prod/db").secretString(largest));
      assertThat(secrets.getSecretValue(ask -> ask.secretId("prod/db")).secretString())
          .isEqualTo(largest);
    }
  }

  @Test
  void itListensOnTheLoopbackInterfaceAlone() {
    assertThat(aws.uri().getHost()).isEqualTo("127.0.0.1");
  }
}
