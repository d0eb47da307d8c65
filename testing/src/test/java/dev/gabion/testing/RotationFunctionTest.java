package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gabion.aws.AwsClients;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.Call;
import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.InvocationFailed;
import dev.gabion.core.SecretValue;
import dev.gabion.core.SecureHandler;
import dev.gabion.core.Settings;
import dev.gabion.secrets.RandomPassword;
import dev.gabion.secrets.RotatedSecret;
import dev.gabion.secrets.RotationSteps;
import dev.gabion.secrets.SecretHandle;
import dev.gabion.secrets.SecretRotation;
import dev.gabion.secrets.Secrets;
import dev.gabion.testing.LoopbackHttp.Response;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

class RotationFunctionTest {
  private static final String FUNCTION =
      "arn:aws:lambda:eu-central-1:123456789012:function:function-under-test";
  private static final String PREFIX = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:";
  private static final String LOGIN = "{\"username\":\"ann\",\"password\":\"first-password\"}";
  private static final List<String> STEPS =
      List.of("createSecret", "setSecret", "testSecret", "finishSecret");

  private final LocalAws aws = LocalAws.start();
  private final SecretsManagerClient client = AwsTestClients.of(aws).secrets();
  private final RecordingAudit audit = new RecordingAudit();
  private final Database database = new Database("first-password");
  private final Steps steps = new Steps(database);

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

  private final class Rotate extends SecureHandler {
    Rotate(SecretRotation rotation, RotationSteps steps) {
      super(
          rotation
              .clients(AwsClients.standard().insecureLocalEndpoint(aws.uri(), "a test"))
              .steps(steps)
              .audit(audit)
              .settings(Settings.of(aws.environment())));
    }
  }

  @BeforeEach
  void store() {
    aws.secrets().put("prod/db", LOGIN);
  }

  @AfterEach
  void close() {
    client.close();
    aws.close();
  }

  private Rotate handler() {
    return new Rotate(SecretRotation.of(PREFIX + "prod/db"), steps);
  }

  /** Begins a rotation that no function is called for: there is an empty pending version. */
  private String begin(String name) {
    return aws.secrets().rotate(name, FUNCTION);
  }

  private static String event(String step, String arn, String version) {
    return "{\"Step\":\"%s\",\"SecretId\":\"%s\",\"ClientRequestToken\":\"%s\"}"
        .formatted(step, arn, version);
  }

  private String send(SecureHandler handler, String step, String version) {
    return InProcess.send(handler, event(step, aws.secrets().arn("prod/db"), version));
  }

  private void refused(SecureHandler handler, String event) {
    assertThatThrownBy(() -> InProcess.send(handler, event))
        .isInstanceOf(InvocationFailed.class)
        .hasNoCause();
  }

  private GetSecretValueResponse at(String stage) {
    return client.getSecretValue(request -> request.secretId("prod/db").versionStage(stage));
  }

  private AuditEvent last() {
    List<AuditEvent> outcomes = audit.outcomes();
    return outcomes.get(outcomes.size() - 1);
  }

  private String reason() {
    return Objects.requireNonNull(last().outcome()).reason();
  }

  @Test
  void aRotationMakesANewSecretThatTheOtherSideTakes() {
    Rotate handler = handler();
    aws.secrets()
        .rotationFunction(
            FUNCTION, event -> InProcess.send(handler, event, SampleContext.standard()));
    String version = aws.secrets().rotate("prod/db", FUNCTION);

    assertThat(at("AWSCURRENT").versionId()).isEqualTo(version);
    assertThat(at("AWSCURRENT").secretString())
        .matches("\\{\"username\":\"ann\",\"password\":\"[A-Za-z0-9]{32}\"}");
    assertThat(at("AWSPREVIOUS").secretString()).isEqualTo(LOGIN);
    try (SecretValue current = SecretValue.ofText(at("AWSCURRENT").secretString())) {
      assertThat(database.login(current.field("password"))).isTrue();
    }
    assertThat(steps.seen).containsExactly("create", "set", "test", "test");
  }

