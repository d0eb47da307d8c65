package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.APIErrorType;
import software.amazon.awssdk.services.secretsmanager.model.BatchGetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.Filter;
import software.amazon.awssdk.services.secretsmanager.model.FilterNameStringType;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretVersionIdsResponse;
import software.amazon.awssdk.services.secretsmanager.model.PutSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.RotateSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.SecretValueEntry;
import software.amazon.awssdk.services.secretsmanager.model.SecretVersionsListEntry;

/** What clients of Secrets Manager rely on (AWS Secrets Manager API Reference). */
abstract class SecretsManagerContract extends Contract {
  private static final String CURRENT = "AWSCURRENT";
  private static final String PREVIOUS = "AWSPREVIOUS";
  private static final String PENDING = "AWSPENDING";
  private static final String NOT_FOUND = "ResourceNotFoundException";
  private static final String INVALID_REQUEST = "InvalidRequestException";
  private static final String INVALID_PARAMETER = "InvalidParameterException";
  private static final String FUNCTION =
      "arn:aws:lambda:eu-central-1:123456789012:function:rotation";

  private final SecretsManagerClient secrets;

  SecretsManagerContract(ContractTarget target) {
    super(target);
    secrets = target.secrets();
  }

  @Test
  void createdTextIsRead() {
    CreateSecretResponse created = create("prod/db", "correct horse");
    GetSecretValueResponse read = get("prod/db");

    assertThat(created.arn())
        .matches("arn:aws:secretsmanager:eu-central-1:\\d{12}:secret:prod/db-[A-Za-z0-9]{6}");
    assertThat(created.name()).isEqualTo("prod/db");
    assertThat(read.secretString()).isEqualTo("correct horse");
    assertThat(read.secretBinary()).isNull();
    assertThat(read.arn()).isEqualTo(created.arn());
    assertThat(read.name()).isEqualTo("prod/db");
    assertThat(read.versionId()).isEqualTo(created.versionId());
    assertThat(read.versionStages()).containsExactly(CURRENT);
    assertThat(Duration.between(read.createdDate(), Instant.now()).abs())
        .isLessThan(Duration.ofMinutes(5));
  }

  @Test
  void createdBytesAreRead() {
    SdkBytes bytes = SdkBytes.fromByteArray(new byte[] {-1, 0, 7, 10});
    secrets.createSecret(ask -> ask.name("prod/key").secretBinary(bytes));

    assertThat(get("prod/key").secretBinary()).isEqualTo(bytes);
    assertThat(get("prod/key").secretString()).isNull();
  }

  @Test
  void textOutsideAsciiIsRead() {
    create("prod/db", "größe \u20ac \ud83d\udd11 \u0000 \"\\\n");

    assertThat(get("prod/db").secretString()).isEqualTo("größe \u20ac \ud83d\udd11 \u0000 \"\\\n");
  }

  @Test
  void aSecretHasANameAndAnArnAndAPartOfIt() {
    String arn = create("prod/db", "correct horse").arn();
    String partial = arn.substring(0, arn.length() - 7);

    assertThat(get(arn).secretString()).isEqualTo("correct horse");
    assertThat(get(partial).secretString()).isEqualTo("correct horse");
    refuses(NOT_FOUND, () -> get(partial + "-aaaaaa"));
    refuses(NOT_FOUND, () -> get("prod/d"));
  }

  @Test
  void aNameThatEndsLikeAnArnIsNotFoundByAPartOfItsArn() {
    String arn = create("prod-abcdef", "correct horse").arn();
    String partial = arn.substring(0, arn.length() - 7);

    assertThat(get(arn).secretString()).isEqualTo("correct horse");
    assertThat(get("prod-abcdef").secretString()).isEqualTo("correct horse");
    refusesUnlessMoto(
        "a partial ARN that ends like a whole one is found", NOT_FOUND, () -> get(partial));
  }

  @Test
  void whatIsNotThereIsNotFound() {
    refuses(NOT_FOUND, () -> get("prod/db"));
    refuses(NOT_FOUND, () -> put("prod/db", "x"));
    refuses(NOT_FOUND, () -> describe("prod/db"));
    refuses(NOT_FOUND, () -> secrets.deleteSecret(ask -> ask.secretId("prod/db")));
    refuses(NOT_FOUND, () -> secrets.restoreSecret(ask -> ask.secretId("prod/db")));
    refuses(NOT_FOUND, () -> secrets.rotateSecret(ask -> ask.secretId("prod/db")));
    refuses(NOT_FOUND, () -> secrets.updateSecret(ask -> ask.secretId("prod/db")));
    refuses(NOT_FOUND, () -> move("prod/db", CURRENT, null, null));
  }

