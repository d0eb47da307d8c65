package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

class LocalAwsRotationTest {
  private static final String FUNCTION =
      "arn:aws:lambda:eu-central-1:123456789012:function:rotation";

  private final LocalAws aws = LocalAws.start();
  private final SecretsManagerClient secrets = AwsTestClients.of(aws).secrets();
  private final List<String> steps = new ArrayList<>();
  private String failing = "";

  @BeforeEach
  void create() {
    aws.secrets().put("prod/db", "first");
    aws.secrets().rotationFunction(FUNCTION, this::rotate);
  }

  @AfterEach
  void close() {
    secrets.close();
    aws.close();
  }

  /** A rotation function as AWS describes one, without another system to tell. */
  private void rotate(byte[] bytes) throws Exception {
    JsonNode event = new ObjectMapper().readTree(bytes);
    String step = event.path("Step").asText();
    String id = event.path("SecretId").asText();
    String token = event.path("ClientRequestToken").asText();
    steps.add(step);
    if (step.equals(failing)) {
      throw new IllegalStateException("The step " + step + " fails.");
    }
    if (step.equals("createSecret")) {
      assertThat(secrets.describeSecret(ask -> ask.secretId(id)).versionIdsToStages().get(token))
          .containsExactly("AWSPENDING");
      secrets.putSecretValue(
          ask ->
              ask.secretId(id)
                  .clientRequestToken(token)
                  .secretString("second")
                  .versionStages("AWSPENDING"));
    } else if (step.equals("finishSecret")) {
      String current = secrets.getSecretValue(ask -> ask.secretId(id)).versionId();
      secrets.updateSecretVersionStage(
          ask ->
              ask.secretId(id)
                  .versionStage("AWSCURRENT")
                  .moveToVersionId(token)
                  .removeFromVersionId(current));
    }
  }

  @Test
  void theFunctionIsCalledForItsFourSteps() {
    String version =
        secrets
            .rotateSecret(ask -> ask.secretId("prod/db").rotationLambdaARN(FUNCTION))
            .versionId();

    assertThat(steps).containsExactly("createSecret", "setSecret", "testSecret", "finishSecret");
    assertThat(read("AWSCURRENT")).isEqualTo("second");
    assertThat(read("AWSPREVIOUS")).isEqualTo("first");
    assertThat(secrets.getSecretValue(ask -> ask.secretId("prod/db")).versionId())
        .isEqualTo(version);
  }

  @Test
  void aRotationIsStartedWithoutAClient() {
    String version = aws.secrets().rotate("prod/db", FUNCTION);

    assertThat(steps).hasSize(4);
    assertThat(secrets.getSecretValue(ask -> ask.secretId("prod/db")).versionId())
        .isEqualTo(version);
  }

  @Test
  void aStepThatFailsLeavesTheCurrentValue() {
    failing = "testSecret";
    aws.secrets().rotate("prod/db", FUNCTION);

    assertThat(steps).containsExactly("createSecret", "setSecret", "testSecret");
    assertThat(read("AWSCURRENT")).isEqualTo("first");
    assertThat(read("AWSPENDING")).isEqualTo("second");
  }

  @Test
  void theSameRotationIsTriedAgainByItsToken() {
    failing = "createSecret";
    String token = aws.secrets().rotate("prod/db", FUNCTION);
    failing = "";
    secrets.rotateSecret(ask -> ask.secretId("prod/db").clientRequestToken(token));

    assertThat(read("AWSCURRENT")).isEqualTo("second");
  }

  @Test
  void theEventIsAsAwsSendsIt() {
    List<String> events = new ArrayList<>();
    aws.secrets().rotationFunction(FUNCTION, event -> events.add(new String(event, UTF_8)));
    String token = aws.secrets().rotate("prod/db", FUNCTION);

    assertThat(events.get(0))
        .isEqualTo(
            "{\"Step\":\"createSecret\",\"SecretId\":\"%s\",\"ClientRequestToken\":\"%s\"}"
                .formatted(aws.secrets().arn("prod/db"), token));
  }

  private String read(String stage) {
    return secrets
        .getSecretValue(ask -> ask.secretId("prod/db").versionStage(stage))
        .secretString();
  }
}
