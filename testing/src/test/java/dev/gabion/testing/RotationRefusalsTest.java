package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.Call;
import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.InvocationFailed;
import dev.gabion.core.SecretValue;
import dev.gabion.secrets.RotatedSecret;
import dev.gabion.secrets.SecretRotation;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rotation function leaves alone, and what ends a step. */
class RotationRefusalsTest {
  private final Rotations rig = new Rotations();

  @AfterEach
  void close() {
    rig.close();
  }

  static Stream<Arguments> declarations() {
    String secret = Rotations.PREFIX + "prod/db-AbCdEf";
    return Stream.of(
        Arguments.of(Rotations.PREFIX + "prod/db", secret, true),
        Arguments.of(secret, secret, true),
        Arguments.of(Rotations.PREFIX + "prod/db-??????", secret, true),
        Arguments.of(
            Rotations.PREFIX + "my-secret-??????", Rotations.PREFIX + "my-secret-AbCdEf", true),
        Arguments.of(Rotations.PREFIX + "my-secret", Rotations.PREFIX + "my-secret-AbCdEf", false),
        Arguments.of(Rotations.PREFIX + "prod/db", Rotations.PREFIX + "prod/db", false),
        Arguments.of(Rotations.PREFIX + "prod/db", Rotations.PREFIX + "prod/db2-AbCdEf", false),
        Arguments.of(
            Rotations.PREFIX + "prod/db", Rotations.PREFIX + "prod/db-AbCdEf-AbCdEf", false),
        Arguments.of(Rotations.PREFIX + "prod/db", Rotations.PREFIX + "prod/dbx-AbCdEf", false),
        Arguments.of(Rotations.PREFIX + "prod/d.", Rotations.PREFIX + "prod/db-AbCdEf", false),
        Arguments.of(secret, Rotations.PREFIX + "prod/db-AbCdEg", false),
        Arguments.of(secret, Rotations.PREFIX + "prod/db-AbCdEf-AbCdEf", false),
        Arguments.of(
            Rotations.PREFIX + "prod/db", secret.replace("123456789012", "210987654321"), false),
        Arguments.of(
            Rotations.PREFIX + "prod/db", secret.replace("eu-central-1", "us-east-1"), false),
        Arguments.of(
            Rotations.PREFIX + "prod/db", secret.replace("arn:aws:", "arn:aws-cn:"), false));
  }

  @ParameterizedTest
  @MethodSource("declarations")
  void onlyADeclaredSecretIsAskedFor(String declared, String arn, boolean itIs) {
    rig.refused(
        rig.new Rotate(SecretRotation.of(declared), rig.steps),
        Rotations.event("createSecret", arn, "v".repeat(32)));

    assertThat(rig.reason()).isEqualTo(itIs ? "exception" : "permit");
    assertThat(rig.aws.count("DescribeSecret")).isEqualTo(itIs ? 1 : 0);
    assertThat(Objects.requireNonNull(rig.last().source()).origin()).isEqualTo(arn);
    assertThat(rig.steps.seen).isEmpty();
  }

