package dev.gabion.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.sun.net.httpserver.HttpServer;
import dev.gabion.aws.AwsClients;
import dev.gabion.core.SecretSource;
import dev.gabion.core.SecretValue;
import dev.gabion.core.Settings;
import dev.gabion.secrets.Secrets;
import dev.gabion.testing.LocalAws;
import dev.gabion.testing.RealRuntime;
import dev.gabion.testing.RuntimeSetup;
import dev.gabion.testing.SampleEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.lambda.powertools.parameters.secrets.SecretsProvider;
import software.amazon.lambda.powertools.parameters.secrets.SecretsProviderBuilder;

/**
 * From the start of the process to the first reply of a function that reads one secret and does
 * nothing else, by each source.
 */
final class SecretColdStart {
  private static final String ENDPOINT = "BENCH_ENDPOINT";
  private static final String SECRET = "prod/db";
  private static final String PARAMETER = "/prod/db";

  private SecretColdStart() {}

  /** Reads its secret, then answers. */
  abstract static class Reading implements RequestStreamHandler {
    @Override
    public final void handleRequest(InputStream in, OutputStream out, Context context)
        throws IOException {
      out.write("{\"statusCode\":%d}".formatted(length() == 10 ? 201 : 500).getBytes(UTF_8));
    }

    abstract int length();
  }

  /** Reads through Gabion. */
  abstract static class ThroughGabion extends Reading {
    private final SampleEnvironment environment = SampleEnvironment.standard().settings(settings());
    private final SecretSource secret;

    ThroughGabion(Secrets secrets, String name) {
      secret = secrets.secret(name);
      secrets.start(environment);
    }

    @Override
    final int length() {
      return secret.use(environment, SecretValue::size);
    }

    private static Map<String, String> settings() {
      Settings process = Settings.ofProcess();
      Map<String, String> all = new HashMap<>();
      process.names().forEach(name -> all.put(name, process.get(name)));
      return all;
    }

    static AwsClients aws() {
      return AwsClients.standard().insecureLocalEndpoint(endpoint(), "a benchmark");
    }
  }

  private static URI endpoint() {
    return URI.create(Settings.required(ENDPOINT));
  }

  /** By Secrets Manager. */
  public static final class GabionSecretsManager extends ThroughGabion {
    /** As Lambda does. */
    public GabionSecretsManager() {
      super(Secrets.secretsManager(aws()), SECRET);
    }
  }

  /** By Parameter Store. */
  public static final class GabionParameterStore extends ThroughGabion {
    /** As Lambda does. */
    public GabionParameterStore() {
      super(Secrets.parameterStore(aws()), PARAMETER);
    }
  }

  /** By the extension. */
  public static final class GabionExtension extends ThroughGabion {
    /** As Lambda does. */
    public GabionExtension() {
      super(Secrets.extension(), SECRET);
    }
  }

  /** By Secrets Manager, with Powertools for AWS Lambda (Java). */
  public static final class Powertools extends Reading {
    private final SecretsProvider provider =
        new SecretsProviderBuilder()
            .withClient(
                SecretsManagerClient.builder()
                    .endpointOverride(endpoint())
                    .httpClientBuilder(UrlConnectionHttpClient.builder())
                    .build())
            .build();

    @Override
    int length() {
      return provider.get(SECRET).length();
    }
  }

  /** Prints a table of as many rounds; one before them is not counted. */
  static void measure(int rounds) throws IOException {
    try (LocalAws aws = LocalAws.start()) {
      aws.secrets().put(SECRET, "ten bytes.");
      aws.parameters().putSecure(PARAMETER, "ten bytes.");
      HttpServer extension = extension();
      ColdStart.measure(
          rounds,
          List.of(
              ColdStart.Nothing.class,
              Powertools.class,
              GabionSecretsManager.class,
              GabionParameterStore.class,
              GabionExtension.class),
          handler -> setup(handler, aws, extension.getAddress().getPort()));
      extension.stop(0);
    }
  }

  private static RuntimeSetup setup(Class<?> handler, LocalAws aws, int extension) {
    RuntimeSetup setup = RealRuntime.of(handler);
    for (Map.Entry<String, String> variable : aws.environment().entrySet()) {
      setup = setup.environment(variable.getKey(), variable.getValue());
    }
    return setup
        .environment(ENDPOINT, aws.uri().toString())
        .environment("PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", Integer.toString(extension));
  }

  /** Answers as the extension does, with the secret. */
  private static HttpServer extension() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] reply =
        ("{\"Name\":\"prod/db\",\"VersionId\":\"11111111-1111-1111-1111-111111111111\","
                + "\"SecretString\":\"ten bytes.\",\"VersionStages\":[\"AWSCURRENT\"]}")
            .getBytes(UTF_8);
    server.createContext(
        "/secretsmanager/get",
        exchange -> {
          exchange.sendResponseHeaders(200, reply.length);
          exchange.getResponseBody().write(reply);
          exchange.close();
        });
    server.start();
    return server;
  }
}
