package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AliasListEntry;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptionAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.MacAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.MultiRegionKeyType;

/** What clients rely on as keys come and go (AWS KMS Developer Guide, "Key states"). */
abstract class KmsKeysContract extends KmsContract {
  KmsKeysContract(ContractTarget target) {
    super(target);
  }

  @Test
  void aKeyIsDescribed() {
    KeyMetadata key = kms.createKey(ask -> ask.description("cards")).keyMetadata();
    KeyMetadata same = kms.describeKey(ask -> ask.keyId(key.arn())).keyMetadata();

    assertThat(key.arn()).matches("arn:aws:kms:eu-central-1:\\d{12}:key/" + key.keyId());
    assertThat(UUID.fromString(key.keyId())).hasToString(key.keyId());
    assertThat(same.arn()).isEqualTo(key.arn());
    assertThat(same.description()).isEqualTo("cards");
    assertThat(same.keyState()).isEqualTo(KeyState.ENABLED);
    assertThat(same.enabled()).isTrue();
    assertThat(same.keySpec()).isEqualTo(KeySpec.SYMMETRIC_DEFAULT);
    unlessMoto(
        "the use of a key is only said if it was given",
        () -> assertThat(same.keyUsage()).isEqualTo(KeyUsageType.ENCRYPT_DECRYPT));
    assertThat(same.encryptionAlgorithms())
        .containsExactly(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT);
    unlessMoto(
        "it is not said that a key is of one region",
        () -> assertThat(same.multiRegion()).isFalse());
    unlessMoto("the date of a key is not said", () -> assertThat(same.creationDate()).isNotNull());
  }

  @Test
  void aKeyHasSeveralNames() {
    KeyMetadata key = kms.createKey().keyMetadata();
    alias("alias/cards", key.keyId());
    String aliasArn = key.arn().replaceAll("key/.*", "alias/cards");

    for (String name : new String[] {key.keyId(), key.arn(), "alias/cards", aliasArn}) {
      assertThat(encrypt(name, TEXT, CONTEXT).keyId()).isEqualTo(key.arn());
      assertThat(kms.describeKey(ask -> ask.keyId(name)).keyMetadata().arn()).isEqualTo(key.arn());
    }
    assertThat(kms.listAliases(ask -> ask.keyId(key.keyId())).aliases())
        .extracting(AliasListEntry::aliasName)
        .contains("alias/cards");
  }

  @Test
  void anAliasIsGivenOnce() {
    String key = key();
    alias("alias/cards", key);

    refuses("AlreadyExistsException", () -> alias("alias/cards", key));
    refuses(INVALID, () -> alias("cards", key));
    refuses(INVALID, () -> alias("alias/ca.rds", key));
    refuses(INVALID, () -> alias("alias/ca:rds", key));
    refuses("NotAuthorizedException", () -> alias("alias/aws/ssm", key));
    refusesUnlessMoto(
        "an alias names what is not there",
        NOT_FOUND,
        () -> alias("alias/other", UUID.randomUUID().toString()));
  }

  @Test
  void aKeyThatIsNotThereIsNotFound() {
    String id = UUID.randomUUID().toString();

    refuses(NOT_FOUND, () -> encrypt(id, TEXT, CONTEXT));
    refuses(NOT_FOUND, () -> encrypt("alias/none", TEXT, CONTEXT));
    refuses(NOT_FOUND, () -> dataKey(id));
    refuses(NOT_FOUND, () -> kms.describeKey(ask -> ask.keyId(id)));
    refuses(NOT_FOUND, () -> kms.enableKey(ask -> ask.keyId(id)));
    refuses(NOT_FOUND, () -> kms.disableKey(ask -> ask.keyId(id)));
    refuses(NOT_FOUND, () -> kms.scheduleKeyDeletion(ask -> ask.keyId(id)));
    refuses(NOT_FOUND, () -> kms.cancelKeyDeletion(ask -> ask.keyId(id)));
  }

  @Test
  void aKeyOfAnotherAccountIsDenied() {
    String theirs = key().replaceAll(":\\d{12}:", ":999999999999:");

    refusesUnlessMoto(
        "a key of another account is found, or not found",
        "AccessDeniedException",
        () -> encrypt(theirs, TEXT, CONTEXT));
  }

