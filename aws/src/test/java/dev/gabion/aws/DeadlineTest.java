package dev.gabion.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gabion.core.Deadline;
import dev.gabion.core.Scope;
import dev.gabion.core.TlsFloor;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * Whatever the other side does or leaves undone, a call ends when its scope must. What goes on
 * after that for half a second is a slow machine; the SDK alone goes on for longer.
 */
class DeadlineTest {
  private static final Duration TIME = Duration.ofMillis(900);
  private static final Duration SLOW_MACHINE = Duration.ofMillis(500);

  @BeforeAll
  static void warmUp() throws IOException {
    TlsFloor.require(); // before the SDK alone initialises the JDK's TLS
    try (Peer peer = Peer.answering(200, "{}");
        AwsClient<SecretsManagerClient> client = client(peer.uri())) {
      call(client.get(), Site.scope(Duration.ofSeconds(20)));
    }
  }

  private static AwsClient<SecretsManagerClient> client(URI uri) {
    AwsClient<SecretsManagerClient> client =
        AwsClients.standard()
            .insecureLocalEndpoint(uri, "a test")
            .client(SecretsManagerClient::builder);
    client.start(Site.standard());
    return client;
  }

  /** How long a call takes to fail. */
  private static Duration failing(SecretsManagerClient client, Scope scope) {
    long start = System.nanoTime();
    Throwable failure = catchThrowable(() -> call(client, scope));
    Duration taken = Duration.ofNanos(System.nanoTime() - start);
    assertThat(failure).isNotNull();
    assertThat(AwsFault.isTransient(failure)).as(failure.toString()).isTrue();
    assertThat(Thread.interrupted()).as("left interrupted").isFalse();
    return taken;
  }

  private static void call(SecretsManagerClient client, Scope scope) {
    client.getSecretValue(
        request -> request.secretId("s").overrideConfiguration(AwsClient.within(scope)));
  }

  static Stream<Arguments> behaviours() {
    return Stream.of(
        Arguments.of("silence", Peer.SILENT),
        Arguments.of("a dripping body", Peer.DRIPPING_BODY),
        Arguments.of("a dripping head", Peer.DRIPPING_HEAD),
        Arguments.of("dripping chunks", Peer.DRIPPING_CHUNKS),
        Arguments.of("slow faults", Peer.SLOW_FAULTS),
        Arguments.of("throttling", Peer.THROTTLING),
        Arguments.of("a closed connection", Peer.HANGING_UP));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("behaviours")
  void aCallEndsWithItsScope(String name, Peer.Behaviour behaviour) throws IOException {
    try (Peer peer = new Peer(behaviour);
        AwsClient<SecretsManagerClient> client = client(peer.uri())) {
      assertThat(failing(client.get(), Site.scope(TIME))).isLessThan(TIME.plus(SLOW_MACHINE));
      assertThat(peer.heads()).isNotEmpty();
    }
  }

  @Test
  void whereNobodyTakesTheConnectionACallEndsWithItsScope() throws Exception {
    List<URI> uri = new ArrayList<>();
    List<AutoCloseable> held = Peer.blackHole(uri);
    try {
      Assumptions.assumeFalse(uri.isEmpty(), "this machine's backlog cannot be filled");
      try (AwsClient<SecretsManagerClient> client = client(uri.get(0));
          SecretsManagerClient bare = bare(uri.get(0))) {
        assertThat(failing(client.get(), Site.scope(TIME))).isLessThan(TIME.plus(SLOW_MACHINE));
        assertThat(failing(bare, Site.scope(TIME)))
            .as("control")
            .isGreaterThan(TIME.plus(SLOW_MACHINE));
      }
    } finally {
      for (AutoCloseable one : held) {
        one.close();
      }
    }
  }

  /** The SDK's client with the timeout of a call that it has itself. */
  private static SecretsManagerClient bare(URI uri) {
    return SecretsManagerClient.builder()
        .endpointOverride(uri)
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "key")))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }

  @Test
  void aScopeWithMoreTimeThanACallTakesBoundsNothing() throws IOException {
    try (Peer peer = Peer.answering(200, "{\"SecretString\":\"x\"}");
        AwsClient<SecretsManagerClient> client = client(peer.uri())) {
      call(client.get(), Site.scope(Duration.ofMinutes(15)));
    }
  }

  @Test
  void aScopeThatHasRunOutMakesNoCall() throws IOException {
    try (Peer peer = Peer.answering(200, "{}");
        AwsClient<SecretsManagerClient> client = client(peer.uri())) {
      assertThatThrownBy(() -> call(client.get(), Site.scope(Duration.ofMillis(99))))
          .isInstanceOf(ApiCallTimeoutException.class);
      assertThat(peer.heads()).isEmpty();
    }
  }

  @Test
  void aBodyThatDoesNotEndIsCutOff() throws IOException {
    String much = " ".repeat(100_000);
    try (Peer peer =
            new Peer(
                exchange -> {
                  exchange.begin(200, Integer.MAX_VALUE);
                  while (exchange.rest(0)) {
                    exchange.write(much);
                  }
                });
        AwsClient<SecretsManagerClient> client = client(peer.uri())) {
      Throwable failure =
          catchThrowable(() -> call(client.get(), Site.scope(Duration.ofSeconds(20))));

      assertThat(Objects.requireNonNull(failure)).hasStackTraceContaining("does not end");
    }
  }

  @Test
  void noThreadGoesOnReadingForACallThatIsOver() throws IOException {
    AtomicBoolean read = new AtomicBoolean();
    try (Peer peer =
            new Peer(
                exchange -> {
                  read.set(threadReads());
                  Peer.DRIPPING_BODY.answer(exchange);
                });
        AwsClient<SecretsManagerClient> client = client(peer.uri())) {
      failing(client.get(), Site.scope(Duration.ofSeconds(2)));

      Deadline patience = Deadline.in(Duration.ofSeconds(20));
      while (threadReads() && !patience.passed()) {
        Thread.onSpinWait();
      }
      assertThat(read).as("while it was under way").isTrue();
      assertThat(threadReads()).isFalse();
    }
  }

  private static boolean threadReads() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().equals("gabion-aws"))
        .flatMap(thread -> Stream.of(thread.getValue()))
        .anyMatch(frame -> frame.getMethodName().equals("exchange"));
  }
}
