package dev.gabion.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gabion.core.Scope;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Whatever the other side does or leaves undone, a call ends when its scope must. */
class DeadlineTest {
  private static final Duration TIME = Duration.ofMillis(1500);

  private static AwsClient<SecretsManagerClient> client(URI uri) {
    AwsClient<SecretsManagerClient> client =
        AwsClients.standard()
            .insecureLocalEndpoint(uri, "a test")
            .client(SecretsManagerClient::builder);
    client.start(Site.standard());
    return client;
  }

  private static Duration timed(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static void call(AwsClient<SecretsManagerClient> client, Scope scope) {
    client
        .get()
        .getSecretValue(
            request -> request.secretId("s").overrideConfiguration(AwsClient.within(scope)));
  }

  static Stream<Arguments> behaviours() {
    return Stream.of(
        Arguments.of("silent", Peer.SILENT),
        Arguments.of("dripping body", Peer.DRIPPING_BODY),
        Arguments.of("dripping head", Peer.DRIPPING_HEAD),
        Arguments.of("dripping chunks", Peer.DRIPPING_CHUNKS),
        Arguments.of(
            "slow faults",
            (Peer.Behaviour)
                exchange -> {
                  if (exchange.rest(400)) {
                    exchange.reply(500, "{}");
                  }
                }),
        Arguments.of(
            "throttling",
            (Peer.Behaviour)
                exchange -> exchange.reply(400, "{\"__type\":\"ThrottlingException\"}")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("behaviours")
  void aCallEndsWithItsScope(String name, Peer.Behaviour behaviour) throws IOException {
    try (Peer peer = new Peer(behaviour);
        AwsClient<SecretsManagerClient> client = client(peer.uri())) {
      List<Throwable> failures = new ArrayList<>();
      Duration taken =
          timed(() -> failures.add(catchThrowable(() -> call(client, Site.scope(TIME)))));

      System.out.println(name + " " + taken + " " + failures + " " + peer.heads().size());
      assertThat(failures.get(0)).isNotNull();
      assertThat(AwsFault.isTransient(failures.get(0))).isTrue();
      assertThat(Thread.interrupted()).isFalse();
    }
  }

  @Test
  void whereNobodyTakesTheConnectionACallEndsWithItsScope() throws Exception {
    List<URI> uri = new ArrayList<>();
    List<AutoCloseable> held = Peer.blackHole(uri);
    try {
      Assumptions.assumeFalse(uri.isEmpty(), "this machine's backlog cannot be filled");
      try (AwsClient<SecretsManagerClient> client = client(uri.get(0))) {
        Duration taken =
            timed(
                () -> assertThat(catchThrowable(() -> call(client, Site.scope(TIME)))).isNotNull());
        System.out.println("hole " + taken);
      }
    } finally {
      for (AutoCloseable one : held) {
        one.close();
      }
    }
  }

  @Test
  void aScopeThatHasRunOutMakesNoCall() throws IOException {
    try (Peer peer = Peer.answering(200, "{}");
        AwsClient<SecretsManagerClient> client = client(peer.uri())) {
      assertThatThrownBy(() -> call(client, Site.scope(Duration.ofMillis(99))))
          .isInstanceOf(ApiCallTimeoutException.class);
      assertThat(peer.heads()).isEmpty();
    }
  }
}
