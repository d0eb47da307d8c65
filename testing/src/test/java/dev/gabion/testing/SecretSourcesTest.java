package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.aws.AwsClients;
import dev.gabion.core.Deadline;
import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.SecretValue;
import dev.gabion.core.StartFailed;
import dev.gabion.secrets.SecretHandle;
import dev.gabion.secrets.SecretPath;
import dev.gabion.secrets.Secrets;
import dev.gabion.secrets.TimedSecrets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Secrets Manager and Parameter Store as stores ask them, through the SDK and over the wire. */
class SecretSourcesTest {
  private final LocalAws aws = LocalAws.start();
  private final AwsClients clients =
      AwsClients.standard().insecureLocalEndpoint(aws.uri(), "a test");
  private final SampleEnvironment environment =
      SampleEnvironment.standard().settings(aws.environment());
  private final Secrets secrets = Secrets.secretsManager(clients);
  private final Secrets parameters = Secrets.parameterStore(clients);

  @AfterEach
  void close() {
    secrets.close();
    parameters.close();
    aws.close();
  }

  private String use(SecretHandle handle) {
    return handle.use(environment, InsecureSecretAccess::text);
  }

  @Test
  void oneSecretIsOneCallWithItsStage() {
    String id = aws.secrets().put("prod/db", "{\"password\":\"correct horse\"}");
    SecretHandle password = secrets.secret("prod/db").field("password");
    secrets.start(environment);

    assertThat(use(password)).isEqualTo("correct horse");
    assertThat(aws.requests())
        .extracting(LocalAws.Asked::operation)
        .containsExactly("GetSecretValue");
    assertThat(environment.details()).hasSize(1);
    assertThat(environment.details().get(0).facts())
        .isEqualTo(
            Map.of(
                "secret", "prod/db",
                "event", "fetched",
                "source", "secretsmanager",
                "version", id,
                "age-seconds", "0"));
    assertThat(environment.wasIssued("correct horse".getBytes(UTF_8))).isTrue();
  }

  @Test
  void bytesStagesVersionsAndArns() {
    String first = aws.secrets().put("prod/key", new byte[] {0, -1, 2});
    aws.secrets().put("prod/key", "second");
    SecretHandle previous = secrets.secretOfStage("prod/key", "AWSPREVIOUS");
    SecretHandle named = secrets.secretOfVersion("prod/key", first);
    SecretHandle byArn = secrets.secret(aws.secrets().arn("prod/key"));
    secrets.start(environment);

    for (SecretHandle handle : List.of(previous, named)) {
      byte[] bytes = handle.use(environment, InsecureSecretAccess::bytes);
      assertThat(bytes).containsExactly(0, 255, 2);
    }
    assertThat(use(byArn)).isEqualTo("second");
  }

  @Test
  void manySecretsAreFetchedTwentyAtATime() {
    List<SecretHandle> handles = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      aws.secrets().put("s" + i, "value-" + i);
      handles.add(secrets.secret(i == 7 ? aws.secrets().arn("s7") : "s" + i));
    }
    secrets.start(environment);

