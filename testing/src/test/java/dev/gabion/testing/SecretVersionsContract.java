package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretVersionIdsResponse;
import software.amazon.awssdk.services.secretsmanager.model.PutSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.RotateSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.SecretVersionsListEntry;

/** What clients rely on as values change (AWS Secrets Manager User Guide, "Secret versions"). */
abstract class SecretVersionsContract extends SecretsManagerContract {
  SecretVersionsContract(ContractTarget target) {
    super(target);
  }

  @Test
  void aNewValueBecomesCurrentAndTheOldOnePrevious() {
    String first = create("prod/db", "first").versionId();
    String second = put("prod/db", "second").versionId();

    assertThat(get("prod/db").secretString()).isEqualTo("second");
    assertThat(stage("prod/db", CURRENT).versionId()).isEqualTo(second);
    assertThat(stage("prod/db", PREVIOUS).secretString()).isEqualTo("first");
    assertThat(version("prod/db", first).versionStages()).containsExactly(PREVIOUS);
    assertThat(describe("prod/db").versionIdsToStages())
        .isEqualTo(Map.of(first, List.of(PREVIOUS), second, List.of(CURRENT)));
  }

  @Test
  void aVersionAndAStageMustAgree() {
    String first = create("prod/db", "first").versionId();
    put("prod/db", "second");

    assertThat(
            secrets
                .getSecretValue(
                    ask -> ask.secretId("prod/db").versionId(first).versionStage(PREVIOUS))
                .secretString())
        .isEqualTo("first");
    refuses(
        INVALID_REQUEST,
        () ->
            secrets.getSecretValue(
                ask -> ask.secretId("prod/db").versionId(first).versionStage(CURRENT)));
  }

  @Test
  void aVersionOrStageThatIsNotThereIsNotFound() {
    create("prod/db", "first");

    refuses(NOT_FOUND, () -> version("prod/db", UUID.randomUUID().toString()));
    refuses(NOT_FOUND, () -> stage("prod/db", PREVIOUS));
    refuses(NOT_FOUND, () -> stage("prod/db", "mine"));
  }

  @Test
  void whatHasNoStageIsDeprecated() {
    String first = create("prod/db", "first").versionId();
    String second = put("prod/db", "second").versionId();
    String third = put("prod/db", "third").versionId();

    assertThat(version("prod/db", first).secretString()).isEqualTo("first");
    unlessMoto(
        "a version without a stage is described and listed",
        () -> {
          assertThat(describe("prod/db").versionIdsToStages()).containsOnlyKeys(second, third);
          assertThat(ids(false)).containsExactlyInAnyOrder(second, third);
        });
    assertThat(ids(true)).containsExactlyInAnyOrder(first, second, third);
  }

  private List<String> ids(boolean deprecated) {
    return secrets
        .listSecretVersionIds(ask -> ask.secretId("prod/db").includeDeprecated(deprecated))
        .versions()
        .stream()
        .map(SecretVersionsListEntry::versionId)
        .toList();
  }

  @Test
  void versionsAreListedInPages() {
    String first = create("prod/db", "first").versionId();
    String second = put("prod/db", "second").versionId();

    unlessMoto(
        "lists of versions have no pages",
        () -> {
          ListSecretVersionIdsResponse page =
              secrets.listSecretVersionIds(ask -> ask.secretId("prod/db").maxResults(1));
          ListSecretVersionIdsResponse rest =
              secrets.listSecretVersionIds(
                  ask -> ask.secretId("prod/db").maxResults(1).nextToken(page.nextToken()));
          assertThat(page.versions()).hasSize(1);
          assertThat(rest.versions()).hasSize(1);
          assertThat(rest.nextToken()).isNull();
          assertThat(
                  List.of(page.versions().get(0).versionId(), rest.versions().get(0).versionId()))
              .containsExactlyInAnyOrder(first, second);
          refuses(
              "InvalidNextTokenException",
              () ->
                  secrets.listSecretVersionIds(
                      ask -> ask.secretId("prod/db").nextToken("nobody gave this")));
        });
  }

  @Test
  void theSameTokenPutsOnce() {
    create("prod/db", "first");
    String token = UUID.randomUUID().toString();
    PutSecretValueResponse once = put("prod/db", "second", token);

    assertThat(once.versionId()).isEqualTo(token);
    unlessMoto(
        "the same token with the same value is refused",
        () -> assertThat(put("prod/db", "second", token).versionId()).isEqualTo(token));
    refuses("ResourceExistsException", () -> put("prod/db", "third", token));
    assertThat(get("prod/db").secretString()).isEqualTo("second");
  }

  @Test
  void aTokenHasACertainLength() {
    create("prod/db", "first");

    refuses(INVALID_PARAMETER, () -> put("prod/db", "second", "short"));
    refuses(INVALID_PARAMETER, () -> put("prod/db", "second", "x".repeat(65)));
  }

