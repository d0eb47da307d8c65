package dev.gabion.crypto;

import dev.gabion.aws.AwsClient;
import dev.gabion.core.Environment;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.services.kms.KmsClient;

/** Clients of KMS with the life of their environment, one for each region. */
final class RegionalKms implements KmsClients {
  private final Map<String, AwsClient<KmsClient>> regions;
  private final String description;

  RegionalKms(Map<String, AwsClient<KmsClient>> regions, String description) {
    this.regions = Map.copyOf(regions);
    this.description = description;
  }

  @Override
  public void start(Environment environment) {
    regions.values().forEach(client -> client.start(environment));
  }

  @Override
  public void beforeSnapshot() {
    close();
  }

  @Override
  public void afterRestore(Environment environment) {
    start(environment);
  }

  @Override
  public KmsClient in(String region) {
    return client(region).get();
  }

  @Override
  public <R> R apart(String region, Function<KmsClient, R> call) {
    return client(region).apart(call);
  }

  private AwsClient<KmsClient> client(String region) {
    AwsClient<KmsClient> client = regions.get(region);
    if (client == null) {
      throw new IllegalArgumentException("No key of this ring is in that region.");
    }
    return client;
  }

  @Override
  public void close() {
    regions.values().forEach(AwsClient::close);
  }

  @Override
  public String describe() {
    return description;
  }
}
