package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.aws.AwsClients;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.Call;
import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.InvocationFailed;
import dev.gabion.core.SecretValue;
import dev.gabion.core.SecureHandler;
import dev.gabion.core.Settings;
import dev.gabion.secrets.RandomPassword;
import dev.gabion.secrets.RotatedSecret;
import dev.gabion.secrets.RotationSteps;
import dev.gabion.secrets.SecretRotation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;

/** A secret that is to be rotated, the other side that it is for, and a function that does it. */
final class Rotations implements AutoCloseable {
  static final String FUNCTION =
      "arn:aws:lambda:eu-central-1:123456789012:function:function-under-test";
  static final String PREFIX = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:";
  static final String LOGIN = "{\"username\":\"ann\",\"password\":\"first-password\"}";
  static final List<String> STEPS =
      List.of("createSecret", "setSecret", "testSecret", "finishSecret");

  final LocalAws aws = LocalAws.start();
  final SecretsManagerClient client = AwsTestClients.of(aws).secrets();
  final RecordingAudit audit = new RecordingAudit();
  final Database database = new Database("first-password");
  final Steps steps = new Steps(database);

  Rotations() {
    aws.secrets().put("prod/db", LOGIN);
  }

  /** The other side: one user, whose password only who knows the present one may change. */
  static final class Database {
    private SecretValue password;

    Database(String password) {
      this.password = SecretValue.ofText(password);
    }

    synchronized boolean login(SecretValue candidate) {
      return candidate.matches(password);
    }

    synchronized void change(SecretValue present, SecretValue next) {
      if (!login(present)) {
        throw new IllegalStateException("login failed for " + InsecureSecretAccess.text(present));
      }
      password = SecretValue.copyOf(InsecureSecretAccess.bytes(next));
    }
  }

  /** As a user writes them. */
  static class Steps implements RotationSteps {
    final Database database;
    final List<String> seen = Collections.synchronizedList(new ArrayList<>());

    Steps(Database database) {
      this.database = database;
    }

    @Override
    public SecretValue create(RotatedSecret secret, Call call) {
      seen.add("create");
      try (SecretValue password = RandomPassword.letters(32).next()) {
        return secret.current().with("password", password);
      }
    }

    @Override
    public void set(RotatedSecret secret, Call call) {
      seen.add("set");
      SecretValue next = secret.pending().field("password");
      if (!database.login(next)) {
        database.change(secret.current().field("password"), next);
      }
    }

    @Override
    public void test(RotatedSecret secret, Call call) {
      seen.add("test");
      if (!database.login(secret.pending().field("password"))) {
        throw new IllegalStateException("The database does not take the new password.");
      }
    }
  }

  final class Rotate extends SecureHandler {
    Rotate(SecretRotation rotation, RotationSteps steps) {
      super(
          rotation
              .clients(AwsClients.standard().insecureLocalEndpoint(aws.uri(), "a test"))
              .steps(steps)
              .audit(audit)
              .settings(Settings.of(aws.environment())));
    }
  }

  /** As its user would declare it. */
  Rotate handler() {
    return new Rotate(SecretRotation.of(PREFIX + "prod/db"), steps);
  }

  /** Begins a rotation that no function is called for: there is an empty pending version. */
  String begin(String name) {
    return aws.secrets().rotate(name, FUNCTION);
  }

  static String event(String step, String arn, String version) {
    return "{\"Step\":\"%s\",\"SecretId\":\"%s\",\"ClientRequestToken\":\"%s\"}"
        .formatted(step, arn, version);
  }

  String send(SecureHandler handler, String step, String version) {
    return InProcess.send(handler, event(step, aws.secrets().arn("prod/db"), version));
  }

  void refused(SecureHandler handler, String event) {
    assertThatThrownBy(() -> InProcess.send(handler, event))
        .isInstanceOf(InvocationFailed.class)
        .hasNoCause();
  }

  GetSecretValueResponse at(String stage) {
    return client.getSecretValue(request -> request.secretId("prod/db").versionStage(stage));
  }

  AuditEvent last() {
    List<AuditEvent> outcomes = audit.outcomes();
    return outcomes.get(outcomes.size() - 1);
  }

  String reason() {
    return Objects.requireNonNull(last().outcome()).reason();
  }

  @Override
  public void close() {
    client.close();
    aws.close();
  }
}
