package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.ssm.SsmClient;

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
      byte[] blob = java.util.Base64.getDecoder().decode(sealed);
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
}