  @Test
  void aDisabledKeyDoesNothing() {
    String key = key();
    SdkBytes sealed = encrypt(key, TEXT, CONTEXT).ciphertextBlob();
    kms.disableKey(ask -> ask.keyId(id(key)));

    assertThat(state(key)).isEqualTo(KeyState.DISABLED);
    refusesUnlessMoto(
        "a disabled key encrypts and decrypts",
        "DisabledException",
        () -> decrypt(sealed, CONTEXT));
    refusesUnlessMoto(
        "a disabled key encrypts and decrypts",
        "DisabledException",
        () -> encrypt(key, TEXT, CONTEXT));
    refusesUnlessMoto(
        "a disabled key encrypts and decrypts", "DisabledException", () -> dataKey(key));
    kms.enableKey(ask -> ask.keyId(id(key)));
    assertThat(state(key)).isEqualTo(KeyState.ENABLED);
    assertThat(decrypt(sealed, CONTEXT).plaintext()).isEqualTo(TEXT);
  }

  @Test
  void aKeysStateIsChangedByItsArn() {
    String key = key();

    unlessMoto(
        "a key's state is changed by its id alone",
        () -> {
          kms.disableKey(ask -> ask.keyId(key));
          assertThat(state(key)).isEqualTo(KeyState.DISABLED);
          kms.scheduleKeyDeletion(ask -> ask.keyId(key));
          kms.cancelKeyDeletion(ask -> ask.keyId(key));
          kms.enableKey(ask -> ask.keyId(key));
          assertThat(state(key)).isEqualTo(KeyState.ENABLED);
        });
  }

  @Test
  void aKeyThatAwaitsItsDeletionDoesNothing() {
    String key = key();
    SdkBytes sealed = encrypt(key, TEXT, CONTEXT).ciphertextBlob();
    kms.scheduleKeyDeletion(ask -> ask.keyId(id(key)).pendingWindowInDays(7));

    assertThat(state(key)).isEqualTo(KeyState.PENDING_DELETION);
    assertThat(kms.describeKey(ask -> ask.keyId(key)).keyMetadata().deletionDate()).isNotNull();
    refusesUnlessMoto(
        "a key that awaits its deletion encrypts and decrypts",
        INVALID_STATE,
        () -> decrypt(sealed, CONTEXT));
    refusesUnlessMoto(
        "a key that awaits its deletion encrypts and decrypts",
        INVALID_STATE,
        () -> encrypt(key, TEXT, CONTEXT));
    refusesUnlessMoto(
        "a key that awaits its deletion encrypts and decrypts", INVALID_STATE, () -> dataKey(key));
    refusesUnlessMoto(
        "a key that awaits its deletion encrypts and decrypts",
        INVALID_STATE,
        () -> kms.enableKey(ask -> ask.keyId(id(key))));
    refusesUnlessMoto(
        "a key that awaits its deletion encrypts and decrypts",
        INVALID_STATE,
        () -> kms.disableKey(ask -> ask.keyId(id(key))));
    refusesUnlessMoto(
        "a key that awaits its deletion encrypts and decrypts",
        INVALID_STATE,
        () -> kms.scheduleKeyDeletion(ask -> ask.keyId(id(key))));
    refusesUnlessMoto(
        "a key that awaits its deletion encrypts and decrypts",
        INVALID_STATE,
        () -> alias("alias/late", key));
    kms.cancelKeyDeletion(ask -> ask.keyId(id(key)));
    assertThat(state(key)).isEqualTo(KeyState.DISABLED);
    kms.enableKey(ask -> ask.keyId(id(key)));
    assertThat(decrypt(sealed, CONTEXT).plaintext()).isEqualTo(TEXT);
    refusesUnlessMoto(
        "what is not awaited is cancelled",
        INVALID_STATE,
        () -> kms.cancelKeyDeletion(ask -> ask.keyId(id(key))));
  }

