package dev.gabion.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.SecretUnavailable.Reason;
import dev.gabion.core.SecretValue;
import dev.gabion.core.StartFailed;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be declared, and what a start, a snapshot and an end do. */
class SecretsTest {
  private static final Wanted DB = Wanted.current("prod/db");

  private final FakeSource source = new FakeSource();
  private final HandClock clock = new HandClock();
  private final Secrets secrets = new Secrets(source, Terms.STANDARD, clock.clocks());
  private final Work work = Work.of();

  SecretsTest() {
    source.has(DB, "v1", "{\"username\":\"admin\",\"password\":\"correct horse\"}");
  }

  private static String text(SecretValue value) {
    return InsecureSecretAccess.text(value);
  }

  @Test
  void everythingDeclaredIsFetchedAtTheStartAndLentWithoutAnotherCall() {
    SecretHandle whole = secrets.secret("prod/db");
    SecretHandle password = whole.field("password");
    SecretHandle user = secrets.secret("prod/db").field("username");
    Wanted previous = new Wanted("prod/db", "AWSPREVIOUS", null, false);
    Wanted third = new Wanted("prod/db", null, "v3", false);
    source.has(previous, "v0", "older");
    source.has(third, "v3", "third");
    SecretHandle before = secrets.secretOfStage("prod/db", "AWSPREVIOUS");
    SecretHandle named = secrets.secretOfVersion("prod/db", "v3");

    secrets.start(work);
    assertThat(source.asked).containsExactly(DB, previous, third);

    assertThat(whole.<Integer, RuntimeException>use(work, SecretValue::size)).isEqualTo(47);
    assertThat(password.use(work, SecretsTest::text)).isEqualTo("correct horse");
    assertThat(user.use(work, SecretsTest::text)).isEqualTo("admin");
    assertThat(before.use(work, SecretsTest::text)).isEqualTo("older");
    assertThat(named.use(work, SecretsTest::text)).isEqualTo("third");
    assertThat(source.asked).hasSize(3);
    assertThat(work.events()).containsOnly("fetched").hasSize(3);
    assertThat(password.toString()).isEqualTo("SecretHandle[prod/db, field password]");
    assertThat(secrets.describe()).isEqualTo("a fake (3 secrets)");
  }

  @Test
  void aStoreAndItsHandlesMayAllBeHandedOver() {
    SecretHandle handle = secrets.secret("prod/db");
    handle.start(work);
    secrets.start(work);
    handle.start(work);
    assertThat(source.started).isEqualTo(1);
    assertThat(source.asked).hasSize(1);

    handle.beforeSnapshot();
    secrets.beforeSnapshot();
    Work restored = Work.of();
    secrets.afterRestore(restored);
    handle.afterRestore(restored);
    assertThat(source.started).isEqualTo(2);
    assertThat(source.asked).hasSize(2);
  }

  @Test
  void aHandleOfAStoreThatWasNeverStartedNamesTheFix() {
    SecretHandle handle = secrets.secret("prod/db");
    assertThatIllegalStateException()
        .isThrownBy(() -> handle.use(work, SecretsTest::text))
        .withMessageContaining("prod/db")
        .withMessageContaining(".uses(");
  }

  @Test
  void aStartFailsOnWhatTheSourceRefuses() {
    secrets.secret("prod/dd");
    assertThatThrownBy(() -> secrets.start(work))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("prod/dd")
        .hasMessageContaining("MISSING, ResourceNotFoundException")
        .hasMessageContaining("Look at the test.")
        .hasNoCause();
    assertThat(source.closed).isPositive();
  }