  @Test
  void eachStepIsOnTheAuditTrailByNameAndVersion() {
    Rotate handler = handler();
    String version = begin("prod/db");
    String arn = aws.secrets().arn("prod/db");
    STEPS.forEach(step -> assertThat(send(handler, step, version)).isEmpty());

    assertThat(audit.outcomes()).hasSize(4);
    List<String> results = List.of("created", "set", "tested", "current");
    for (int i = 0; i < 4; i++) {
      AuditEvent outcome = audit.outcomes().get(i);
      assertThat(outcome.verdict()).isEqualTo(Verdict.ALLOWED);
      assertThat(outcome.facts())
          .isEqualTo(Map.of("secret", arn, "version", version, "result", results.get(i)));
      assertThat(Objects.requireNonNull(outcome.source()).operation()).isEqualTo(STEPS.get(i));
      assertThat(outcome.source().origin()).isEqualTo(arn);
    }
    assertThat(audit.events().toString()).doesNotContain("first-password");
  }

  @Test
  void stepsMayBeRepeated() {
    Rotate handler = handler();
    String version = begin("prod/db");
    send(handler, "createSecret", version);
    String made = at("AWSPENDING").secretString();
    for (String step : STEPS) {
      send(handler, step, version);
      send(handler, step, version);
    }
    STEPS.forEach(step -> send(handler, step, version));

    assertThat(at("AWSCURRENT").secretString()).isEqualTo(made);
    assertThat(at("AWSCURRENT").versionId()).isEqualTo(version);
    assertThat(steps.seen).filteredOn("create"::equals).hasSize(1);
    assertThat(last().facts()).containsEntry("result", "already-current");
  }

  @Test
  void aSecretBecomesCurrentOnlyOnceItWorks() {
    Rotate handler = handler();
    String version = begin("prod/db");
    String arn = aws.secrets().arn("prod/db");

    for (String early : List.of("setSecret", "testSecret", "finishSecret")) {
      refused(handler, event(early, arn, version));
    }
    assertThat(steps.seen).as("there is no new secret yet").isEmpty();
    send(handler, "createSecret", version);
    refused(handler, event("finishSecret", arn, version));
    assertThat(steps.seen).as("it is not set yet").containsExactly("create", "test");
    assertThat(at("AWSCURRENT").secretString()).isEqualTo(LOGIN);

    send(handler, "setSecret", version);
    send(handler, "finishSecret", version);
    assertThat(at("AWSCURRENT").versionId()).isEqualTo(version);
  }

  @Test
  void secretsManagerItselfMovesTheStageToAVersionWithoutAValue() {
    String before = at("AWSCURRENT").versionId();
    String version = begin("prod/db");
    client.updateSecretVersionStage(
        request ->
            request
                .secretId("prod/db")
                .versionStage("AWSCURRENT")
                .moveToVersionId(version)
                .removeFromVersionId(before));

    assertThatThrownBy(() -> at("AWSCURRENT"))
        .as("control")
        .isInstanceOf(ResourceNotFoundException.class);
  }

  static Stream<Arguments> declarations() {
    String secret = PREFIX + "prod/db-AbCdEf";
    return Stream.of(
        Arguments.of(PREFIX + "prod/db", secret, true),
        Arguments.of(secret, secret, true),
        Arguments.of(PREFIX + "prod/db-??????", secret, true),
        Arguments.of(PREFIX + "my-secret-??????", PREFIX + "my-secret-AbCdEf", true),
        Arguments.of(PREFIX + "my-secret", PREFIX + "my-secret-AbCdEf", false),
        Arguments.of(PREFIX + "prod/db", PREFIX + "prod/db", false),
        Arguments.of(PREFIX + "prod/db", PREFIX + "prod/db2-AbCdEf", false),
        Arguments.of(PREFIX + "prod/db", PREFIX + "prod/db-AbCdEf-AbCdEf", false),
        Arguments.of(PREFIX + "prod/db", PREFIX + "prod/dbx-AbCdEf", false),
        Arguments.of(PREFIX + "prod/d.", PREFIX + "prod/db-AbCdEf", false),
        Arguments.of(secret, PREFIX + "prod/db-AbCdEg", false),
        Arguments.of(secret, PREFIX + "prod/db-AbCdEf-AbCdEf", false),
        Arguments.of(PREFIX + "prod/db", secret.replace("123456789012", "210987654321"), false),
        Arguments.of(PREFIX + "prod/db", secret.replace("eu-central-1", "us-east-1"), false),
        Arguments.of(PREFIX + "prod/db", secret.replace("arn:aws:", "arn:aws-cn:"), false));
  }

