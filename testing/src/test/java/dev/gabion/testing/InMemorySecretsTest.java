package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.SecretSource;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.SecretUnavailable.Reason;
import dev.gabion.core.SecretValue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InMemorySecretsTest {
  private final InMemorySecrets secrets =
      new InMemorySecrets().put("db", "{\"password\":\"first\"}");
  private final SecretSource password = secrets.secret("db", "password");
  private final SampleEnvironment environment = SampleEnvironment.standard();

  private String use() {
    return password.use(environment, InsecureSecretAccess::text);
  }

  private String login(String valid, List<String> tried) {
    return password.use(
        environment,
        value -> {
          String text = InsecureSecretAccess.text(value);
          tried.add(text);
          if (!text.equals(valid)) {
            throw new IllegalStateException("no login with " + tried.size());
          }
          return text;
        },
        failure -> failure instanceof IllegalStateException);
  }

  @Test
  void whatIsPutIsLentAndToldOf() {
    secrets.start(environment);
    assertThat(use()).isEqualTo("first");
    assertThat(environment.wasIssued("{\"password\":\"first\"}".getBytes(UTF_8))).isTrue();
    assertThat(environment.details().toString()).contains("fetched").doesNotContain("first");
  }

  @Test
  void aRotationIsSeenOnceTheOldVersionIsRefusedOrExpired() {
    secrets.start(environment);
    use();
    secrets.rotate("db", "{\"password\":\"second\"}");
    assertThat(use()).isEqualTo("first");

    List<String> tried = new ArrayList<>();
    assertThat(login("second", tried)).isEqualTo("second");
    assertThat(tried).containsExactly("first", "second");
    assertThat(use()).isEqualTo("second");

    secrets.rotate("db", "{\"password\":\"third\"}");
    secrets.expire();
    assertThat(use()).isEqualTo("third");
  }

  @Test
  void whereNothingNewerIsThereTheFirstFailureIsGiven() {
    secrets.start(environment);
    List<String> tried = new ArrayList<>();
    assertThatThrownBy(() -> login("other", tried)).hasMessage("no login with 1");
    secrets.rotate("db", "{\"password\":\"second\"}");
    tried.clear();
    assertThatThrownBy(() -> login("other", tried))
        .hasMessage("no login with 1")
        .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
    assertThat(tried).containsExactly("first", "second");
  }

  @Test
  void aBodyThatKeepsASecretFails() {
    secrets.start(environment);
    SecretValue kept = password.use(environment, value -> value);
    assertThatIllegalStateException().isThrownBy(() -> InsecureSecretAccess.text(kept));
  }

  @Test
  void whatIsDeniedMissingClosedOrNotStartedIsRefused() throws Exception {
    assertThatIllegalStateException().isThrownBy(this::use).withMessageContaining(".uses(");
    secrets.start(environment);
    use();
    secrets.deny("db");
    assertRefused(password, Reason.DENIED);
    secrets.allow("db");
    assertThat(use()).isEqualTo("first");
    assertRefused(secrets.secret("dd"), Reason.MISSING);
    assertRefused(secrets.secret("db", "nowhere"), Reason.MISSING);

    secrets.beforeSnapshot();
    assertRefused(password, Reason.CLOSED);
    password.afterRestore(environment.restored());
    assertThat(use()).isEqualTo("first");
  }

  private void assertRefused(SecretSource source, Reason reason) {
    assertThatThrownBy(() -> source.use(environment, InsecureSecretAccess::text))
        .isInstanceOfSatisfying(
            SecretUnavailable.class,
            unavailable -> assertThat(unavailable.reason()).isEqualTo(reason));
  }
}
