package dev.gabion.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gabion.core.StartFailed;
import dev.gabion.core.TlsFloor;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DecryptRequest;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

class AwsClientsTest {
  private static final String ANSWER = "{\"SecretString\":\"x\"}";

  @BeforeAll
  static void floor() {
    TlsFloor.require(); // before the SDK alone initialises the JDK's TLS
  }

  private static AwsClient<SecretsManagerClient> client(AwsClients clients) {
    return clients.client(SecretsManagerClient::builder);
  }

  private static AwsClients at(Peer peer) {
    return AwsClients.standard().insecureLocalEndpoint(peer.uri(), "a test");
  }

  private static void call(SecretsManagerClient client) {
    client.getSecretValue(
        request ->
            request
                .secretId("s")
                .overrideConfiguration(AwsClient.within(Site.scope(Duration.ofSeconds(20)))));
  }

  /** What a client with a choice of its own sends. */
  private static String sent(AwsClients clients, Peer peer, Site site) {
    try (AwsClient<SecretsManagerClient> client = client(clients)) {
      client.start(site);
      call(client.get());
      return peer.heads().get(peer.heads().size() - 1);
    }
  }

  @Test
  void regionAndCredentialsAreTheFunctions() throws IOException {
    try (Peer peer = Peer.answering(200, ANSWER)) {
      assertThat(sent(at(peer), peer, Site.standard()))
          .containsPattern(
              "Credential=ASIAIOSFODNN7EXAMPLE/[0-9]{8}/eu-central-1/secretsmanager/aws4_request")
          .containsIgnoringCase("X-Amz-Security-Token: not-a-session-token");
      assertThat(sent(at(peer), peer, Site.standard().without("AWS_SESSION_TOKEN")))
          .contains("Credential=ASIAIOSFODNN7EXAMPLE/")
          .doesNotContainIgnoringCase("X-Amz-Security-Token");
    }
  }

  @Test
  void anotherRegionAndOtherCredentialsAreTakenWhereTheyAreDeclared() throws IOException {
    try (Peer peer = Peer.answering(200, ANSWER)) {
      AwsClients other =
          at(peer)
              .region("us-west-2")
              .credentials(
                  () ->
                      StaticCredentialsProvider.create(
                          AwsBasicCredentials.create("AKIDOTHER", "not-a-key")));

      assertThat(sent(other, peer, new Site(Map.of())))
          .containsPattern("Credential=AKIDOTHER/[0-9]{8}/us-west-2/");
      assertThat(sent(at(peer), peer, Site.standard()))
          .as("a choice gives a copy")
          .contains("ASIA");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"})
  void whatIsMissingIsNamedAtTheStartAndNotGuessed(String name) {
    AwsClient<SecretsManagerClient> client = client(AwsClients.standard());

    assertThatThrownBy(() -> client.start(Site.standard().without(name)))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_SECRETS_MANAGER",
        "AWS_ENDPOINT_URL_KMS",
        "AWS_PARTITIONS_FILE"
      })
  void aSettingThatLeadsElsewhereIsRefused(String name) {
    AwsClient<SecretsManagerClient> client = client(AwsClients.standard());

    assertThatThrownBy(() -> client.start(Site.standard().with(name, "http://evil.example")))
        .isInstanceOf(StartFailed.class)
        .hasMessage(
            "The setting "
                + name
                + " would send secrets elsewhere than to AWS: remove it, or say"
                + " AwsClients.insecureLocalEndpoint(uri, reason).");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aws.endpointUrl",
        "aws.endpointUrlSecretsManager",
        "aws.endpointUrlKms",
        "aws.partitionsFile"
      })
  void aSystemPropertyThatLeadsElsewhereIsRefused(String name) {
    System.setProperty(name, "http://evil.example");
    try {
      assertThatThrownBy(() -> client(AwsClients.standard()).start(Site.standard()))
          .isInstanceOf(StartFailed.class)
          .hasMessageStartingWith("The system property " + name + " would send secrets elsewhere");
    } finally {
      System.clearProperty(name);
    }
  }