  @ParameterizedTest
  @MethodSource("declarations")
  void onlyADeclaredSecretIsAskedFor(String declared, String arn, boolean itIs) {
    refused(
        new Rotate(SecretRotation.of(declared), steps), event("createSecret", arn, "v".repeat(32)));

    assertThat(reason()).isEqualTo(itIs ? "exception" : "permit");
    assertThat(aws.count("DescribeSecret")).isEqualTo(itIs ? 1 : 0);
    assertThat(Objects.requireNonNull(last().source()).origin()).isEqualTo(arn);
    assertThat(steps.seen).isEmpty();
  }

  @Test
  void severalSecretsCanBeDeclaredAndWhatIsNoArnCannot() {
    new Rotate(SecretRotation.of(PREFIX + "prod/db", PREFIX + "prod/api"), steps);
    for (String wrong : List.of("prod/db", "", PREFIX, FUNCTION, PREFIX + "*", PREFIX + "a b")) {
      assertThatThrownBy(() -> SecretRotation.of(PREFIX + "prod/db", wrong))
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
    String version = begin("prod/db");
    aws.forgetRequests();
    refused(
        handler(), event.replace("TOKEN", version).replace("ARN", aws.secrets().arn("prod/db")));

    assertThat(reason()).isIn("not-a-rotation", "duplicate-field");
    assertThat(aws.requests()).isEmpty();
    assertThat(steps.seen).isEmpty();
  }

  @Test
  void aVersionThatIsNotPendingIsLeftAlone() {
    Rotate handler = handler();
    String arn = aws.secrets().arn("prod/db");
    String first = at("AWSCURRENT").versionId();
    aws.secrets().put("prod/db", LOGIN.replace("first", "second"));
    begin("prod/db");

    refused(handler, event("setSecret", arn, "0".repeat(36)));
    assertThat(reason()).isEqualTo("unknown-version");
    refused(handler, event("setSecret", arn, first));
    assertThat(reason()).isEqualTo("not-pending");
    send(handler, "setSecret", at("AWSCURRENT").versionId());
    assertThat(last().facts()).containsEntry("result", "already-current");
    assertThat(steps.seen).isEmpty();
  }

  @Test
  void aSecretThatIsNotThisFunctionsToRotateIsLeftAlone() {
    Rotate handler = handler();
    String arn = aws.secrets().arn("prod/db");
    refused(handler, event("createSecret", arn, at("AWSCURRENT").versionId()));
    assertThat(reason()).isEqualTo("rotation-disabled");

    String version = aws.secrets().rotate("prod/db", FUNCTION + "-of-others");
    refused(handler, event("createSecret", arn, version));
    assertThat(reason()).isEqualTo("another-function");

    client.deleteSecret(request -> request.secretId("prod/db").recoveryWindowInDays(7L));
    refused(handler, event("createSecret", arn, version));
    assertThat(reason()).isEqualTo("secret-deleted");

    aws.secrets().delete("prod/db");
    refused(handler, event("createSecret", arn, version));
    assertThat(last().facts()).containsEntry("code", "ResourceNotFoundException");
    assertThat(steps.seen).isEmpty();
  }

  @Test
  void anAliasOfTheFunctionIsTheFunction() {
    Rotate handler = handler();
    String version = aws.secrets().rotate("prod/db", FUNCTION + ":live");

    send(handler, "createSecret", version);
    assertThat(last().facts()).containsEntry("result", "created");
  }

  @Test
  void awsSayingNoEndsTheStepAndItsCodeIsRecorded() {
    Rotate handler = handler();
    String version = begin("prod/db");
    String arn = aws.secrets().arn("prod/db");
    for (String operation : List.of("DescribeSecret", "GetSecretValue", "PutSecretValue")) {
      aws.next(operation).denied();
      refused(handler, event("createSecret", arn, version));
      assertThat(last().facts())
          .as(operation)
          .containsEntry("code", "AccessDeniedException")
          .containsEntry("version", version);
      assertThat(last().verdict()).isEqualTo(Verdict.FAILED);
    }
    send(handler, "createSecret", version);
    send(handler, "setSecret", version);
    aws.next("UpdateSecretVersionStage").denied();
    refused(handler, event("finishSecret", arn, version));
    assertThat(at("AWSCURRENT").secretString()).isEqualTo(LOGIN);
    send(handler, "finishSecret", version);
    assertThat(at("AWSCURRENT").versionId()).isEqualTo(version);
  }

  @Test
  void throttlesAndFaultsOfAwsAreTriedAgain() {
    Rotate handler = handler();
    String version = begin("prod/db");
    for (String operation :
        List.of("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")) {
      aws.next(operation).throttled();
      aws.next(operation).failed();
    }
    STEPS.forEach(step -> send(handler, step, version));

    assertThat(at("AWSCURRENT").versionId()).isEqualTo(version);
    assertThat(steps.seen).filteredOn("create"::equals).hasSize(1);
  }

  @Test
  void aKeyThatIsOffEndsTheStep() {
    String key = aws.kms().createKey();
    client.updateSecret(request -> request.secretId("prod/db").kmsKeyId(key));
    String version = begin("prod/db");
    aws.kms().disable(key);
    refused(handler(), event("createSecret", aws.secrets().arn("prod/db"), version));

    assertThat(last().facts()).containsEntry("code", "DecryptionFailure");
    assertThat(steps.seen).isEmpty();
  }

  @Test
  void aStepEndsWithItsInvocation() {
    Rotate handler = handler();
    String version = begin("prod/db");
    byte[] event = event("createSecret", aws.secrets().arn("prod/db"), version).getBytes(UTF_8);
    aws.always("GetSecretValue").stalled();
    Instant deadline = Instant.now().plusMillis(1_500);

    assertThatThrownBy(
            () ->
                InProcess.send(
                    handler, event, SampleContext.of(Invocation.of(event).deadline(deadline))))
        .isInstanceOf(InvocationFailed.class);
    assertThat(Instant.now()).isBefore(deadline.plusMillis(500));
    assertThat(last().facts()).containsEntry("code", "ApiCallTimeoutException");
  }

  @Test
  void whatAStepThrowsStaysInside() {
    String version = begin("prod/db");
    Steps failing =
        new Steps(new Database("another")) {
          @Override
          public void test(RotatedSecret secret, Call call) {
            throw new IllegalStateException(InsecureSecretAccess.text(secret.pending()));
          }
        };
    Rotate handler = new Rotate(SecretRotation.of(PREFIX + "prod/db"), failing);
    send(handler, "createSecret", version);
    String made = at("AWSPENDING").secretString();
    for (String step : List.of("setSecret", "testSecret", "finishSecret")) {
      Throwable failure = catchThrowable(() -> send(handler, step, version));
      assertThat(failure).isInstanceOf(InvocationFailed.class);
      assertThat(failure.toString()).doesNotContain("password");
    }
    assertThat(audit.events().toString()).doesNotContain("first-password").doesNotContain(made);
  }

  @Test
  void whatWasLentIsWipedWhenTheStepIsOver() {
    String version = begin("prod/db");
    List<SecretValue> kept = new ArrayList<>();
    List<RotatedSecret> secrets = new ArrayList<>();
    Steps keeping =
        new Steps(database) {
          @Override
          public SecretValue create(RotatedSecret secret, Call call) {
            SecretValue made = super.create(secret, call);
            kept.addAll(List.of(secret.current(), made));
            secrets.add(secret);
            return made;
          }
        };
    send(new Rotate(SecretRotation.of(PREFIX + "prod/db"), keeping), "createSecret", version);

    assertThat(kept).hasSize(2);
    for (SecretValue value : kept) {
      assertThatThrownBy(() -> InsecureSecretAccess.bytes(value)).hasMessageContaining("wiped");
    }
    assertThatThrownBy(secrets.get(0)::previous).hasMessageContaining("CLOSED");
  }

  @Test
  void aRotationThatChangesNothingIsNone() {
    String version = begin("prod/db");
    for (String made : List.of(LOGIN, "")) {
      Steps idle =
          new Steps(database) {
            @Override
            public SecretValue create(RotatedSecret secret, Call call) {
              return SecretValue.ofText(made);
            }
          };
      refused(
          new Rotate(SecretRotation.of(PREFIX + "prod/db"), idle),
          event("createSecret", aws.secrets().arn("prod/db"), version));
      assertThat(reason()).isEqualTo("not-a-new-secret");
    }
    assertThat(aws.count("PutSecretValue")).isZero();
  }

  @Test
  void theSameStepSentTwiceAtOnceStoresOneSecret() {
    Rotate handler = handler();
    String version = begin("prod/db");
    String others = LOGIN.replace("first", "others");
    AtomicBoolean once = new AtomicBoolean();
    aws.before(
        "PutSecretValue",
        () -> {
          if (once.compareAndSet(false, true)) {
            client.putSecretValue(
                request ->
                    request
                        .secretId("prod/db")
                        .clientRequestToken(version)
                        .secretString(others)
                        .versionStages("AWSPENDING"));
          }
        });
    send(handler, "createSecret", version);

    assertThat(last().facts()).containsEntry("result", "kept");
    assertThat(at("AWSPENDING").secretString()).isEqualTo(others);
  }

  @Test
  void bytesStayBytes() {
    aws.secrets().put("prod/db", new byte[] {(byte) 0xFF, 1, 2});
    String version = begin("prod/db");
    byte[] next = {(byte) 0xFE, 3, 4, 5};
    Steps binary =
        new Steps(database) {
          @Override
          public SecretValue create(RotatedSecret secret, Call call) {
            assertThat(InsecureSecretAccess.bytes(secret.current())).hasSize(3);
            assertThat(secret.previous()).isPresent();
            return SecretValue.copyOf(next);
          }
        };
    send(new Rotate(SecretRotation.of(PREFIX + "prod/db"), binary), "createSecret", version);

    assertThat(at("AWSPENDING").secretBinary()).isEqualTo(SdkBytes.fromByteArray(next));
  }

  /** Secrets Manager asks for the token it gave where a function works through another role. */
  @Test
  void theRotationTokenIsHandedBackAndToNobodyElse() throws IOException {
    String proof = "0123456789-abcdefghijklmnopqrstuvwxyz";
    String version = "v".repeat(32);
    String described =
        "{\"RotationEnabled\":true,\"RotationLambdaARN\":\"%s\",\"VersionIdsToStages\":{\"%s\":[\"AWSPENDING\"]}}"
            .formatted(FUNCTION, version);
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
              SecretRotation.of(PREFIX + "prod/db")
                  .clients(
                      AwsClients.standard()
                          .insecureLocalEndpoint(
                              URI.create("http://127.0.0.1:" + http.address().getPort()), "a test"))
                  .steps(steps)
                  .audit(audit)
                  .settings(Settings.of(aws.environment()))) {};
      InProcess.send(
          handler,
          event("createSecret", PREFIX + "prod/db-AbCdEf", version)
              .replace("}", ",\"RotationToken\":\"" + proof + "\"}"));
    }

