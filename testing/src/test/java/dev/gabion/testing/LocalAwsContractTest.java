package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;

/** What the real SDK clients find at LocalAws; {@link MotoContractTest} asks moto for the same. */
class LocalAwsContractTest {
  private static final ContractTarget TARGET = ContractTarget.localAws();

  @Nested
  class Secrets extends SecretsContract {
    Secrets() {
      super(TARGET);
    }
  }

  @Nested
  class SecretVersions extends SecretVersionsContract {
    SecretVersions() {
      super(TARGET);
    }
  }

  @Nested
  class ParameterStore extends ParameterStoreContract {
    ParameterStore() {
      super(TARGET);
    }
  }

  @Nested
  class KmsKeys extends KmsKeysContract {
    KmsKeys() {
      super(TARGET);
    }
  }

  @Nested
  class KmsCryptography extends KmsCryptographyContract {
    KmsCryptography() {
      super(TARGET);
    }
  }

  @AfterAll
  static void everyOperationIsCovered() {
    System.out.println(TARGET.report());
    TARGET.close();
    try (LocalAws aws = LocalAws.start()) {
      assertThat(TARGET.operations())
          .containsExactlyInAnyOrderElementsOf(
              aws.operations().values().stream().flatMap(Collection::stream).toList());
    }
  }
}