    for (int i = 0; i < 25; i++) {
      assertThat(use(handles.get(i))).isEqualTo("value-" + i);
    }
    assertThat(aws.count("BatchGetSecretValue")).isEqualTo(2);
    assertThat(aws.count("GetSecretValue")).isZero();
    assertThat(environment.details()).hasSize(25);
  }

  @Test
  void aRoleThatMayNotBatchAsksForOneAfterTheOther() {
    aws.secrets().put("a", "value-a");
    aws.secrets().put("b", "value-b");
    aws.always("BatchGetSecretValue").denied();
    SecretHandle a = secrets.secret("a");
    SecretHandle b = secrets.secret("b");
    secrets.start(environment);

    assertThat(use(a) + use(b)).isEqualTo("value-avalue-b");
    assertThat(aws.count("BatchGetSecretValue")).isEqualTo(1);
    assertThat(aws.count("GetSecretValue")).isEqualTo(2);
  }

  @Test
  void oneMisspeltNameAmongManyStopsTheStart() {
    aws.secrets().put("a", "value-a");
    secrets.secret("a");
    secrets.secret("bb");
    assertThatThrownBy(() -> secrets.start(environment))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("bb")
        .hasMessageContaining("ResourceNotFoundException")
        .hasMessageContaining("secretsmanager:GetSecretValue");
  }

  @Test
  void aThousandThreadsOnAColdSecretMakeOneRequest() throws Exception {
    aws.secrets().put("prod/db", "correct horse");
    TimedSecrets time = new TimedSecrets();
    Secrets cold = time.secretsManager(clients);
    SecretHandle handle = cold.secret("prod/db");
    aws.next("GetSecretValue", 3).unavailable();
    cold.start(environment); // in vain
    time.pass(Duration.ofSeconds(1));
    aws.forgetRequests();

    SampleEnvironment patient = environment.deadline(Deadline.in(Duration.ofMinutes(1)));
    CountDownLatch go = new CountDownLatch(1);
    List<Future<String>> users = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      FutureTask<String> user =
          new FutureTask<>(
              () -> {
                go.await();
                return handle.use(patient, InsecureSecretAccess::text);
              });
      users.add(user);
      threads.add(new Thread(user));
    }
    aws.before("GetSecretValue", () -> awaitAllButOneWaiting(threads));
    threads.forEach(
        thread -> {
          thread.setDaemon(true);
          thread.start();
        });
    go.countDown();
    for (Future<String> user : users) {
      assertThat(user.get(60, TimeUnit.SECONDS)).isEqualTo("correct horse");
    }
    assertThat(aws.requests()).hasSize(1);
    cold.close();
  }

  /** Waits until all of them wait for the one who asks. */
  private static void awaitAllButOneWaiting(List<Thread> threads) {
    while (threads.stream().filter(one -> one.getState() == Thread.State.TIMED_WAITING).count()
        < threads.size() - 1) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aParameterIsDecryptedByNameVersionAndLabel() {
    aws.parameters().putSecure("/prod/db", "first");
    aws.parameters().putSecure("/prod/db", "second");
    aws.parameters().label("/prod/db", 1, "blue");
    SecretHandle current = parameters.secret("/prod/db");
    SecretHandle written = parameters.secret("/prod/db:1");
    SecretHandle version = parameters.secretOfVersion("/prod/db", "1");
    SecretHandle label = parameters.secretOfStage("/prod/db", "blue");
    parameters.start(environment);

    assertThat(use(current)).isEqualTo("second");
    assertThat(List.of(use(written), use(version), use(label))).containsOnly("first");
    assertThat(aws.count("GetParameters")).isEqualTo(1);
    assertThat(environment.details().get(0).facts()).containsEntry("source", "ssm");
  }

  @Test
  void manyParametersAreFetchedTenAtATime() {
    List<SecretHandle> handles = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      aws.parameters().putSecure("/p" + i, "value-" + i);
      handles.add(parameters.secret("/p" + i));
    }
    parameters.start(environment);
    for (int i = 0; i < 12; i++) {
      assertThat(use(handles.get(i))).isEqualTo("value-" + i);
    }
    assertThat(aws.count("GetParameters")).isEqualTo(2);
    assertThat(aws.count("GetParameter")).isZero();
  }

  @Test
  void aPathIsFetchedPageByPageAndLentAsAMap() {
    for (int i = 0; i < 25; i++) {
      aws.parameters().putSecure("/prod/db/" + (i % 2 == 0 ? "" : "deep/") + i, "value-" + i);
    }
    aws.parameters().putSecure("/prod/dbx/other", "not below");
    SecretPath path = parameters.path("/prod/db");
    parameters.start(environment);

    Map<String, String> lent =
        path.use(
            environment,
            values -> {
              Map<String, String> texts = new TreeMap<>();
              values.forEach((name, value) -> texts.put(name, InsecureSecretAccess.text(value)));
              return texts;
            });
    assertThat(lent).hasSize(25).containsEntry("24", "value-24").containsEntry("deep/3", "value-3");
    assertThat(aws.count("GetParametersByPath")).isEqualTo(3);
  }

  @Test
  void aPathThatChangedIsReadAgainWhenItIsRefused() {
    aws.parameters().putSecure("/prod/db/password", "first");
    SecretPath path = parameters.path("/prod/db/");
    parameters.start(environment);
    aws.parameters().putSecure("/prod/db/password", "second");

    String taken =
        path.use(
            environment,
            values -> {
              SecretValue password = values.get("password");
              if (password == null || !InsecureSecretAccess.text(password).equals("second")) {
                throw new IllegalStateException("wrong password");
              }
              return "in";
            },
            failure -> failure instanceof IllegalStateException);
    assertThat(taken).isEqualTo("in");
    assertThat(aws.count("GetParametersByPath")).isEqualTo(2);
  }

  @Test
  void aPathWithNothingOrTooMuchUnderItStopsTheStart() {
    parameters.path("/prod/dd/");
    assertThatThrownBy(() -> parameters.start(environment))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("/prod/dd/")
        .hasMessageContaining("NoParameters");

    for (int i = 0; i < 201; i++) {
      aws.parameters().putSecure("/many/" + i, "value");
    }
    Secrets many = Secrets.parameterStore(clients);
    many.path("/many");
    assertThatThrownBy(() -> many.start(environment))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("TooManyParameters");
  }

  @Test
  void aPlainParameterIsNoSecretUnlessSaidSo() {
    aws.parameters().put("/prod/flag", "on");
    parameters.secret("/prod/flag");
    assertThatThrownBy(() -> parameters.start(environment))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("PlainParameter")
        .hasMessageContaining("SecureString");

    Secrets plain = Secrets.parameterStore(clients).insecurePlainParameters("a flag");
    SecretHandle flag = plain.secret("/prod/flag");
    plain.start(environment);
    assertThat(use(flag)).isEqualTo("on");
    plain.close();
  }

  @Test
  void aPathIsRefusedForOnePlainParameter() {
    aws.parameters().putSecure("/prod/db/password", "first");
    aws.parameters().put("/prod/db/host", "db.example.com");
    parameters.path("/prod/db");
    assertThatThrownBy(() -> parameters.start(environment)).isInstanceOf(StartFailed.class);
  }

  @Test
  void aRefusalAtUseSaysNothingOfTheValue() {
    aws.secrets().put("prod/db", "correct horse");
    SecretHandle handle = secrets.secret("prod/db");
    aws.always().malformed();
    secrets.start(environment);
    assertThatThrownBy(() -> use(handle))
        .isInstanceOfSatisfying(
            SecretUnavailable.class,
            unavailable -> {
              for (Throwable t = unavailable; t != null; t = t.getCause()) {
                assertThat(t.toString()).doesNotContain("horse");
              }
            });
    assertThat(environment.details().toString()).doesNotContain("horse");
  }
}