    assertThat(put).hasSize(1).allMatch(body -> body.contains("\"RotationToken\":\"" + proof));
    assertThat(audit.events().toString()).doesNotContain(proof);
  }

  /** Who uses the secret all the while sees no failure: it asks again when it is refused. */
  @Test
  void whoeverUsesTheSecretWhileItRotatesIsNotLockedOut() throws Exception {
    int users = 4;
    int rotations = 10;
    Rotate handler = handler();
    aws.secrets()
        .rotationFunction(
            FUNCTION, event -> InProcess.send(handler, event, SampleContext.standard()));
    SampleEnvironment environment = SampleEnvironment.standard().settings(aws.environment());
    AtomicInteger logins = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    CountDownLatch inUse = new CountDownLatch(users);
    ExecutorService threads = Executors.newFixedThreadPool(users);
    try (Secrets secrets =
        Secrets.secretsManager(AwsClients.standard().insecureLocalEndpoint(aws.uri(), "a test"))) {
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
        String version = aws.secrets().rotate("prod/db", FUNCTION);
        assertThat(at("AWSCURRENT").versionId()).isEqualTo(version);
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
    assertThat(steps.seen).filteredOn("create"::equals).hasSize(rotations);
  }

  private static final class LoginFailed extends Exception {
    private static final long serialVersionUID = 1;
  }

  private boolean login(SecretHandle password, SampleEnvironment scope) throws LoginFailed {
    return password.use(
        scope,
        value -> {
          if (!database.login(value)) {
            throw new LoginFailed();
          }
          return true;
        },
        failure -> failure instanceof LoginFailed);
  }
}
