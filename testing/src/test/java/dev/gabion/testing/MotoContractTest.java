package dev.gabion.testing;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The contracts against moto, where it is installed: so that LocalAws does not drift. */
class MotoContractTest {
  private static @Nullable ContractTarget target;

  @BeforeAll
  static void start() throws Exception {
    Optional<Path> program = Moto.program();
    if (program.isEmpty()) {
      System.out.println("moto_server is not on the PATH: its contract tests are skipped");
    }
    Assumptions.assumeTrue(program.isPresent());
    target = ContractTarget.moto(program.orElseThrow());
  }

  @AfterAll
  static void end() {
    if (target != null) {
      System.out.println(target.report());
      target.close();
    }
  }

  private static ContractTarget started() {
    return Objects.requireNonNull(target, "moto is started first");
  }

  @Nested
  class Secrets extends SecretsContract {
    Secrets() {
      super(started());
    }
  }

  @Nested
  class SecretVersions extends SecretVersionsContract {
    SecretVersions() {
      super(started());
    }
  }

  @Nested
  class ParameterStore extends ParameterStoreContract {
    ParameterStore() {
      super(started());
    }
  }

  @Nested
  class KmsKeys extends KmsKeysContract {
    KmsKeys() {
      super(started());
    }
  }

  @Nested
  class KmsCryptography extends KmsCryptographyContract {
    KmsCryptography() {
      super(started());
    }
  }
}