  @Test
  void aPendingValueDoesNotReplaceTheCurrentOne() {
    create("prod/db", "first");
    PutSecretValueResponse pending = pending("second");

    assertThat(pending.versionStages()).containsExactly(PENDING);
    assertThat(get("prod/db").secretString()).isEqualTo("first");
    assertThat(stage("prod/db", PENDING).secretString()).isEqualTo("second");
  }

  @Test
  void theFirstValueIsCurrentWhateverItsStages() {
    secrets.createSecret(ask -> ask.name("prod/db"));
    pending("first");

    unlessMoto(
        "a first value that is put as pending is not current",
        () -> assertThat(get("prod/db").secretString()).isEqualTo("first"));
  }

  @Test
  void movingCurrentPromotesAVersion() {
    String first = create("prod/db", "first").versionId();
    String second = pending("second").versionId();
    move("prod/db", CURRENT, first, second);

    assertThat(stage("prod/db", CURRENT).secretString()).isEqualTo("second");
    unlessMoto(
        "after a move, a get without a stage returns the old version",
        () -> assertThat(get("prod/db").secretString()).isEqualTo("second"));
    assertThat(describe("prod/db").versionIdsToStages().get(first)).containsExactly(PREVIOUS);
    move("prod/db", CURRENT, second, first);
    assertThat(stage("prod/db", CURRENT).secretString()).isEqualTo("first");
    assertThat(stage("prod/db", PREVIOUS).secretString()).isEqualTo("second");
  }

  @Test
  void aStageIsMovedFromWhereItIs() {
    String first = create("prod/db", "first").versionId();
    String second = pending("second").versionId();

    refuses(INVALID_PARAMETER, () -> move("prod/db", CURRENT, null, second));
    refuses(INVALID_PARAMETER, () -> move("prod/db", CURRENT, second, second));
    refuses(INVALID_PARAMETER, () -> move("prod/db", "mine", first, second));
    refusesUnlessMoto(
        "AWSCURRENT can be taken from a secret",
        INVALID_PARAMETER,
        () -> move("prod/db", CURRENT, first, null));
  }

  @Test
  void aStageIsTakenAway() {
    create("prod/db", "first");
    String second = pending("second").versionId();
    move("prod/db", PENDING, second, null);

    refuses(NOT_FOUND, () -> stage("prod/db", PENDING));
  }

  @Test
  void aStageOfOnesOwnIsAttached() {
    String first = create("prod/db", "first").versionId();
    move("prod/db", "golden", null, first);

    assertThat(stage("prod/db", "golden").secretString()).isEqualTo("first");
  }

  @Test
  void anUpdateChangesTheValueOrTheDescription() {
    String first = create("prod/db", "first").versionId();
    String second =
        secrets.updateSecret(ask -> ask.secretId("prod/db").secretString("second")).versionId();
    secrets.updateSecret(ask -> ask.secretId("prod/db").description("of the database"));

    assertThat(get("prod/db").versionId()).isEqualTo(second).isNotEqualTo(first);
    assertThat(stage("prod/db", PREVIOUS).secretString()).isEqualTo("first");
    assertThat(describe("prod/db").description()).isEqualTo("of the database");
  }

  @Test
  void aRotationBeginsWithAnEmptyPendingVersion() {
    String first = create("prod/db", "first").versionId();

    unlessMoto(
        "rotation needs a function that exists, or promotes at once",
        () -> {
          RotateSecretResponse rotation =
              secrets.rotateSecret(ask -> ask.secretId("prod/db").rotationLambdaARN(FUNCTION));
          DescribeSecretResponse described = describe("prod/db");
          assertThat(described.rotationEnabled()).isTrue();
          assertThat(described.rotationLambdaARN()).isEqualTo(FUNCTION);
          assertThat(described.versionIdsToStages())
              .isEqualTo(Map.of(first, List.of(CURRENT), rotation.versionId(), List.of(PENDING)));
          refuses(NOT_FOUND, () -> stage("prod/db", PENDING));
          refuses(INVALID_REQUEST, () -> secrets.rotateSecret(ask -> ask.secretId("prod/db")));

          secrets.putSecretValue(
              ask ->
                  ask.secretId("prod/db")
                      .secretString("second")
                      .clientRequestToken(rotation.versionId())
                      .versionStages(PENDING));
          move("prod/db", CURRENT, first, rotation.versionId());
          assertThat(get("prod/db").secretString()).isEqualTo("second");
          assertThat(get("prod/db").versionStages()).containsExactlyInAnyOrder(CURRENT, PENDING);
          assertThat(secrets.rotateSecret(ask -> ask.secretId("prod/db")).versionId())
              .isNotEqualTo(rotation.versionId());
        });
  }

  @Test
  void aRotationNeedsAFunction() {
    create("prod/db", "first");

    refusesUnlessMoto(
        "rotation needs no function",
        INVALID_REQUEST,
        () -> secrets.rotateSecret(ask -> ask.secretId("prod/db")));
    unlessMoto(
        "rotation without a function promotes a version without a value",
        () -> assertThat(get("prod/db").secretString()).isEqualTo("first"));
  }
}
