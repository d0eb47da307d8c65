package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gabion.aws.AwsClients;
import dev.gabion.core.Deadline;
import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.SecretValue;
import dev.gabion.secrets.SecretHandle;
import dev.gabion.secrets.Secrets;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * Sixteen threads use a credential while it is rotated two hundred times, with the steps in which a
 * rotation function takes them and a database that lets nobody in with a password it does not have.
 *
 * <p>No rotation begins before each thread has ended whatever it began during the last one: a use
 * meets one rotation, and so could always succeed.
 */
@Timeout(120)
class RotationUnderLoadTest {
  private static final int THREADS = 16;
  private static final int ROTATIONS = 200;
  private static final String FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:rotate";

  private final ObjectMapper json = new ObjectMapper();

  /** Knows one password for each user. */
  private static final class Database {
    private final Map<String, String> passwords = new ConcurrentHashMap<>();
    final AtomicInteger refusals = new AtomicInteger();

    void change(String user, String password) {
      passwords.put(user, password);
    }

    String login(SecretValue credential) throws LoginFailed {
      String[] both = InsecureSecretAccess.text(credential).split("/", 2);
      if (!both[1].equals(passwords.get(both[0]))) {
        refusals.incrementAndGet();
        throw new LoginFailed();
      }
      return both[0];
    }
  }

  private static final class LoginFailed extends Exception {
    private static final long serialVersionUID = 1;
  }

  /** How a thread uses the secret. */
  private interface Client {
    String use(SecretHandle handle, SampleEnvironment scope, Database database) throws LoginFailed;
  }

  private static final Client CAREFUL =
      (handle, scope, database) ->
          handle.use(scope, database::login, failure -> failure instanceof LoginFailed);

  private static final Client CARELESS =
      (handle, scope, database) -> handle.use(scope, database::login);

  /** What came of it. */
  private record Result(int uses, int failed, int refusals, List<Integer> fetches) {
    int fetched() {
      return fetches.stream().mapToInt(Integer::intValue).sum();
    }

    /** The most fetches for one rotation of a kind. */
    int most(boolean leavesLabel) {
      return IntStream.range(0, fetches.size())
          .filter(i -> leavesLabel(i + 1) == leavesLabel)
          .map(fetches::get)
          .max()
          .orElse(0);
    }

    long times(int count) {
      return fetches.stream().filter(fetched -> fetched == count).count();
    }

    void print(String what) {
      System.out.printf(
          "%s: %,d uses by %d threads over %d rotations: %d failed; %,d logins refused on the way;"
              + " %d fetches: none for %d rotations, 1 for %d, 2 for %d, 3 for %d%n",
          what,
          uses,
          THREADS,
          fetches.size(),
          failed,
          refusals,
          fetched(),
          times(0),
          times(1),
          times(2),
          times(3));
    }
  }

  @Test
  void aSingleUsersPasswordRotates() throws Exception {
    Result result = run(CAREFUL, ROTATIONS, rotation -> "app");
    result.print("single user");

    assertThat(result.failed()).isZero();
    assertBounded(result);
    assertThat(result.fetched()).isBetween(ROTATIONS, 2 * ROTATIONS);
    assertThat(result.uses()).isGreaterThan(2 * THREADS * ROTATIONS);
    assertThat(result.refusals()).isGreaterThanOrEqualTo(ROTATIONS);
  }

  @Test
  void twoUsersAlternate() throws Exception {
    Result result = run(CAREFUL, ROTATIONS, rotation -> rotation % 2 == 0 ? "app" : "app_clone");
    result.print("alternating users");

    assertThat(result.failed()).isZero();
    assertBounded(result);
    assertThat(result.refusals()).isPositive();
  }

  /**
   * One fetch brings the version, one more may be in vain; a third is needed where a rotation ends,
   * label and all, just between those two.
   */
  private static void assertBounded(Result result) {
    assertThat(result.most(true)).isLessThanOrEqualTo(2);
    assertThat(result.most(false)).isLessThanOrEqualTo(3);
    assertThat(result.fetched()).isLessThanOrEqualTo(2 * ROTATIONS);
  }

  @Test
  void aClientThatDoesNotSayWhatARefusalIsFails() throws Exception { // the control
    Result result = run(CARELESS, 5, rotation -> "app");
    result.print("control, without the second form of use");

    assertThat(result.failed()).isPositive();
    assertThat(result.fetched()).isZero();
  }

  /** Whether a rotation leaves AWSPENDING where it is: both ways are documented. */
  private static boolean leavesLabel(int rotation) {
    return rotation % 4 < 2;
  }

  /** Whose password a rotation changes. */
  private interface Users {
    String of(int rotation);
  }