  @Test
  void aStartFailsOnAFieldThatIsNotThere() {
    secrets.secret("prod/db").field("pasword");
    assertThatThrownBy(() -> secrets.start(work))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("prod/db")
        .hasMessageContaining("pasword")
        .hasMessageNotContaining("horse");
    assertThatThrownBy(() -> InsecureSecretAccess.bytes(source.given.get(0)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aFieldThatALaterVersionLacksIsMissingFromThenOn() {
    SecretHandle password = secrets.secret("prod/db").field("password");
    secrets.start(work);
    source.has(DB, "v2", "{\"username\":\"admin\"}");
    clock.pass(Duration.ofMinutes(5));
    assertThatThrownBy(() -> password.use(work, SecretsTest::text))
        .isInstanceOf(SecretUnavailable.class)
        .hasMessage("The secret prod/db, field password cannot be had: MISSING");
  }

  @Test
  void aSourceThatDoesNotAnswerDoesNotStopTheStart() {
    SecretHandle handle = secrets.secret("prod/db");
    secrets.secret("prod/other");
    Wanted other = Wanted.current("prod/other");
    source.has(other, "v1", "there");
    source.fails(DB, Fault.unreachable("ThrottlingException"));
    secrets.start(work);
    assertThat(source.asked).containsExactly(DB, other);

    source.has(DB, "v1", "late");
    clock.pass(Duration.ofSeconds(1));
    assertThat(handle.use(work, SecretsTest::text)).isEqualTo("late");
  }

  @Test
  void aMisspeltNameStopsTheStartThoughAnotherSecretIsNotAnswered() {
    secrets.secret("prod/db");
    secrets.secret("prod/misspelt");
    source.fails(DB, Fault.unreachable("ThrottlingException"));
    assertThatThrownBy(() -> secrets.start(work))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("prod/misspelt");
  }

  @Test
  void nothingIsFetchedBeforeASnapshotOrBetweenItAndTheRestore() {
    SecretHandle handle = secrets.secret("prod/db");
    Work starting = Work.awaitingSnapshot();
    secrets.start(starting);
    assertClosed(handle, starting);
    secrets.beforeSnapshot();
    assertClosed(handle, starting);
    assertThat(source.asked).isEmpty();

    secrets.afterRestore(work);
    assertThat(source.asked).containsExactly(DB);
    assertThat(handle.use(work, SecretsTest::text)).contains("horse");

    secrets.beforeSnapshot();
    assertClosed(handle, work);
    assertThatThrownBy(() -> InsecureSecretAccess.bytes(source.given.get(0)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aStartThatDoesNotAwaitASnapshotFetchesAtOnce() { // the control of the test above
    secrets.secret("prod/db");
    secrets.start(work);
    assertThat(source.asked).containsExactly(DB);
  }

  private void assertClosed(SecretHandle handle, Work scope) {
    assertThatThrownBy(() -> handle.use(scope, SecretsTest::text))
        .isInstanceOfSatisfying(
            SecretUnavailable.class,
            unavailable -> assertThat(unavailable.reason()).isEqualTo(Reason.CLOSED));
  }

  @Test
  void aSourceThatAnswersInInvocationsOnlyIsAskedThere() {
    source.answersDuringInit = false;
    SecretHandle handle = secrets.secret("prod/db");
    secrets.start(work);
    assertThat(source.asked).isEmpty();
    assertThat(handle.use(work, SecretsTest::text)).contains("horse");
  }

  @Test
  void aSourceWithACacheOfItsOwnLearnsOfNoRotation() {
    source.keepsFor = Duration.ofMinutes(5);
    SecretHandle handle = secrets.secret("prod/db");
    secrets.start(work);
    assertThatIllegalStateException()
        .isThrownBy(() -> handle.use(work, SecretsTest::text, failure -> true))
        .withMessageContaining("SECRETS_MANAGER_TTL");
    source.keepsFor = Duration.ZERO;
    assertThat(handle.use(work, SecretsTest::text, failure -> true)).contains("horse");
  }

  @Test
  void aPathIsLentAsAMap() {
    Wanted path = new Wanted("/prod/db/", null, null, true);
    source.answer(
        path,
        (wanted, scope) ->
            new Fetched(
                Map.of(
                    "user", SecretValue.ofText("admin"),
                    "nested/password", SecretValue.ofText("correct horse")),
                "some-digest"));
    SecretPath db = secrets.path("/prod/db");
    db.start(work);
    String both =
        db.use(
            work,
            values -> text(value(values, "user")) + "/" + text(value(values, "nested/password")));
    assertThat(both).isEqualTo("admin/correct horse");
    assertThat(db.toString()).isEqualTo("SecretPath[/prod/db/]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Secrets(source, Terms.STANDARD, clock.clocks()).path("prod"));
  }

  private static SecretValue value(Map<String, SecretValue> values, String name) {
    SecretValue value = values.get(name);
    assertThat(value).isNotNull();
    return value;
  }

  @Test
  void choicesComeBeforeSecretsAndSecretsBeforeTheStart() {
    SecretHandle handle = secrets.secret("prod/db");
    assertThatIllegalStateException().isThrownBy(() -> secrets.timeToLive(Duration.ofMinutes(1)));
    assertThatIllegalStateException().isThrownBy(() -> secrets.entries(2));
    secrets.start(work);
    assertThatIllegalStateException().isThrownBy(() -> secrets.secret("prod/late"));
    assertThatIllegalStateException().isThrownBy(() -> handle.field("late"));
    secrets.close();
    assertThatIllegalStateException().isThrownBy(() -> secrets.secret("prod/late"));
  }

  @Test
  void aStoreIsBounded() {
    Secrets two = secrets.entries(2);
    two.secret("a");
    two.secret("a").field("f");
    two.secret("b");
    assertThatIllegalStateException()
        .isThrownBy(() -> two.secret("c"))
        .withMessageContaining("entries");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\nb", "a\u0000", "späße", "a?versionId=b", "a&b"})
  void whatCannotBeANameIsNone(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> secrets.secret(name));
    assertThatIllegalArgumentException().isThrownBy(() -> secrets.secretOfStage("a", name));
  }

  @Test
  void timesHaveBounds() {
    assertThatIllegalArgumentException().isThrownBy(() -> secrets.timeToLive(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> secrets.timeToLive(Duration.ofDays(2)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> secrets.staleIfError(Duration.ofSeconds(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> secrets.staleIfError(Duration.ofDays(2)));
    assertThatIllegalArgumentException().isThrownBy(() -> secrets.entries(0));
  }

  @Test
  void otherSourcesHaveNoPathsAndNoPlainParameters() {
    assertThatIllegalStateException().isThrownBy(() -> Secrets.secretsManager().path("/a"));
    assertThatIllegalStateException().isThrownBy(() -> Secrets.extensionParameters().path("/a"));
    assertThatIllegalStateException()
        .isThrownBy(() -> Secrets.secretsManager().insecurePlainParameters("a reason"));
    assertThatIllegalStateException()
        .isThrownBy(() -> Secrets.extension().insecurePlainParameters("a reason"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Secrets.parameterStore().insecurePlainParameters(" "));
    assertThat(Secrets.parameterStore().insecurePlainParameters("flags").describe())
        .startsWith("INSECURE: ")
        .contains("flags");
    assertThat(Secrets.extensionParameters().insecurePlainParameters("flags").describe())
        .startsWith("INSECURE: ")
        .contains("flags");
  }
}
