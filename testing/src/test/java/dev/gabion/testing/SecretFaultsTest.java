package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.aws.AwsClients;
import dev.gabion.core.Deadline;
import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.secrets.SecretHandle;
import dev.gabion.secrets.Secrets;
import dev.gabion.secrets.TimedSecrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/**
 * Each fault in each state of a secret, over the wire and through the SDK, against the table in
 * {@code docs/secrets.md}. Rows are run side by side, since most of their time is waiting.
 */
class SecretFaultsTest {
  private static final String NAME = "/prod/db";

  /** A use that has half a second ends by then on a slow machine, too; without a deadline, none. */
  private static final Duration SOON = Duration.ofSeconds(4);

  private static final ExecutorService POOL = Executors.newFixedThreadPool(8);

  @AfterAll
  static void stop() {
    POOL.shutdownNow();
  }

  /** What a fault does to the AWS at hand. */
  private static final Map<String, Consumer<Rig>> FAULTS =
      Map.ofEntries(
          Map.entry("none", rig -> {}),
          Map.entry("late, but in time", rig -> rig.aws.always().slow(Duration.ofMillis(100))),
          Map.entry("throttled", rig -> rig.aws.always().throttled()),
          Map.entry("fault of AWS (500)", rig -> rig.aws.always().failed()),
          Map.entry("not available (503)", rig -> rig.aws.always().unavailable()),
          Map.entry("connection reset", rig -> rig.aws.always().reset()),
          Map.entry("silence", rig -> rig.aws.always().stalled()),
          Map.entry("byte by byte, without end", rig -> rig.aws.always().dripping()),
          Map.entry("reply cut off", rig -> rig.aws.always().truncated()),
          Map.entry("reply malformed", rig -> rig.aws.always().malformed()),
          Map.entry("access denied", rig -> rig.aws.always().denied()),
          Map.entry(
              "session token expired", rig -> rig.aws.always().refused("ExpiredTokenException")),
          Map.entry("secret deleted", Rig::delete),
          Map.entry("KMS key disabled", rig -> rig.aws.kms().disable(rig.key)));

  /** Those that say nothing until the deadline. */
  private static final List<String> ENDLESS = List.of("silence", "byte by byte, without end");

  enum Source {
    SECRETS_MANAGER,
    PARAMETER_STORE
  }

  record Row(String fault, List<String> cells) {}

  /** The table's rows, each cell as it is written. */
  private static List<Row> table() throws IOException {
    Path page = Path.of(System.getProperty("gabion.root", ".."), "docs", "secrets.md");
    List<String> lines = Files.readAllLines(page);
    int head = lines.indexOf("| fault | cold | held | expired | too old | revoked |");
    List<Row> rows = new ArrayList<>();
    for (String line : lines.subList(head + 2, lines.size())) {
      if (!line.startsWith("|")) {
        return rows;
      }
      List<String> cells = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
      rows.add(new Row(cells.get(1), cells.subList(2, 7)));
    }
    return rows;
  }

  @Test
  void theTableHasEveryFaultOnce() throws IOException {
    assertThat(table().stream().map(Row::fault))
        .containsExactlyInAnyOrderElementsOf(FAULTS.keySet());
  }