  @Test
  void aSecretWithoutAValueHasNoVersion() {
    secrets.createSecret(ask -> ask.name("prod/db").description("to be filled"));

    refuses(NOT_FOUND, () -> get("prod/db"));
    assertThat(describe("prod/db").description()).isEqualTo("to be filled");
    assertThat(describe("prod/db").versionIdsToStages()).isEmpty();
    put("prod/db", "first");
    assertThat(get("prod/db").secretString()).isEqualTo("first");
  }

  @Test
  void aNameIsTakenOnce() {
    String token = UUID.randomUUID().toString();
    secrets.createSecret(ask -> ask.name("prod/db").secretString("one").clientRequestToken(token));

    refuses("ResourceExistsException", () -> create("prod/db", "one"));
    CreateSecretResponse again =
        secrets.createSecret(
            ask -> ask.name("prod/db").secretString("one").clientRequestToken(token));
    assertThat(again.versionId()).isEqualTo(token);
    refuses(
        "ResourceExistsException",
        () ->
            secrets.createSecret(
                ask -> ask.name("prod/db").secretString("two").clientRequestToken(token)));
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
  void aBatchIsReadAtOnce() {
    create("a", "1");
    String arn = create("b", "2").arn();
    BatchGetSecretValueResponse batch =
        secrets.batchGetSecretValue(ask -> ask.secretIdList("a", arn, "missing"));

    assertThat(batch.secretValues())
        .extracting(SecretValueEntry::name, SecretValueEntry::secretString)
        .containsExactlyInAnyOrder(tuple("a", "1"), tuple("b", "2"));
    assertThat(batch.errors())
        .extracting(APIErrorType::secretId, APIErrorType::errorCode)
        .containsExactly(tuple("missing", NOT_FOUND));
    assertThat(batch.nextToken()).isNull();
  }

  @Test
  void aBatchHasBounds() {
    refusesUnlessMoto(
        "a batch of nothing is read",
        INVALID_PARAMETER,
        () -> secrets.batchGetSecretValue(ask -> {}));
    refusesUnlessMoto(
        "a batch has no bound",
        "ValidationException",
        () -> secrets.batchGetSecretValue(ask -> ask.secretIdList(Collections.nCopies(21, "a"))));
    refusesUnlessMoto(
        "MaxResults goes with a list of names",
        INVALID_PARAMETER,
        () -> secrets.batchGetSecretValue(ask -> ask.secretIdList("a").maxResults(1)));
  }

  @Test
  void aBatchByNameComesInPages() {
    create("prod/a", "1");
    create("prod/b", "2");
    create("prod/c", "3");
    create("test/a", "4");
    Filter byName = Filter.builder().key(FilterNameStringType.NAME).values("prod/").build();

    List<String> values =
        secrets.batchGetSecretValuePaginator(ask -> ask.filters(byName).maxResults(2)).stream()
            .flatMap(page -> page.secretValues().stream())
            .map(SecretValueEntry::secretString)
            .toList();
    assertThat(values).containsExactlyInAnyOrder("1", "2", "3");
  }

  @Test
  void aDeletedSecretCanBeRestored() {
    create("prod/db", "first");
    Instant deletion =
        secrets
            .deleteSecret(ask -> ask.secretId("prod/db").recoveryWindowInDays(7L))
            .deletionDate();

    assertThat(deletion).isAfter(Instant.now().plus(Duration.ofDays(6)));
    refuses(INVALID_REQUEST, () -> get("prod/db"));
    refuses(INVALID_REQUEST, () -> secrets.rotateSecret(ask -> ask.secretId("prod/db")));
    refusesUnlessMoto(
        "a deleted secret's stages move, and its name is free",
        INVALID_REQUEST,
        () -> move("prod/db", PENDING, null, null));
    refusesUnlessMoto(
        "a deleted secret's stages move, and its name is free",
        INVALID_REQUEST,
        () -> create("prod/db", "other"));
    assertThat(describe("prod/db").deletedDate()).isNotNull();
    secrets.restoreSecret(ask -> ask.secretId("prod/db"));
    assertThat(get("prod/db").secretString()).isEqualTo("first");
    assertThat(describe("prod/db").deletedDate()).isNull();
  }

  @Test
  void aDeletedSecretTakesNoValue() {
    create("prod/db", "first");
    secrets.deleteSecret(ask -> ask.secretId("prod/db"));

    refusesUnlessMoto(
        "a deleted secret takes new values", INVALID_REQUEST, () -> put("prod/db", "second"));
    refuses(
        INVALID_REQUEST,
        () -> secrets.updateSecret(ask -> ask.secretId("prod/db").secretString("second")));
  }

  @Test
  void aDeletedSecretIsNamedInABatch() {
    create("prod/db", "first");
    secrets.deleteSecret(ask -> ask.secretId("prod/db"));

    unlessMoto(
        "a batch with a deleted secret is refused as a whole",
        () ->
            assertThat(secrets.batchGetSecretValue(ask -> ask.secretIdList("prod/db")).errors())
                .extracting(APIErrorType::errorCode)
                .containsExactly(INVALID_REQUEST));
  }

  @Test
  void aSecretIsDeletedAtOnceByForce() {
    String old = create("prod/db", "first").arn();
    secrets.deleteSecret(ask -> ask.secretId("prod/db").forceDeleteWithoutRecovery(true));

    refuses(NOT_FOUND, () -> get("prod/db"));
    String now = create("prod/db", "second").arn();
    assertThat(get(now).secretString()).isEqualTo("second");
    assertThat(now).isNotEqualTo(old);
    secrets.deleteSecret(ask -> ask.secretId("missing").forceDeleteWithoutRecovery(true));
  }

  @Test
  void aRecoveryWindowHasBounds() {
    create("prod/db", "first");

    refuses(
        INVALID_PARAMETER,
        () -> secrets.deleteSecret(ask -> ask.secretId("prod/db").recoveryWindowInDays(6L)));
    refuses(
        INVALID_PARAMETER,
        () -> secrets.deleteSecret(ask -> ask.secretId("prod/db").recoveryWindowInDays(31L)));
    refuses(
        INVALID_PARAMETER,
        () ->
            secrets.deleteSecret(
                ask ->
                    ask.secretId("prod/db")
                        .recoveryWindowInDays(7L)
                        .forceDeleteWithoutRecovery(true)));
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

  @Test
  void passwordsAreMadeUp() {
    String plain = secrets.getRandomPassword(ask -> {}).randomPassword();
    String simple =
        secrets
            .getRandomPassword(
                ask ->
                    ask.passwordLength(100L)
                        .excludePunctuation(true)
                        .excludeUppercase(true)
                        .excludeCharacters("abc0"))
            .randomPassword();

    assertThat(plain)
        .hasSize(32)
        .matches(".*[A-Z].*")
        .matches(".*[a-z].*")
        .matches(".*[0-9].*")
        .matches(".*[^A-Za-z0-9].*")
        .isNotEqualTo(secrets.getRandomPassword(ask -> {}).randomPassword());
    assertThat(simple).hasSize(100).matches("[d-z1-9]+");
    refuses(
        INVALID_PARAMETER,
        () ->
            secrets.getRandomPassword(ask -> ask.passwordLength(3L).requireEachIncludedType(true)));
  }

  @Test
  void aSecretHasASize() {
    String largest = "x".repeat(65_536);
    create("prod/db", largest);

    assertThat(get("prod/db").secretString()).isEqualTo(largest);
    refusesUnlessMoto(
        "a secret has no largest size", "ValidationException", () -> put("prod/db", largest + "x"));
  }

  @Test
  void aValueIsTextOrBytes() {
    SdkBytes bytes = SdkBytes.fromByteArray(new byte[] {1});

    create("prod/db", "first");
    refusesUnlessMoto(
        "a value is both text and bytes",
        INVALID_PARAMETER,
        () ->
            secrets.putSecretValue(
                ask -> ask.secretId("prod/db").secretString("x").secretBinary(bytes)));
    refuses(INVALID_REQUEST, () -> secrets.putSecretValue(ask -> ask.secretId("prod/db")));
  }

  private CreateSecretResponse create(String name, String value) {
    return secrets.createSecret(ask -> ask.name(name).secretString(value));
  }

  private GetSecretValueResponse get(String id) {
    return secrets.getSecretValue(ask -> ask.secretId(id));
  }

  private GetSecretValueResponse stage(String id, String stage) {
    return secrets.getSecretValue(ask -> ask.secretId(id).versionStage(stage));
  }

  private GetSecretValueResponse version(String id, String version) {
    return secrets.getSecretValue(ask -> ask.secretId(id).versionId(version));
  }

  private DescribeSecretResponse describe(String id) {
    return secrets.describeSecret(ask -> ask.secretId(id));
  }

  private PutSecretValueResponse put(String id, String value) {
    return secrets.putSecretValue(ask -> ask.secretId(id).secretString(value));
  }

  private PutSecretValueResponse put(String id, String value, String token) {
    return secrets.putSecretValue(
        ask -> ask.secretId(id).secretString(value).clientRequestToken(token));
  }

  private PutSecretValueResponse pending(String value) {
    return secrets.putSecretValue(
        ask -> ask.secretId("prod/db").secretString(value).versionStages(PENDING));
  }

  private void move(String id, String stage, @Nullable String from, @Nullable String to) {
    secrets.updateSecretVersionStage(
        ask -> ask.secretId(id).versionStage(stage).removeFromVersionId(from).moveToVersionId(to));
  }
}
