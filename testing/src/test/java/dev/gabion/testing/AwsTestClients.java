package dev.gabion.testing;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/** The real SDK clients of one endpoint, which try once and read no file. */
record AwsTestClients(URI endpoint, AwsCredentials credentials, Duration patience) {
  static AwsTestClients of(LocalAws aws) {
    return new AwsTestClients(
        aws.uri(),
        AwsBasicCredentials.create(aws.accessKeyId(), aws.secretAccessKey()),
        Duration.ofSeconds(20));
  }

  AwsTestClients patience(Duration silence) {
    return new AwsTestClients(endpoint, credentials, silence);
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
        .region(Region.EU_CENTRAL_1)
        .endpointOverride(endpoint)
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(patience))
        .overrideConfiguration(
            override ->
                override
                    .defaultProfileFile(ProfileFile.aggregator().build())
                    .defaultProfileName("none")
                    .retryStrategy(AwsRetryStrategy.doNotRetry()));
  }
}
