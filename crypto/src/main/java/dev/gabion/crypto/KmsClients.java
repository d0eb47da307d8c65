package dev.gabion.crypto;

import dev.gabion.aws.AwsClient;
import dev.gabion.aws.AwsClients;
import dev.gabion.core.Managed;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.services.kms.KmsClient;

/** A KMS client for each region that keys are in: KMS answers for its own region's keys alone. */
interface KmsClients extends Managed, AutoCloseable {
  /** Stands for the region that clients take unless they are told another: the function's own. */
  String OWN = "own";

  /** The client of a region that was asked for at the beginning. */
  KmsClient in(String region);

  /** Makes a call that has a data key in it, in such a way that nothing of it stays behind. */
  <R> R apart(String region, Function<KmsClient, R> call);

  @Override
  void close();

  /** Clients as {@code clients} makes them, in other regions. */
  static KmsClients of(AwsClients clients, Collection<String> regions) {
    Map<String, AwsClient<KmsClient>> made = new LinkedHashMap<>();
    for (String region : regions) {
      AwsClients there = region.equals(OWN) ? clients : clients.region(region);
      made.put(region, there.client(KmsClient::builder));
    }
    return new RegionalKms(made, clients.describe());
  }
}
