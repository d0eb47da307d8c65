package dev.gabion.testing;

import java.time.Clock;
import java.util.function.Function;

/** The services of one region. */
record LocalRegion(LocalSecretsManager secrets, LocalParameters parameters, LocalKms kms) {
  LocalRegion(String region, String account, Clock clock, Function<String, LocalRegion> regions) {
    this(
        region + ":" + account,
        clock,
        new LocalKms(region, account, clock, other -> regions.apply(other).kms()));
  }

  private LocalRegion(String place, Clock clock, LocalKms kms) {
    this(new LocalSecretsManager(place, clock, kms), new LocalParameters(place, clock, kms), kms);
  }

  AwsService service(AwsService.Api api) {
    return switch (api) {
      case SECRETS_MANAGER -> secrets;
      case PARAMETER_STORE -> parameters;
      case KMS -> kms;
    };
  }
}
