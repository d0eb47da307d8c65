package dev.gabion.benchmarks;

import com.amazonaws.secretsmanager.caching.SecretCache;
import com.amazonaws.secretsmanager.caching.SecretCacheConfiguration;
import dev.gabion.aws.AwsClients;
import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.SecretSource;
import dev.gabion.core.SecretValue;
import dev.gabion.secrets.Secrets;
import dev.gabion.testing.LocalAws;
import dev.gabion.testing.SampleEnvironment;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.lambda.powertools.parameters.cache.CacheManager;
import software.amazon.lambda.powertools.parameters.secrets.SecretsProvider;
import software.amazon.lambda.powertools.parameters.secrets.SecretsProviderBuilder;

/** Keepers of one secret, each kept for an hour, all over the same client and server. */
public enum SecretKeeper {
  /** {@code Secrets}, used as a {@code SecretValue}. */
  GABION {
    @Override
    Kept start(LocalAws aws) throws Exception {
      SampleEnvironment environment = environment(aws);
      SecretSource secret = secret(aws, environment);
      return () -> secret.use(environment, SecretValue::size);
    }
  },
  /** The same, made into text each time, as the others give it. */
  GABION_AS_TEXT {
    @Override
    Kept start(LocalAws aws) throws Exception {
      SampleEnvironment environment = environment(aws);
      SecretSource secret = secret(aws, environment);
      return () -> secret.use(environment, value -> InsecureSecretAccess.text(value).length());
    }
  },
  /** Powertools for AWS Lambda (Java), parameters. */
  POWERTOOLS {
    @Override
    Kept start(LocalAws aws) {
      CacheManager cache = new CacheManager();
      cache.setDefaultExpirationTime(KEPT_FOR);
      SecretsProvider provider =
          new SecretsProviderBuilder().withClient(client(aws)).withCacheManager(cache).build();
      return () -> provider.get(NAME).length();
    }
  },
  /** AWS Secrets Manager Java caching client. */
  CACHING_CLIENT {
    @Override
    Kept start(LocalAws aws) {
      SecretCache cache =
          new SecretCache(
              new SecretCacheConfiguration()
                  .withClient(client(aws))
                  .withCacheItemTTL(KEPT_FOR.toMillis()));
      return () -> cache.getSecretString(NAME).length();
    }
  };

  static final String NAME = "prod/db";
  static final String VALUE = "a password of some 32 characters.";
  private static final Duration KEPT_FOR = Duration.ofHours(1);

  /** One secret, kept. */
  interface Kept {
    /** Gives its length. */
    int use() throws Exception;
  }

  /** Starts; the first use, or this, fetches the secret. */
  abstract Kept start(LocalAws aws) throws Exception;

  private static SampleEnvironment environment(LocalAws aws) {
    return SampleEnvironment.standard().settings(aws.environment());
  }

  private static SecretSource secret(LocalAws aws, SampleEnvironment environment) throws Exception {
    Secrets secrets =
        Secrets.secretsManager(
                AwsClients.standard().insecureLocalEndpoint(aws.uri(), "a benchmark"))
            .timeToLive(KEPT_FOR);
    SecretSource secret = secrets.secret(NAME);
    secrets.start(environment);
    return secret;
  }

  private static SecretsManagerClient client(LocalAws aws) {
    return SecretsManagerClient.builder()
        .endpointOverride(aws.uri())
        .region(Region.of(aws.region()))
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(aws.accessKeyId(), aws.secretAccessKey())))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }
}
