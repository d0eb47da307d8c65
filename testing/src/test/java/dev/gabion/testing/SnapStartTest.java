package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gabion.aws.AwsClient;
import dev.gabion.aws.AwsClients;
import dev.gabion.core.Authenticator;
import dev.gabion.core.Environment;
import dev.gabion.core.Managed;
import dev.gabion.core.Permit;
import dev.gabion.core.Recipe;
import dev.gabion.core.Rules;
import dev.gabion.core.SecureHandler;
import dev.gabion.core.Settings;
import dev.gabion.events.HttpApi;
import dev.gabion.logging.OcsfAudit;
import dev.gabion.testing.LoopbackHttp.Response;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Under the real runtime client, which calls the hooks around a snapshot. */
class SnapStartTest {
  private static final String REASON = "a test of snapshots";

  record Order(String text) {}

  record Answer(String text) {}

  @BeforeAll
  static void linux() {
    Assumptions.assumeTrue(RealRuntime.isReal(), "the real runtime client needs Linux");
  }

  /** Says when it is wiped and woken, and fails where it is told to. */
  static final class Resourceful implements Managed {
    @Override
    public void start(Environment environment) {
      said("started, awaiting " + environment.awaitsSnapshot());
    }

    @Override
    public void beforeSnapshot() {
      said("wiped");
    }

    @Override
    public void afterRestore(Environment environment) {
      said("woken, awaiting " + environment.awaitsSnapshot());
    }

    private static void said(String what) {
      System.out.println("HOOK " + what);
      if (what.startsWith(String.valueOf(System.getenv("FAIL")))) {
        throw new IllegalStateException("password=hunter2");
      }
    }

    @Override
    public String describe() {
      return "INSECURE: a resource (" + REASON + ")";
    }
  }

  private static Recipe<?, ?, ?> recipe(Managed... uses) {
    return HttpApi.post(Order.class, Answer.class)
        .caller(Authenticator.insecureAnyone(REASON))
        .rules(Rules.insecureAnyInput(REASON))
        .permit(Permit.insecureEveryCaller(REASON))
        .audit(OcsfAudit.of("snapshots"))
        .logic((order, call) -> new Answer(order.text))
        .uses(uses);
  }

  /** A handler with resources; a snapshot comes only after a collection of all garbage. */
  public static final class Collected extends SecureHandler {
    private final Collector collector = new Collector();

    /** Creates the handler as Lambda does. */
    public Collected() {
      super(recipe(new Resourceful()));
      Core.getGlobalContext().register(new Forgotten());
      Core.getGlobalContext().register(collector); // the last to be registered is the first called
    }
  }

  /** Nobody holds it but the runtime, weakly. */
  static final class Forgotten implements Resource {
    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
      System.out.println("HOOK forgotten");
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {}
  }

  /** Returns once what nobody holds is collected. */
  static final class Collector implements Resource {
    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
      WeakReference<Object> garbage = new WeakReference<>(new Object());
      while (garbage.get() != null) {
        System.gc();
      }
      System.out.println("HOOK collected");
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {}
  }

  private static List<String> hooks(RealRuntime runtime) {
    return runtime.logLines().stream().filter(line -> line.startsWith("HOOK ")).toList();
  }

  @Test
  void resourcesAreWipedThoughGarbageIsCollectedBetweenInitAndSnapshot() {
    try (RealRuntime runtime = RealRuntime.of(Collected.class).snapStart().start()) {
      assertThat(runtime.initError()).isEmpty();
      assertThat(hooks(runtime))
          .as("what is not held is forgotten")
          .containsExactly("HOOK started, awaiting true", "HOOK collected", "HOOK wiped");
      assertThat(runtime.logLines())
          .anyMatch(
              line -> line.contains("\"level\":\"WARN\"") && line.contains("Uses: INSECURE: "));

      assertThat(runtime.restore()).isEmpty();
      assertThat(hooks(runtime)).endsWith("HOOK woken, awaiting false");
      assertThat(runtime.invoke(SampleEvents.httpApi().body("{\"text\":\"here\"}").json()).text())
          .contains("here");
    }
  }

  @Test
  void whatCannotBeWipedFailsTheSnapshotAndWhatCannotBeWokenTheRestore() {
    try (RealRuntime runtime =
        RealRuntime.of(Collected.class).snapStart().environment("FAIL", "wiped").start()) {
      Reply error = runtime.initError().orElseThrow();
      assertThat(error.text() + new String(runtime.log(), UTF_8)).doesNotContain("hunter2");
      assertThat(runtime.logLines()).anyMatch(line -> line.contains("wiping uses, resource 1"));
    }
    try (RealRuntime runtime =
        RealRuntime.of(Collected.class).snapStart().environment("FAIL", "woken").start()) {
      Reply error = runtime.restore().orElseThrow();
      assertThat(error.text() + new String(runtime.log(), UTF_8)).doesNotContain("hunter2");
      assertThat(runtime.logLines()).anyMatch(line -> line.contains("waking uses, resource 1"));
    }
  }

