package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.aws.AwsClients;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.Call;
import dev.gabion.core.Environment;
import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.SecretValue;
import dev.gabion.core.SecureHandler;
import dev.gabion.core.Settings;
import dev.gabion.secrets.RotatedSecret;
import dev.gabion.secrets.SecretHandle;
import dev.gabion.secrets.SecretRotation;
import dev.gabion.secrets.Secrets;
import dev.gabion.testing.LoopbackHttp.Response;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

class RotationFunctionTest {
  private final Rotations rig = new Rotations();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aRotationMakesANewSecretThatTheOtherSideTakes() {
    Rotations.Rotate handler = rig.handler();
    rig.aws
        .secrets()
        .rotationFunction(
            Rotations.FUNCTION, event -> InProcess.send(handler, event, SampleContext.standard()));
    String version = rig.aws.secrets().rotate("prod/db", Rotations.FUNCTION);

    assertThat(rig.at("AWSCURRENT").versionId()).isEqualTo(version);
    assertThat(rig.at("AWSCURRENT").secretString())
        .matches("\\{\"username\":\"ann\",\"password\":\"[A-Za-z0-9]{32}\"}");
    assertThat(rig.at("AWSPREVIOUS").secretString()).isEqualTo(Rotations.LOGIN);
    try (SecretValue current = SecretValue.ofText(rig.at("AWSCURRENT").secretString())) {
      assertThat(rig.database.login(current.field("password"))).isTrue();
    }
    assertThat(rig.steps.seen).containsExactly("create", "set", "test", "test");
  }

  @Test
  void eachStepIsOnTheAuditTrailByNameAndVersion() {
    Rotations.Rotate handler = rig.handler();
    String version = rig.begin("prod/db");
    String arn = rig.aws.secrets().arn("prod/db");
    Rotations.STEPS.forEach(step -> assertThat(rig.send(handler, step, version)).isEmpty());

    assertThat(rig.audit.outcomes()).hasSize(4);
    List<String> results = List.of("created", "set", "tested", "current");
    for (int i = 0; i < 4; i++) {
      AuditEvent outcome = rig.audit.outcomes().get(i);
      assertThat(outcome.verdict()).isEqualTo(Verdict.ALLOWED);
      assertThat(outcome.facts())
          .isEqualTo(Map.of("secret", arn, "version", version, "result", results.get(i)));
      assertThat(Objects.requireNonNull(outcome.source()).operation())
          .isEqualTo(Rotations.STEPS.get(i));
      assertThat(outcome.source().origin()).isEqualTo(arn);
    }
    assertThat(rig.audit.events().toString()).doesNotContain("first-password");
  }

  @Test
  void theStartLineSaysThatAnEventHasNoCredentials() {
    List<String> said = new ArrayList<>();
    rig
    .new Rotate(
        SecretRotation.of(Rotations.PREFIX + "prod/db"),
        new Rotations.Steps(rig.database) {
          @Override
          public void start(Environment environment) {
            said.add(environment.handler().caller());
            said.add(environment.handler().permit());
            said.addAll(environment.handler().uses());
          }
        });

    assertThat(said.get(0)).contains("resource policy", "the event has no credentials");
    assertThat(said.get(1)).isEqualTo("the secrets " + Rotations.PREFIX + "prod/db");
    assertThat(said.get(2)).startsWith("INSECURE: ").endsWith("rotation in Secrets Manager");
  }

  @Test
  void stepsMayBeRepeated() {
    Rotations.Rotate handler = rig.handler();
    String version = rig.begin("prod/db");
    rig.send(handler, "createSecret", version);
    String made = rig.at("AWSPENDING").secretString();
    for (String step : Rotations.STEPS) {
      rig.send(handler, step, version);
      rig.send(handler, step, version);
    }
    Rotations.STEPS.forEach(step -> rig.send(handler, step, version));

    assertThat(rig.at("AWSCURRENT").secretString()).isEqualTo(made);
    assertThat(rig.at("AWSCURRENT").versionId()).isEqualTo(version);
    assertThat(rig.steps.seen).filteredOn("create"::equals).hasSize(1);
    assertThat(rig.last().facts()).containsEntry("result", "already-current");
  }