  private Result run(Client client, int rotations, Users users) throws Exception {
    try (LocalAws aws = LocalAws.start()) {
      Database database = new Database();
      database.change("app", "p0");
      database.change("app_clone", "p0");
      aws.secrets().put("prod/db", users.of(0) + "/p0");
      AwsClients clients = AwsClients.standard().insecureLocalEndpoint(aws.uri(), "a test");
      SampleEnvironment environment = SampleEnvironment.standard().settings(aws.environment());
      Secrets secrets = Secrets.secretsManager(clients);
      SecretHandle handle = secrets.secret("prod/db");
      secrets.start(environment);

      Load load = new Load();
      ExecutorService pool = Executors.newFixedThreadPool(THREADS);
      List<Future<?>> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        threads.add(
            pool.submit(
                () ->
                    load.run(
                        thread,
                        () ->
                            client.use(
                                handle,
                                environment.deadline(Deadline.in(Duration.ofSeconds(30))),
                                database))));
      }
      List<Integer> fetches = new ArrayList<>();
      var rotating = clients.client(SecretsManagerClient::builder);
      rotating.start(environment);
      try (rotating) {
        for (int rotation = 1; rotation <= rotations; rotation++) {
          int before = aws.count("GetSecretValue");
          Rotation steps = new Rotation(rotating.get(), database, load, users, rotation);
          aws.secrets().rotationFunction(FUNCTION, steps::step);
          aws.secrets().rotate("prod/db", FUNCTION);
          assertThat(steps.finished).isTrue();
          load.awaitARound();
          fetches.add(aws.count("GetSecretValue") - before);
        }
      }
      load.stop = true;
      for (Future<?> thread : threads) {
        thread.get(30, TimeUnit.SECONDS);
      }
      pool.shutdown();
      secrets.close();
      return new Result(load.uses.get(), load.failed.get(), database.refusals.get(), fetches);
    }
  }

  /** The steps of one rotation ("Lambda rotation functions"). */
  private final class Rotation {
    private final SecretsManagerClient client;
    private final Database database;
    private final Load load;
    private final String user;
    private final String password;
    private final boolean lingers;
    private final boolean leavesLabel;
    boolean finished;

    Rotation(SecretsManagerClient client, Database database, Load load, Users users, int rotation) {
      this.client = client;
      this.database = database;
      this.load = load;
      this.user = users.of(rotation);
      this.password = "p" + rotation;
      this.lingers = rotation % 2 == 0;
      this.leavesLabel = leavesLabel(rotation);
    }

    void step(byte[] event) throws IOException {
      JsonNode ask = json.readTree(event);
      String secret = ask.path("SecretId").asText();
      String token = ask.path("ClientRequestToken").asText();
      switch (ask.path("Step").asText()) {
        case "createSecret" ->
            client.putSecretValue(
                r ->
                    r.secretId(secret)
                        .clientRequestToken(token)
                        .secretString(user + "/" + password)
                        .versionStages("AWSPENDING"));
        case "setSecret" -> database.change(user, password);
        case "testSecret" -> {
          if (lingers) { // in every second rotation all threads meet the gap
            load.awaitARound();
          }
        }
        default -> {
          String current =
              client
                  .describeSecret(r -> r.secretId(secret))
                  .versionIdsToStages()
                  .entrySet()
                  .stream()
                  .filter(version -> version.getValue().contains("AWSCURRENT"))
                  .map(Map.Entry::getKey)
                  .findFirst()
                  .orElseThrow();
          client.updateSecretVersionStage(
              r ->
                  r.secretId(secret)
                      .versionStage("AWSCURRENT")
                      .moveToVersionId(token)
                      .removeFromVersionId(current));
          if (!leavesLabel) {
            client.updateSecretVersionStage(
                r -> r.secretId(secret).versionStage("AWSPENDING").removeFromVersionId(token));
          }
          finished = true;
        }
      }
    }
  }

  /** Threads that use a secret again and again, and what is known of their progress. */
  private static final class Load {
    final AtomicInteger uses = new AtomicInteger();
    final AtomicInteger failed = new AtomicInteger();
    private final AtomicIntegerArray begun = new AtomicIntegerArray(THREADS);
    private final AtomicIntegerArray ended = new AtomicIntegerArray(THREADS);
    volatile boolean stop;

    interface Use {
      String once() throws LoginFailed;
    }

    Void run(int thread, Use use) {
      while (!stop) {
        begun.incrementAndGet(thread);
        uses.incrementAndGet();
        try {
          use.once();
        } catch (LoginFailed refused) {
          failed.incrementAndGet();
        } finally {
          ended.incrementAndGet(thread);
        }
        pause();
      }
      return null;
    }

    /** Waits until every thread has ended a use that it begins from now on. */
    void awaitARound() {
      int[] next = new int[THREADS];
      for (int i = 0; i < THREADS; i++) {
        next[i] = begun.get(i) + 1;
      }
      for (int i = 0; i < THREADS; i++) {
        while (ended.get(i) < next[i]) {
          pause();
        }
      }
    }

    /** Lets others have the processor; nothing depends on how long. */
    private static void pause() {
      LockSupport.parkNanos(500_000);
    }
  }
}
