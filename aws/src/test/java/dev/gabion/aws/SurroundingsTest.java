package dev.gabion.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClientBuilder;

/** Each in a JVM of its own, whose surroundings lead astray whoever asks them. */
class SurroundingsTest {
  private static final String ANSWER = "{\"SecretString\":\"x\"}";

  private final Path home;

  SurroundingsTest(@TempDir Path home) {
    this.home = home;
  }

  /** Does one call as its first argument says, and prints how it went. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] arguments) throws Exception {
      URI peer = URI.create(arguments[1]);
      try {
        switch (arguments[0]) {
          case "gabion" -> gabion(local(peer));
          case "gabion with late TLS" -> {
            initialiseTls();
            gabion(local(peer));
          }
          case "gabion to AWS" -> gabion(AwsClients.standard());
          case "gabion to AWS with late TLS" -> {
            initialiseTls();
            gabion(AwsClients.standard());
          }
          case "SDK without credentials" -> sdk(at(peer).region(Region.EU_CENTRAL_1));
          case "SDK without a region" -> sdk(at(peer));
          case "SDK with nothing said" -> sdk(SecretsManagerClient.builder());
          default -> throw new IllegalArgumentException(arguments[0]);
        }
        System.out.println("done");
      } catch (Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
          System.out.println(cause);
        }
      }
      System.exit(0);
    }

    private static void initialiseTls() throws NoSuchAlgorithmException {
      SSLContext.getDefault().createSSLEngine();
    }

    private static AwsClients local(URI peer) {
      return AwsClients.standard().insecureLocalEndpoint(peer, "a test");
    }

    private static void gabion(AwsClients clients) {
      try (AwsClient<SecretsManagerClient> client = clients.client(SecretsManagerClient::builder)) {
        client.start(Site.standard());
        client
            .get()
            .getSecretValue(
                request ->
                    request
                        .secretId("s")
                        .overrideConfiguration(
                            AwsClient.within(Site.scope(Duration.ofSeconds(20)))));
      }
    }

    private static SecretsManagerClientBuilder at(URI peer) {
      return SecretsManagerClient.builder().endpointOverride(peer);
    }

    private static void sdk(SecretsManagerClientBuilder builder) {
      try (SecretsManagerClient client =
          builder.httpClientBuilder(UrlConnectionHttpClient.builder()).build()) {
        client.getSecretValue(request -> request.secretId("s"));
      }
    }
  }

  /** What a probe prints that runs at home, and with further options of its JVM. */
  private String probe(String what, URI peer, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Duser.home=" + home);
    command.addAll(List.of(options));
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.addAll(List.of(Probe.class.getName(), what, peer.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().put("HOME", home.toString());
    Process process = builder.start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  private void profile(URI endpoint) throws IOException {
    Path file = Files.createDirectories(home.resolve(".aws")).resolve("config");
    Files.writeString(
        file,
        """
        [default]
        region = us-west-2
        endpoint_url = %s
        aws_access_key_id = AKIDPROFILE
        aws_secret_access_key = x
        """
            .formatted(endpoint));
  }

  @Test
  void whatAProfileSaysHasNoEffect() throws Exception {
    try (Peer peer = Peer.answering(200, ANSWER);
        Peer elsewhere = Peer.answering(200, ANSWER);
        Peer proxy = Peer.answering(403, "")) {
      profile(elsewhere.uri());
      String[] options = {"-Dhttps.proxyHost=127.0.0.1", "-Dhttps.proxyPort=" + proxy.port()};
      assertThat(probe("gabion", peer.uri())).contains("done");
      probe("gabion to AWS", peer.uri(), options);
      assertThat(peer.heads().get(0)).contains("Credential=ASIA").contains("/eu-central-1/");
      assertThat(proxy.heads().get(0))
          .startsWith("CONNECT secretsmanager.eu-central-1.amazonaws.com:443 ");
      assertThat(elsewhere.heads()).isEmpty();

      assertThat(probe("SDK with nothing said", peer.uri(), options)).contains("done");
      assertThat(elsewhere.heads().get(0))
          .as("control")
          .contains("Credential=AKIDPROFILE")
          .contains("/us-west-2/");
    }
  }

  @Test
  void noMetadataServiceIsAsked() throws Exception {
    try (Peer peer = Peer.answering(200, ANSWER);
        Peer metadata = Peer.answering(404, "")) {
      String option = "-Daws.ec2MetadataServiceEndpoint=" + metadata.uri();
      assertThat(probe("gabion", peer.uri(), option)).contains("done");
      assertThat(metadata.heads()).isEmpty();

      probe("SDK without credentials", peer.uri(), option);
      assertThat(metadata.heads()).as("control").isNotEmpty();
      int asked = metadata.heads().size();
      probe("SDK without a region", peer.uri(), option);
      assertThat(metadata.heads()).as("control").hasSizeGreaterThan(asked);
    }
  }

  @Test
  void propertiesDoNotStandInForTheFunctionsRole() throws Exception {
    try (Peer peer = Peer.answering(200, ANSWER)) {
      String[] options = {
        "-Daws.region=us-west-2", "-Daws.accessKeyId=AKIDPROPERTY", "-Daws.secretAccessKey=x"
      };
      assertThat(probe("gabion", peer.uri(), options)).contains("done");
      assertThat(peer.heads().get(0)).contains("Credential=ASIA").contains("/eu-central-1/");

      assertThat(probe("SDK without a region", peer.uri(), options)).contains("done");
      assertThat(peer.heads().get(1)).as("control").contains("Credential=AKIDPROPERTY");
      assertThat(peer.heads().get(1)).as("control").contains("/us-west-2/");
    }
  }

  @Test
  void theTlsFloorIsDemandedBeforeAnythingIsSentToAws() throws Exception {
    try (Peer peer = Peer.answering(200, ANSWER);
        Peer proxy = Peer.answering(403, "")) {
      String[] options = {"-Dhttps.proxyHost=127.0.0.1", "-Dhttps.proxyPort=" + proxy.port()};
      assertThat(probe("gabion to AWS with late TLS", peer.uri(), options))
          .contains("StartFailed: The TLS floor came too late");
      assertThat(proxy.heads()).isEmpty();

      assertThat(probe("gabion to AWS", peer.uri(), options)).doesNotContain("StartFailed");
      assertThat(proxy.heads()).as("control").isNotEmpty();
      assertThat(probe("gabion with late TLS", peer.uri(), options)).as("control").contains("done");
    }
  }
}