  @Test
  void aSecretBecomesCurrentOnlyOnceItWorks() {
    Rotations.Rotate handler = rig.handler();
    String version = rig.begin("prod/db");
    String arn = rig.aws.secrets().arn("prod/db");

    for (String early : List.of("setSecret", "testSecret", "finishSecret")) {
      rig.refused(handler, Rotations.event(early, arn, version));
    }
    assertThat(rig.steps.seen).as("there is no new secret yet").isEmpty();
    rig.send(handler, "createSecret", version);
    rig.refused(handler, Rotations.event("finishSecret", arn, version));
    assertThat(rig.steps.seen).as("it is not set yet").containsExactly("create", "test");
    assertThat(rig.at("AWSCURRENT").secretString()).isEqualTo(Rotations.LOGIN);

    rig.send(handler, "setSecret", version);
    rig.send(handler, "finishSecret", version);
    assertThat(rig.at("AWSCURRENT").versionId()).isEqualTo(version);
  }

  @Test
  void secretsManagerItselfMovesTheStageToAVersionWithoutAValue() {
    String before = rig.at("AWSCURRENT").versionId();
    String version = rig.begin("prod/db");
    rig.client.updateSecretVersionStage(
        request ->
            request
                .secretId("prod/db")
                .versionStage("AWSCURRENT")
                .moveToVersionId(version)
                .removeFromVersionId(before));

    assertThatThrownBy(() -> rig.at("AWSCURRENT"))
        .as("control")
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void whatWasLentIsWipedWhenTheStepIsOver() {
    String version = rig.begin("prod/db");
    List<SecretValue> kept = new ArrayList<>();
    List<RotatedSecret> secrets = new ArrayList<>();
    Rotations.Steps keeping =
        new Rotations.Steps(rig.database) {
          @Override
          public SecretValue create(RotatedSecret secret, Call call) {
            SecretValue made = super.create(secret, call);
            kept.addAll(List.of(secret.current(), made));
            secrets.add(secret);
            return made;
          }
        };
    rig.send(
        rig.new Rotate(SecretRotation.of(Rotations.PREFIX + "prod/db"), keeping),
        "createSecret",
        version);

    assertThat(kept).hasSize(2);
    for (SecretValue value : kept) {
      assertThatThrownBy(() -> InsecureSecretAccess.bytes(value)).hasMessageContaining("wiped");
    }
    assertThatThrownBy(secrets.get(0)::previous).hasMessageContaining("CLOSED");
  }

  @Test
  void theSameStepSentTwiceAtOnceStoresOneSecret() {
    Rotations.Rotate handler = rig.handler();
    String version = rig.begin("prod/db");
    String others = Rotations.LOGIN.replace("first", "others");
    AtomicBoolean once = new AtomicBoolean();
    rig.aws.before(
        "PutSecretValue",
        () -> {
          if (once.compareAndSet(false, true)) {
            rig.client.putSecretValue(
                request ->
                    request
                        .secretId("prod/db")
                        .clientRequestToken(version)
                        .secretString(others)
                        .versionStages("AWSPENDING"));
          }
        });
    rig.send(handler, "createSecret", version);

    assertThat(rig.last().facts()).containsEntry("result", "kept");
    assertThat(rig.at("AWSPENDING").secretString()).isEqualTo(others);
  }

  @Test
  void bytesStayBytes() {
    rig.aws.secrets().put("prod/db", new byte[] {(byte) 0xFF, 1, 2});
    String version = rig.begin("prod/db");
    byte[] next = {(byte) 0xFE, 3, 4, 5};
    Rotations.Steps binary =
        new Rotations.Steps(rig.database) {
          @Override
          public SecretValue create(RotatedSecret secret, Call call) {
            assertThat(InsecureSecretAccess.bytes(secret.current())).hasSize(3);
            assertThat(secret.previous()).isPresent();
            return SecretValue.copyOf(next);
          }
        };
    rig.send(
        rig.new Rotate(SecretRotation.of(Rotations.PREFIX + "prod/db"), binary),
        "createSecret",
        version);

    assertThat(rig.at("AWSPENDING").secretBinary()).isEqualTo(SdkBytes.fromByteArray(next));
  }

  /** Secrets Manager asks for the token it gave where a function works through another role. */
  @Test
  void theRotationTokenIsHandedBackAndToNobodyElse() throws IOException {
    String proof = "0123456789-abcdefghijklmnopqrstuvwxyz";
    String version = "v".repeat(32);
    String described =
        "{\"RotationEnabled\":true,\"RotationLambdaARN\":\"%s\",\"VersionIdsToStages\":{\"%s\":[\"AWSPENDING\"]}}"
            .formatted(Rotations.FUNCTION, version);
    List<String> put = new ArrayList<>();
    try (LoopbackHttp http =
        new LoopbackHttp(
            LoopbackHttp.local(0),
            10_000,
            request -> {
              String body = new String(Objects.requireNonNull(request.body()), UTF_8);
              switch (String.valueOf(request.headers().get("x-amz-target"))) {
                case "secretsmanager.DescribeSecret" -> {
                  return Response.json(200, described);
                }
                case "secretsmanager.GetSecretValue" -> {
                  return body.contains("AWSCURRENT")
                      ? Response.json(200, "{\"SecretString\":\"{\\\"password\\\":1}\"}")
                      : Response.json(400, "{\"__type\":\"ResourceNotFoundException\"}");
                }
                default -> {
                  put.add(body);
                  return Response.json(200, "{}");
                }
              }
            })) {
      SecureHandler handler =
          new SecureHandler(
              SecretRotation.of(Rotations.PREFIX + "prod/db")
                  .clients(
                      AwsClients.standard()
                          .insecureLocalEndpoint(
                              URI.create("http://127.0.0.1:" + http.address().getPort()), "a test"))
                  .steps(rig.steps)
                  .audit(rig.audit)
                  .settings(Settings.of(rig.aws.environment()))) {};
      InProcess.send(
          handler,
          Rotations.event("createSecret", Rotations.PREFIX + "prod/db-AbCdEf", version)
              .replace("}", ",\"RotationToken\":\"" + proof + "\"}"));
    }

    assertThat(put).hasSize(1).allMatch(body -> body.contains("\"RotationToken\":\"" + proof));
    assertThat(rig.audit.events().toString()).doesNotContain(proof);
  }

  /** Who uses the secret all the while sees no failure: it asks again when it is refused. */
  @Test
  void whoeverUsesTheSecretWhileItRotatesIsNotLockedOut() throws Exception {
    int users = 4;
    int rotations = 10;
    Rotations.Rotate handler = rig.handler();
    rig.aws
        .secrets()
        .rotationFunction(
            Rotations.FUNCTION, event -> InProcess.send(handler, event, SampleContext.standard()));
    SampleEnvironment environment = SampleEnvironment.standard().settings(rig.aws.environment());
    AtomicInteger logins = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    CountDownLatch inUse = new CountDownLatch(users);
    ExecutorService threads = Executors.newFixedThreadPool(users);
    try (Secrets secrets =
        Secrets.secretsManager(
            AwsClients.standard().insecureLocalEndpoint(rig.aws.uri(), "a test"))) {
      SecretHandle password = secrets.secret("prod/db").field("password");
      secrets.start(environment);
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < users; i++) {
        running.add(
            threads.submit(
                () -> {
                  while (!over.get()) {
                    assertThat(login(password, environment.restored())).isTrue();
                    logins.incrementAndGet();
                    inUse.countDown();
                  }
                  return null;
                }));
      }
      inUse.await();
      for (int i = 0; i < rotations; i++) {
        String version = rig.aws.secrets().rotate("prod/db", Rotations.FUNCTION);
        assertThat(rig.at("AWSCURRENT").versionId()).isEqualTo(version);
      }
      over.set(true);
      for (Future<?> user : running) {
        user.get();
      }
    } finally {
      over.set(true);
      threads.shutdown();
    }
    assertThat(logins).hasValueGreaterThan(users);
    assertThat(rig.steps.seen).filteredOn("create"::equals).hasSize(rotations);
  }

  private static final class LoginFailed extends Exception {
    private static final long serialVersionUID = 1;
  }

  private boolean login(SecretHandle password, SampleEnvironment scope) throws LoginFailed {
    return password.use(
        scope,
        value -> {
          if (!rig.database.login(value)) {
            throw new LoginFailed();
          }
          return true;
        },
        failure -> failure instanceof LoginFailed);
  }
}
