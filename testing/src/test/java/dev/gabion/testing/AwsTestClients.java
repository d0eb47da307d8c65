package dev.gabion.testing;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/** The real SDK clients of one endpoint, which try once and read no file. */
record AwsTestClients(
    URI endpoint,
    AwsCredentials credentials,
    Duration patience,
    String region,
    List<ExecutionInterceptor> interceptors) {

  static AwsTestClients of(LocalAws aws) {
    return at(aws.uri(), aws.accessKeyId(), aws.secretAccessKey());
  }

  static AwsTestClients at(URI endpoint, String keyId, String secretKey) {
    return new AwsTestClients(
        endpoint,
        AwsBasicCredentials.create(keyId, secretKey),
        Duration.ofSeconds(20),
        "eu-central-1",
        List.of());
  }

  AwsTestClients patience(Duration silence) {
    return new AwsTestClients(endpoint, credentials, silence, region, interceptors);
  }

  AwsTestClients region(String other) {
    return new AwsTestClients(endpoint, credentials, patience, other, interceptors);
  }

  AwsTestClients watchedBy(ExecutionInterceptor interceptor) {
    return new AwsTestClients(endpoint, credentials, patience, region, List.of(interceptor));
  }

  SecretsManagerClient secrets() {
    return with(SecretsManagerClient.builder()).build();
  }

  SsmClient parameters() {
    return with(SsmClient.builder()).build();
  }

  KmsClient kms() {
    return with(KmsClient.builder()).build();
  }

  private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> B with(B builder) {
    return builder
        .region(Region.of(region))
        .endpointOverride(endpoint)
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(patience))
        .overrideConfiguration(
            override ->
                override
                    .executionInterceptors(interceptors)
                    .defaultProfileFile(ProfileFile.aggregator().build())
                    .defaultProfileName("none")
                    .retryStrategy(AwsRetryStrategy.doNotRetry()));
  }
}