  @Test
  void theSdkAloneGoesWhereASystemPropertyLeads() throws IOException {
    try (Peer peer = Peer.answering(200, ANSWER)) {
      System.setProperty("aws.endpointUrlSecretsManager", peer.uri().toString());
      try (SecretsManagerClient bare =
          SecretsManagerClient.builder()
              .region(Region.EU_CENTRAL_1)
              .credentialsProvider(
                  StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "key")))
              .httpClientBuilder(UrlConnectionHttpClient.builder())
              .build()) {
        call(bare);
      } finally {
        System.clearProperty("aws.endpointUrlSecretsManager");
      }
      assertThat(peer.heads()).as("control").hasSize(1);
    }
  }

  @Test
  void anEndpointOfOnesOwnIsLoudAndHasAReason() {
    AwsClients standard = AwsClients.standard();
    URI uri = URI.create("http://localhost:4566");

    assertThat(standard.insecureLocalEndpoint(uri, "a test").describe())
        .isEqualTo("INSECURE: AWS at a local endpoint (a test)");
    assertThat(client(standard.insecureLocalEndpoint(uri, "a test")).describe())
        .startsWith("INSECURE: ");
    assertThat(client(standard.fips().dualStack()).describe()).isEqualTo("AWS, FIPS, dual-stack");
    assertThatThrownBy(() -> standard.insecureLocalEndpoint(uri, " "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reason");
    for (String wrong : List.of("localhost:4566", "ftp://localhost", "/tmp/aws", "http:///x")) {
      assertThatThrownBy(() -> standard.insecureLocalEndpoint(URI.create(wrong), "a test"))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  static Stream<Arguments> endpoints() {
    AwsClients clients = AwsClients.standard();
    Site site = Site.standard().with("AWS_REGION", "us-east-1");
    return Stream.of(
        Arguments.of(clients, site, "kms.us-east-1.amazonaws.com"),
        Arguments.of(clients.fips(), site, "kms-fips.us-east-1.amazonaws.com"),
        Arguments.of(clients.dualStack(), site, "kms.us-east-1.api.aws"),
        Arguments.of(clients.fips().dualStack(), site, "kms-fips.us-east-1.api.aws"),
        Arguments.of(
            clients,
            site.with("AWS_USE_FIPS_ENDPOINT", "TRUE"),
            "kms-fips.us-east-1.amazonaws.com"),
        Arguments.of(
            clients, site.with("AWS_USE_DUALSTACK_ENDPOINT", "true"), "kms.us-east-1.api.aws"),
        Arguments.of(clients.region("cn-north-1"), site, "kms.cn-north-1.amazonaws.com.cn"));
  }

  /** A proxy is asked for the host that a call is for, and learns no more of it. */
  @ParameterizedTest(name = "{2}")
  @MethodSource("endpoints")
  void callsLeadToAws(AwsClients clients, Site site, String host) throws IOException {
    try (Peer proxy = Peer.answering(403, "")) {
      System.setProperty("https.proxyHost", "127.0.0.1");
      System.setProperty("https.proxyPort", Integer.toString(proxy.port()));
      try (AwsClient<KmsClient> client = clients.client(KmsClient::builder)) {
        client.start(site);
        assertThat(catchThrowable(() -> client.get().decrypt(AwsClientsTest::brief))).isNotNull();
      } finally {
        System.clearProperty("https.proxyHost");
        System.clearProperty("https.proxyPort");
      }
      assertThat(proxy.heads()).isNotEmpty();
      assertThat(proxy.heads())
          .allMatch(head -> head.startsWith("CONNECT " + host + ":443 "))
          .noneMatch(head -> head.contains("Credential"));
    }
  }

  private static void brief(DecryptRequest.Builder request) {
    request
        .ciphertextBlob(SdkBytes.fromByteArray(new byte[1]))
        .overrideConfiguration(AwsClient.within(Site.scope(Duration.ofSeconds(20))));
  }

  @Test
  void aRedirectIsNotFollowed() throws IOException {
    try (Peer other = Peer.answering(200, ANSWER);
        Peer peer =
            new Peer(
                exchange ->
                    exchange.write(
                        "HTTP/1.1 307 x\r\nLocation: %s/\r\nContent-Length: 0\r\n\r\n"
                            .formatted(other.uri())));
        AwsClient<SecretsManagerClient> client = client(at(peer))) {
      client.start(Site.standard());

      assertThat(catchThrowable(() -> call(client.get()))).isNotNull();
      assertThat(peer.heads()).isNotEmpty();
      assertThat(other.heads()).isEmpty();
    }
  }

  @Test
  void throttlesAndFaultsAreTriedAgainAndRefusalsAreNot() throws IOException {
    try (Peer peer =
            new Peer(
                exchange -> {
                  switch (exchange.number()) {
                    case 1 -> exchange.reply(400, "{\"__type\":\"ThrottlingException\"}");
                    case 2 -> exchange.reply(503, "");
                    case 3 -> exchange.reply(200, ANSWER);
                    default -> exchange.reply(400, "{\"__type\":\"AccessDeniedException\"}");
                  }
                });
        AwsClient<SecretsManagerClient> client = client(at(peer))) {
      client.start(Site.standard());

      call(client.get());
      assertThat(peer.heads()).hasSize(3);
      assertThatThrownBy(() -> call(client.get())).isInstanceOf(SecretsManagerException.class);
      assertThat(peer.heads()).hasSize(4);
    }
  }

  @Test
  void connectionsAreKeptForTheNextCallUnlessTheirAnswersAreSecrets() throws IOException {
    for (boolean closing : new boolean[] {false, true}) {
      try (Peer peer = Peer.answering(200, ANSWER);
          AwsClient<SecretsManagerClient> client =
              client(closing ? at(peer).closingConnections() : at(peer))) {
        client.start(Site.standard());
        call(client.get());
        call(client.get());

        assertThat(peer.heads()).hasSize(2);
        assertThat(peer.connections()).isEqualTo(closing ? 2 : 1);
      }
    }
  }

  @Test
  void aCallApartLeavesNothingOnTheThreadOfItsCaller() throws IOException {
    try (Peer peer = Peer.answering(400, "{\"__type\":\"AccessDeniedException\"}");
        AwsClient<SecretsManagerClient> client = client(at(peer))) {
      client.start(Site.standard());

      Thread made = client.apart(secrets -> Thread.currentThread());
      assertThat(made).isNotSameAs(Thread.currentThread());
      assertThatThrownBy(
              () ->
                  client.apart(secrets -> secrets.getSecretValue(request -> request.secretId("s"))))
          .isInstanceOf(SecretsManagerException.class);
      assertThatThrownBy(
              () ->
                  client.apart(
                      secrets -> {
                        throw new StackOverflowError();
                      }))
          .isInstanceOf(StackOverflowError.class);
    }
  }

  @Test
  void aCallApartEndsWhenItsCallerIsStopped() throws IOException {
    Thread caller = Thread.currentThread();
    try (Peer peer =
            new Peer(
                exchange -> {
                  caller.interrupt();
                  Peer.SILENT.answer(exchange);
                });
        AwsClient<SecretsManagerClient> client = client(at(peer))) {
      client.start(Site.standard());

      assertThatThrownBy(
              () ->
                  client.apart(
                      secrets -> {
                        call(secrets);
                        return "";
                      }))
          .isInstanceOf(AbortedException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void theUseOfOneThatIsNotStartedNamesTheFix() {
    assertThatThrownBy(() -> client(AwsClients.standard()).get())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(".uses(");
  }

  @Test
  void aRestoredEnvironmentHasNewCredentialsAndNoneBeforeThat() throws IOException {
    try (Peer peer = Peer.answering(200, ANSWER);
        AwsClient<SecretsManagerClient> client = client(at(peer))) {
      client.start(Site.standard());
      SecretsManagerClient before = client.get();
      call(before);
      client.beforeSnapshot();

      assertThatThrownBy(client::get).isInstanceOf(IllegalStateException.class);
      assertThat(catchThrowable(() -> call(before))).as("closed").isNotNull();

      client.afterRestore(Site.standard().with("AWS_ACCESS_KEY_ID", "ASIANEW"));
      call(client.get());
      assertThat(peer.heads().get(0)).contains("Credential=ASIAIOSFODNN7EXAMPLE/");
      assertThat(peer.heads().get(1)).contains("Credential=ASIANEW/");
    }
  }
}