  @Test
  void aWaitingPeriodHasBounds() {
    String key = key();

    refusesUnlessMoto(
        "a waiting period has other bounds",
        INVALID,
        () -> kms.scheduleKeyDeletion(ask -> ask.keyId(id(key)).pendingWindowInDays(6)));
    refusesUnlessMoto(
        "a waiting period has other bounds",
        INVALID,
        () -> kms.scheduleKeyDeletion(ask -> ask.keyId(id(key)).pendingWindowInDays(31)));
  }

  @Test
  void aKeyHasOneUse() {
    String cipher = key();
    String codes = macKey("HMAC_256");

    refuses(INVALID_USAGE, () -> mac(cipher, "HMAC_SHA_256", TEXT));
    refusesUnlessMoto(
        "a key for codes encrypts, and computes any code",
        INVALID_USAGE,
        () -> encrypt(codes, TEXT, CONTEXT));
    refusesUnlessMoto(
        "a key for codes encrypts, and computes any code", INVALID_USAGE, () -> dataKey(codes));
    refusesUnlessMoto(
        "a key for codes encrypts, and computes any code",
        INVALID_USAGE,
        () -> mac(codes, "HMAC_SHA_512", TEXT));
    refusesUnlessMoto(
        "a key for codes encrypts, and computes any code",
        INVALID,
        () -> create(ask -> ask.keySpec(KeySpec.HMAC_256)));
    KeyMetadata described = kms.describeKey(ask -> ask.keyId(codes)).keyMetadata();
    assertThat(described.keyUsage()).isEqualTo(KeyUsageType.GENERATE_VERIFY_MAC);
    unlessMoto(
        "the algorithms of a key for codes are not described",
        () -> assertThat(described.macAlgorithms()).containsExactly(MacAlgorithmSpec.HMAC_SHA_256));
  }

  @Test
  void aMultiRegionKeyOpensElsewhereWhatItSealedHere() {
    KeyMetadata key = create(ask -> ask.multiRegion(true));
    SdkBytes sealed = encrypt(key.arn(), TEXT, CONTEXT).ciphertextBlob();
    String replica =
        kms.replicateKey(ask -> ask.keyId(key.keyId()).replicaRegion("eu-west-1"))
            .replicaKeyMetadata()
            .arn();

    unlessMoto(
        "a multi-Region key's id has hyphens",
        () -> assertThat(key.keyId()).matches("mrk-[0-9a-f]{32}"));
    assertThat(key.multiRegion()).isTrue();
    assertThat(replica).isEqualTo(key.arn().replace("eu-central-1", "eu-west-1"));
    KmsClient elsewhere = target.elsewhere();
    unlessMoto(
        "a replica does not open what its primary sealed",
        () -> {
          DecryptResponse opened =
              elsewhere.decrypt(
                  ask -> ask.keyId(replica).ciphertextBlob(sealed).encryptionContext(CONTEXT));
          assertThat(opened.plaintext()).isEqualTo(TEXT);
          assertThat(opened.keyId()).isEqualTo(replica);
        });
    KeyMetadata described = elsewhere.describeKey(ask -> ask.keyId(replica)).keyMetadata();
    assertThat(described.multiRegionConfiguration().multiRegionKeyType())
        .isEqualTo(MultiRegionKeyType.REPLICA);
    assertThat(described.multiRegionConfiguration().primaryKey().arn()).isEqualTo(key.arn());
    SdkBytes other = encrypt(key(), TEXT, CONTEXT).ciphertextBlob();
    refusesUnlessMoto(
        "a key of another region is found",
        INVALID_CIPHERTEXT,
        () -> elsewhere.decrypt(ask -> ask.ciphertextBlob(other).encryptionContext(CONTEXT)));
    refusesUnlessMoto(
        "a key is replicated twice, or though it is of one region",
        "AlreadyExistsException",
        () -> kms.replicateKey(ask -> ask.keyId(key.keyId()).replicaRegion("eu-west-1")));
    refusesUnlessMoto(
        "a key is replicated twice, or though it is of one region",
        "UnsupportedOperationException",
        () -> kms.replicateKey(ask -> ask.keyId(key()).replicaRegion("eu-west-1")));
  }
}
