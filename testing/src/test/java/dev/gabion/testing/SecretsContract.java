package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.secretsmanager.model.APIErrorType;
import software.amazon.awssdk.services.secretsmanager.model.BatchGetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.Filter;
import software.amazon.awssdk.services.secretsmanager.model.FilterNameStringType;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.SecretValueEntry;

/** What clients of Secrets Manager rely on (AWS Secrets Manager API Reference). */
abstract class SecretsContract extends SecretsManagerContract {
  SecretsContract(ContractTarget target) {
    super(target);
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
}