  /** Fetches a secret at INIT as if no snapshot came, and forgets it as well as it can. */
  public static final class Hasty extends SecureHandler {
    /** Creates the handler as Lambda does. */
    public Hasty() {
      super(recipe(new Prefetch()));
    }
  }

  static final class Prefetch implements Managed {
    private final AwsClient<SecretsManagerClient> client =
        AwsClients.standard()
            .insecureLocalEndpoint(URI.create(Settings.required("LOCAL_AWS")), REASON)
            .client(SecretsManagerClient::builder);

    private @Nullable String secret;

    @Override
    public void start(Environment environment) {
      client.start(environment);
      secret =
          client
              .get()
              .getSecretValue(
                  request ->
                      request
                          .secretId("prod/db")
                          .overrideConfiguration(AwsClient.within(environment.scope())))
              .secretString();
      System.out.println("HOOK fetched " + secret.length());
    }

    @Override
    public void beforeSnapshot() {
      secret = null;
      client.beforeSnapshot();
    }
  }

  /** The runtime's own endpoint for credentials, which SnapStart has in place of variables. */
  private static LoopbackHttp credentials(LocalAws aws, List<String> asked) throws IOException {
    Map<String, String> role = aws.environment();
    String answer =
        new ObjectMapper()
            .writeValueAsString(
                Map.of(
                    "AccessKeyId", role.get("AWS_ACCESS_KEY_ID"),
                    "SecretAccessKey", role.get("AWS_SECRET_ACCESS_KEY"),
                    "Token", role.get("AWS_SESSION_TOKEN"),
                    "Expiration", Instant.now().plusSeconds(3600).toString()));
    return new LoopbackHttp(
        LoopbackHttp.local(0),
        10_000,
        request -> {
          asked.add(String.valueOf(request.headers().get("authorization")));
          return Response.json(200, answer);
        });
  }

  private static RuntimeSetup setup(Class<?> handler, LocalAws aws, LoopbackHttp credentials) {
    return RealRuntime.of(handler)
        .snapStart()
        .environment("LOCAL_AWS", aws.uri().toString())
        .environment("SECRET_NAMES", "prod/db")
        .environment(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "http://127.0.0.1:" + credentials.address().getPort() + "/credentials")
        .environment("AWS_CONTAINER_AUTHORIZATION_TOKEN", "not-a-token");
  }

  @Test
  void noSecretIsInMemoryWhenTheSnapshotIsTaken() throws IOException {
    Canary canary = new Canary();
    List<String> asked = new CopyOnWriteArrayList<>();
    try (LocalAws aws = LocalAws.start();
        LoopbackHttp credentials = credentials(aws, asked)) {
      aws.secrets().put("prod/db", canary.text());
      try (RealRuntime runtime = setup(Vault.class, aws, credentials).start()) {
        assertThat(runtime.initError()).isEmpty();
        int atSnapshot = count(canary, runtime.pid());
        assertThat(asked).as("no credentials are fetched for a snapshot").isEmpty();
        assertThat(aws.requests()).isEmpty();
        assertThat(atSnapshot).isZero();

        assertThat(runtime.restore()).isEmpty();
        String body = "{\"what\":\"use\",\"secret\":\"prod/db\",\"file\":\"\"}";
        assertThat(runtime.invoke(SampleEvents.httpApi().body(body).json()).text())
            .contains("used ");
        assertThat(asked).isNotEmpty().containsOnly("not-a-token");
        assertThat(count(canary, runtime.pid())).as("control: it is used").isPositive();
      }
      try (RealRuntime runtime = setup(Hasty.class, aws, credentials).start()) {
        assertThat(hooks(runtime)).containsExactly("HOOK fetched " + canary.text().length());
        assertThat(count(canary, runtime.pid())).as("control: fetched too early").isPositive();
      }
    }
  }

  /** How often a secret is in a process's memory: all that it can read of itself. */
  private static int count(Canary canary, long pid) throws IOException {
    int count = 0;
    long scanned = 0;
    byte[] piece = new byte[1 << 20];
    try (RandomAccessFile memory = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
      for (long[] region : readable(pid)) {
        for (long at = region[0]; at < region[1]; at += piece.length - canary.overlap()) {
          int length = (int) Math.min(piece.length, region[1] - at);
          try {
            memory.seek(at);
            memory.readFully(piece, 0, length);
          } catch (IOException unmapped) {
            continue; // the kernel's own pages
          }
          count += canary.countIn(piece, length);
          scanned += length;
        }
      }
    }
    assertThat(scanned).as("bytes of a JVM").isGreaterThan(50_000_000);
    return count;
  }

  private static List<long[]> readable(long pid) throws IOException {
    List<long[]> regions = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/maps"))) {
      String[] parts = line.split(" +", -1);
      String[] ends = parts[0].split("-", 2);
      if (parts[1].startsWith("r")) {
        regions.add(
            new long[] {Long.parseUnsignedLong(ends[0], 16), Long.parseUnsignedLong(ends[1], 16)});
      }
    }
    return regions;
  }
}