  @Test
  void severalSecretsCanBeDeclaredAndWhatIsNoArnCannot() {
    rig
    .new Rotate(
        SecretRotation.of(Rotations.PREFIX + "prod/db", Rotations.PREFIX + "prod/api"), rig.steps);
    for (String wrong :
        List.of(
            "prod/db",
            "",
            Rotations.PREFIX,
            Rotations.FUNCTION,
            Rotations.PREFIX + "*",
            Rotations.PREFIX + "a b")) {
      assertThatThrownBy(() -> SecretRotation.of(Rotations.PREFIX + "prod/db", wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "\"createSecret\"",
        "{\"Step\":\"createSecret\",\"SecretId\":\"ARN\"}",
        "{\"Step\":\"createSecret\",\"ClientRequestToken\":\"TOKEN\"}",
        "{\"SecretId\":\"ARN\",\"ClientRequestToken\":\"TOKEN\"}",
        "{\"Step\":null,\"SecretId\":\"ARN\",\"ClientRequestToken\":\"TOKEN\"}",
        "{\"Step\":\"dropSecret\",\"SecretId\":\"ARN\",\"ClientRequestToken\":\"TOKEN\"}",
        "{\"Step\":\"CREATE\",\"SecretId\":\"ARN\",\"ClientRequestToken\":\"TOKEN\"}",
        "{\"Step\":[\"createSecret\"],\"SecretId\":\"ARN\",\"ClientRequestToken\":\"TOKEN\"}",
        "{\"Step\":\"createSecret\",\"SecretId\":\"prod/db\",\"ClientRequestToken\":\"TOKEN\"}",
        "{\"Step\":\"createSecret\",\"SecretId\":\"ARN\\n\",\"ClientRequestToken\":\"TOKEN\"}",
        "{\"Step\":\"createSecret\",\"SecretId\":\"ARN\",\"ClientRequestToken\":\"short\"}",
        "{\"Step\":\"createSecret\",\"SecretId\":\"ARN\",\"ClientRequestToken\":12345678901234567890123456789012}",
        "{\"Step\":\"createSecret\",\"SecretId\":\"ARN\",\"ClientRequestToken\":\"TOKENTOKENTOKEN\"}",
        "{\"Step\":\"createSecret\",\"SecretId\":\"ARN\",\"ClientRequestToken\":\"TOKEN\",\"More\":1}",
        "{\"Step\":\"createSecret\",\"SecretId\":\"ARN\",\"ClientRequestToken\":\"TOKEN\",\"RotationToken\":null}",
        "{\"Step\":\"createSecret\",\"SecretId\":\"ARN\",\"ClientRequestToken\":\"TOKEN\",\"RotationToken\":\"x\"}",
        "{\"Step\":\"createSecret\",\"Step\":\"setSecret\",\"SecretId\":\"ARN\",\"ClientRequestToken\":\"TOKEN\"}",
      })
  void whatIsNotARotationGoesNoFurther(String event) {
    String version = rig.begin("prod/db");
    rig.aws.forgetRequests();
    rig.refused(
        rig.handler(),
        event.replace("TOKEN", version).replace("ARN", rig.aws.secrets().arn("prod/db")));

    assertThat(rig.reason()).isIn("not-a-rotation", "duplicate-field");
    assertThat(rig.aws.requests()).isEmpty();
    assertThat(rig.steps.seen).isEmpty();
  }

  @Test
  void aVersionThatIsNotPendingIsLeftAlone() {
    Rotations.Rotate handler = rig.handler();
    String arn = rig.aws.secrets().arn("prod/db");
    String first = rig.at("AWSCURRENT").versionId();
    rig.aws.secrets().put("prod/db", Rotations.LOGIN.replace("first", "second"));
    rig.begin("prod/db");

    rig.refused(handler, Rotations.event("setSecret", arn, "0".repeat(36)));
    assertThat(rig.reason()).isEqualTo("unknown-version");
    rig.refused(handler, Rotations.event("setSecret", arn, first));
    assertThat(rig.reason()).isEqualTo("not-pending");
    rig.send(handler, "setSecret", rig.at("AWSCURRENT").versionId());
    assertThat(rig.last().facts()).containsEntry("result", "already-current");
    assertThat(rig.steps.seen).isEmpty();
  }

  @Test
  void aSecretThatIsNotThisFunctionsToRotateIsLeftAlone() {
    Rotations.Rotate handler = rig.handler();
    String arn = rig.aws.secrets().arn("prod/db");
    rig.refused(handler, Rotations.event("createSecret", arn, rig.at("AWSCURRENT").versionId()));
    assertThat(rig.reason()).isEqualTo("rotation-disabled");

    String version = rig.aws.secrets().rotate("prod/db", Rotations.FUNCTION + "-of-others");
    rig.refused(handler, Rotations.event("createSecret", arn, version));
    assertThat(rig.reason()).isEqualTo("another-function");

    rig.client.deleteSecret(request -> request.secretId("prod/db").recoveryWindowInDays(7L));
    rig.refused(handler, Rotations.event("createSecret", arn, version));
    assertThat(rig.reason()).isEqualTo("secret-deleted");

    rig.aws.secrets().delete("prod/db");
    rig.refused(handler, Rotations.event("createSecret", arn, version));
    assertThat(rig.last().facts()).containsEntry("code", "ResourceNotFoundException");
    assertThat(rig.steps.seen).isEmpty();
  }

  @Test
  void anAliasOfTheFunctionIsTheFunction() {
    Rotations.Rotate handler = rig.handler();
    String version = rig.aws.secrets().rotate("prod/db", Rotations.FUNCTION + ":live");

    rig.send(handler, "createSecret", version);
    assertThat(rig.last().facts()).containsEntry("result", "created");
  }

  @Test
  void awsSayingNoEndsTheStepAndItsCodeIsRecorded() {
    Rotations.Rotate handler = rig.handler();
    String version = rig.begin("prod/db");
    String arn = rig.aws.secrets().arn("prod/db");
    for (String operation : List.of("DescribeSecret", "GetSecretValue", "PutSecretValue")) {
      rig.aws.next(operation).denied();
      rig.refused(handler, Rotations.event("createSecret", arn, version));
      assertThat(rig.last().facts())
          .as(operation)
          .containsEntry("code", "AccessDeniedException")
          .containsEntry("version", version);
      assertThat(rig.last().verdict()).isEqualTo(Verdict.FAILED);
    }
    rig.send(handler, "createSecret", version);
    rig.send(handler, "setSecret", version);
    rig.aws.next("UpdateSecretVersionStage").denied();
    rig.refused(handler, Rotations.event("finishSecret", arn, version));
    assertThat(rig.at("AWSCURRENT").secretString()).isEqualTo(Rotations.LOGIN);
    rig.send(handler, "finishSecret", version);
    assertThat(rig.at("AWSCURRENT").versionId()).isEqualTo(version);
  }

  @Test
  void throttlesAndFaultsOfAwsAreTriedAgain() {
    Rotations.Rotate handler = rig.handler();
    String version = rig.begin("prod/db");
    for (String operation :
        List.of("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")) {
      rig.aws.next(operation).throttled();
      rig.aws.next(operation).failed();
    }
    Rotations.STEPS.forEach(step -> rig.send(handler, step, version));

    assertThat(rig.at("AWSCURRENT").versionId()).isEqualTo(version);
    assertThat(rig.steps.seen).filteredOn("create"::equals).hasSize(1);
  }

  @Test
  void aKeyThatIsOffEndsTheStep() {
    String key = rig.aws.kms().createKey();
    rig.client.updateSecret(request -> request.secretId("prod/db").kmsKeyId(key));
    String version = rig.begin("prod/db");
    rig.aws.kms().disable(key);
    rig.refused(
        rig.handler(), Rotations.event("createSecret", rig.aws.secrets().arn("prod/db"), version));

    assertThat(rig.last().facts()).containsEntry("code", "DecryptionFailure");
    assertThat(rig.steps.seen).isEmpty();
  }

  @Test
  void aStepEndsWithItsInvocation() {
    Rotations.Rotate handler = rig.handler();
    String version = rig.begin("prod/db");
    byte[] event =
        Rotations.event("createSecret", rig.aws.secrets().arn("prod/db"), version).getBytes(UTF_8);
    rig.aws.always("GetSecretValue").stalled();
    Instant deadline = Instant.now().plusMillis(1_500);

    assertThatThrownBy(
            () ->
                InProcess.send(
                    handler, event, SampleContext.of(Invocation.of(event).deadline(deadline))))
        .isInstanceOf(InvocationFailed.class);
    assertThat(Instant.now()).isBefore(deadline.plusMillis(500));
    assertThat(rig.last().facts()).containsEntry("code", "ApiCallTimeoutException");
  }

  @Test
  void whatAStepThrowsStaysInside() {
    String version = rig.begin("prod/db");
    Rotations.Steps failing =
        new Rotations.Steps(new Rotations.Database("another")) {
          @Override
          public void test(RotatedSecret secret, Call call) {
            throw new IllegalStateException(InsecureSecretAccess.text(secret.pending()));
          }
        };
    Rotations.Rotate handler =
        rig.new Rotate(SecretRotation.of(Rotations.PREFIX + "prod/db"), failing);
    rig.send(handler, "createSecret", version);
    String made = rig.at("AWSPENDING").secretString();
    for (String step : List.of("setSecret", "testSecret", "finishSecret")) {
      Throwable failure = catchThrowable(() -> rig.send(handler, step, version));
      assertThat(failure).isInstanceOf(InvocationFailed.class);
      assertThat(failure.toString()).doesNotContain("password");
    }
    assertThat(rig.audit.events().toString()).doesNotContain("first-password").doesNotContain(made);
  }

  @Test
  void aRotationThatChangesNothingIsNone() {
    String version = rig.begin("prod/db");
    for (String made : List.of(Rotations.LOGIN, "")) {
      Rotations.Steps idle =
          new Rotations.Steps(rig.database) {
            @Override
            public SecretValue create(RotatedSecret secret, Call call) {
              return SecretValue.ofText(made);
            }
          };
      rig.refused(
          rig.new Rotate(SecretRotation.of(Rotations.PREFIX + "prod/db"), idle),
          Rotations.event("createSecret", rig.aws.secrets().arn("prod/db"), version));
      assertThat(rig.reason()).isEqualTo("not-a-new-secret");
    }
    assertThat(rig.aws.count("PutSecretValue")).isZero();
  }
}
