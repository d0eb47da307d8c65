package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.aws.AwsClient;
import dev.gabion.aws.AwsClients;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.Deadline;
import dev.gabion.core.SecretValue;
import dev.gabion.core.StartFailed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.kms.KmsClient;

class SampleEnvironmentTest {
  @Test
  void aResourceStartsInIt() {
    try (LocalAws aws = LocalAws.start();
        AwsClient<KmsClient> kms =
            AwsClients.standard()
                .insecureLocalEndpoint(aws.uri(), "a test")
                .client(KmsClient::builder)) {
      SampleEnvironment environment = SampleEnvironment.standard().settings(aws.environment());
      String key = aws.kms().createKey();
      kms.start(environment);

      assertThat(
              kms.get()
                  .describeKey(
                      ask ->
                          ask.keyId(key)
                              .overrideConfiguration(AwsClient.within(environment.scope())))
                  .keyMetadata()
                  .arn())
          .isEqualTo(key);
    }
  }

  @Test
  void settingsAreAddedAndReplaced() {
    SampleEnvironment environment =
        SampleEnvironment.standard()
            .settings(Map.of("A", "1", "B", "2"))
            .settings(Map.of("B", "3"));

    assertThat(environment.settings().get("A")).isEqualTo("1");
    assertThat(environment.settings().get("B")).isEqualTo("3");
    assertThat(environment.settings().get("AWS_REGION")).isEqualTo("eu-central-1");
    assertThatThrownBy(() -> environment.settings().get("C")).isInstanceOf(StartFailed.class);
  }

  @Test
  void aDeadlineIsGiven() {
    SampleEnvironment late = SampleEnvironment.standard().deadline(Deadline.in(Duration.ZERO));

    assertThat(late.deadline().passed()).isTrue();
    assertThatThrownBy(() -> AwsClient.within(late)).isInstanceOf(ApiCallTimeoutException.class);
    assertThat(SampleEnvironment.standard().deadline().passed()).isFalse();
    assertThat(late.restored().deadline().passed()).isFalse();
  }

  @Test
  void aSnapshotIsAwaitedUntilTheRestore() {
    SampleEnvironment before = SampleEnvironment.standard().awaitingSnapshot();

    assertThat(SampleEnvironment.standard().awaitsSnapshot()).isFalse();
    assertThat(before.awaitsSnapshot()).isTrue();
    assertThat(before.restored().awaitsSnapshot()).isFalse();
  }

  @Test
  void detailsAreKeptForAllCopies() {
    SampleEnvironment environment = SampleEnvironment.standard();
    environment
        .tenant("blue")
        .record(
            AuditEvent.Activity.SECRET, AuditEvent.Verdict.ALLOWED, Map.of("secret", "prod/db"));

    assertThat(environment.details())
        .containsExactly(
            new SampleEnvironment.Detail(
                AuditEvent.Activity.SECRET,
                AuditEvent.Verdict.ALLOWED,
                Map.of("secret", "prod/db")));
    assertThat(environment.tenant("blue").tenantId()).hasValue("blue");
    assertThat(environment.tenantId()).isEmpty();
    assertThat(SampleEnvironment.standard().details()).isEmpty();
  }

  @Test
  void issuedSecretsAreCountedAndMatched() {
    SampleEnvironment environment = SampleEnvironment.standard();
    List<Integer> heard = new ArrayList<>();
    environment.issuedSecrets().listen(value -> heard.add(value.size()));
    SecretValue secret = SecretValue.ofText("correct horse");
    environment.issuedSecrets().issued(secret);
    secret.close();

    assertThat(heard).containsExactly(13);
    assertThat(environment.issuedCount()).isEqualTo(1);
    assertThat(environment.wasIssued("correct horse".getBytes(UTF_8))).isTrue();
    assertThat(environment.wasIssued("battery staple".getBytes(UTF_8))).isFalse();
  }
}