  @TestFactory
  Stream<DynamicTest> whatThePagePromises() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Source source : Source.values()) {
      for (Row row : table()) {
        Future<List<String>> cells = POOL.submit(() -> observe(source, row.fault()));
        tests.add(
            DynamicTest.dynamicTest(
                source + ", " + row.fault(), () -> assertThat(cells.get()).isEqualTo(row.cells())));
      }
    }
    return tests.stream();
  }

  /** What a use is given in each column's state. */
  private static List<String> observe(Source source, String fault) {
    List<String> seen = new ArrayList<>();
    for (String state : List.of("cold", "held", "expired", "too old", "revoked")) {
      try (Rig rig = new Rig(source)) {
        rig.bring(state);
        FAULTS.getOrDefault(fault, nothing -> {}).accept(rig);
        seen.add(rig.use(ENDLESS.contains(fault) ? Duration.ofMillis(500) : rig.ample()));
      }
    }
    return seen;
  }

  /** An AWS with one secret, encrypted with a key of its own, and a store that has declared it. */
  private static final class Rig implements AutoCloseable {
    final LocalAws aws = LocalAws.start();
    final String key = aws.kms().createKey();
    private final Source source;
    private final AwsClients clients =
        AwsClients.standard().insecureLocalEndpoint(aws.uri(), "a test");
    private final SampleEnvironment environment =
        SampleEnvironment.standard().settings(aws.environment());
    private final TimedSecrets time = new TimedSecrets();
    private final Secrets secrets;
    private final SecretHandle handle;

    Rig(Source source) {
      this.source = source;
      this.secrets =
          source == Source.SECRETS_MANAGER
              ? time.secretsManager(clients)
              : time.parameterStore(clients);
      this.handle = secrets.secret(NAME);
      put("first-secret");
    }

    /** Starts the store and brings its secret into a state, in which AWS has a newer version. */
    void bring(String state) {
      if (state.equals("cold")) {
        aws.next(source == Source.SECRETS_MANAGER ? "GetSecretValue" : "GetParameter", 3)
            .unavailable();
      }
      secrets.start(environment);
      put("second-secret");
      switch (state) {
        case "cold" -> time.pass(Duration.ofSeconds(1)); // past the pause
        case "held" -> assertThat(use(ample())).isEqualTo("held");
        case "expired" -> time.pass(Duration.ofMinutes(6));
        case "too old" -> time.pass(Duration.ofMinutes(36));
        default -> {
          time.pass(Duration.ofMinutes(6));
          aws.next(source == Source.SECRETS_MANAGER ? "GetSecretValue" : "GetParameter").denied();
          assertThat(use(ample())).isEqualTo("DENIED");
          time.pass(Duration.ofSeconds(1));
        }
      }
    }

    Duration ample() {
      return Duration.ofSeconds(30);
    }

    /** Uses the secret, and says in the table's words what came of it. */
    String use(Duration time) {
      int events = environment.details().size();
      long begun = System.nanoTime();
      SampleEnvironment scope = environment.deadline(Deadline.in(time));
      String seen;
      try {
        seen =
            switch (handle.use(scope, InsecureSecretAccess::text)) {
              case "first-secret" -> environment.details().size() == events ? "held" : "stale";
              case "second-secret" -> "new";
              default -> "something else";
            };
      } catch (SecretUnavailable unavailable) {
        seen = unavailable.reason().name();
        for (Throwable cause = unavailable; cause != null; cause = cause.getCause()) {
          assertThat(cause.toString()).doesNotContain("-secret");
        }
      }
      List<SampleEnvironment.Detail> told = environment.details();
      String last = told.get(told.size() - 1).facts().getOrDefault("event", "");
      switch (seen) {
        case "held" -> assertThat(told).hasSize(events);
        case "stale" -> assertThat(last).isEqualTo("stale");
        case "new" -> assertThat(last).isIn("fetched", "refreshed");
        default -> assertThat(last).isEqualTo("refused");
      }
      assertThat(told.toString()).doesNotContain("-secret");
      if (time.compareTo(Duration.ofSeconds(1)) < 0) {
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SOON);
      }
      return seen;
    }

    private void put(String text) {
      if (source == Source.SECRETS_MANAGER) {
        var client = clients.client(SecretsManagerClient::builder);
        client.start(environment);
        try (client) {
          if (text.startsWith("first")) {
            client.get().createSecret(r -> r.name(NAME).kmsKeyId(key).secretString(text));
          } else {
            client.get().putSecretValue(r -> r.secretId(NAME).secretString(text));
          }
        }
      } else {
        var client = clients.client(SsmClient::builder);
        client.start(environment);
        try (client) {
          client
              .get()
              .putParameter(
                  r ->
                      r.name(NAME)
                          .type(ParameterType.SECURE_STRING)
                          .keyId(key)
                          .value(text)
                          .overwrite(text.startsWith("second")));
        }
      }
    }

    void delete() {
      if (source == Source.SECRETS_MANAGER) {
        aws.secrets().delete(NAME);
      } else {
        aws.parameters().delete(NAME);
      }
    }

    @Override
    public void close() {
      secrets.close();
      aws.close();
    }
  }
}
