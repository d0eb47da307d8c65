package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AliasListEntry;
import software.amazon.awssdk.services.kms.model.CreateKeyRequest;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptionAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyWithoutPlaintextResponse;
import software.amazon.awssdk.services.kms.model.GenerateMacResponse;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.MacAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.MultiRegionKeyType;
import software.amazon.awssdk.services.kms.model.ReEncryptResponse;

/** What clients of KMS rely on (AWS KMS API Reference). */
abstract class KmsContract extends Contract {
  private static final String NOT_FOUND = "NotFoundException";
  private static final String INVALID_CIPHERTEXT = "InvalidCiphertextException";
  private static final String INVALID_STATE = "KMSInvalidStateException";
  private static final String INVALID_USAGE = "InvalidKeyUsageException";
  private static final String INVALID = "ValidationException";
  private static final SdkBytes TEXT = SdkBytes.fromUtf8String("correct horse");
  private static final Map<String, String> CONTEXT = Map.of("tenant", "größe", "order", "7");

  private final KmsClient kms;

  KmsContract(ContractTarget target) {
    super(target);
    kms = target.kms();
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
  void whatIsEncryptedIsDecrypted() {
    String key = key();
    EncryptResponse sealed = encrypt(key, TEXT, CONTEXT);
    DecryptResponse opened = decrypt(sealed.ciphertextBlob(), CONTEXT);

    assertThat(opened.plaintext()).isEqualTo(TEXT);
    assertThat(opened.keyId()).isEqualTo(sealed.keyId()).isEqualTo(key);
    unlessMoto(
        "the algorithm is not said",
        () ->
            assertThat(opened.encryptionAlgorithm())
                .isEqualTo(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT));
    assertThat(sealed.ciphertextBlob().asString(ISO_8859_1)).doesNotContain("correct horse");
    assertThat(encrypt(key, TEXT, CONTEXT).ciphertextBlob()).isNotEqualTo(sealed.ciphertextBlob());
  }

  @Test
  void theContextMustBeTheSame() {
    SdkBytes sealed = encrypt(key(), TEXT, CONTEXT).ciphertextBlob();

    refuses(INVALID_CIPHERTEXT, () -> decrypt(sealed, Map.of()));
    refuses(INVALID_CIPHERTEXT, () -> decrypt(sealed, Map.of("tenant", "größe")));
    refuses(INVALID_CIPHERTEXT, () -> decrypt(sealed, Map.of("tenant", "größe", "order", "8")));
    refuses(INVALID_CIPHERTEXT, () -> decrypt(sealed, Map.of("Tenant", "größe", "order", "7")));
  }

  @Test
  void contextsThatReadAlikeAreNotTheSame() {
    SdkBytes sealed = encrypt(key(), TEXT, Map.of("a", "bc")).ciphertextBlob();

    refusesUnlessMoto(
        "names and values of a context run together",
        INVALID_CIPHERTEXT,
        () -> decrypt(sealed, Map.of("ab", "c")));
  }

  @Test
  void aCiphertextThatWasAlteredIsRefused() {
    byte[] sealed = encrypt(key(), TEXT, CONTEXT).ciphertextBlob().asByteArray();
    byte[] flipped = sealed.clone();
    flipped[flipped.length - 1] ^= 1;

    refuses(INVALID_CIPHERTEXT, () -> decrypt(SdkBytes.fromByteArray(flipped), CONTEXT));
    unlessMoto(
        "what is no ciphertext of any key is another error",
        () -> {
          for (int size : new int[] {1, 20, sealed.length - 1}) {
            SdkBytes cut = SdkBytes.fromByteArray(Arrays.copyOf(sealed, size));
            refuses(INVALID_CIPHERTEXT, () -> decrypt(cut, CONTEXT));
          }
        });
  }

  @Test
  void anotherKeyIsTheWrongOne() {
    SdkBytes sealed = encrypt(key(), TEXT, CONTEXT).ciphertextBlob();
    String other = key();

    refusesUnlessMoto(
        "a wrong key is another error",
        "IncorrectKeyException",
        () ->
            kms.decrypt(ask -> ask.keyId(other).ciphertextBlob(sealed).encryptionContext(CONTEXT)));
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
  void aDataKeyIsGenerated() {
    String key = key();
    GenerateDataKeyResponse dataKey = dataKey(key);

    assertThat(dataKey.keyId()).isEqualTo(key);
    assertThat(dataKey.plaintext().asByteArray()).hasSize(32);
    assertThat(decrypt(dataKey.ciphertextBlob(), CONTEXT).plaintext())
        .isEqualTo(dataKey.plaintext());
    assertThat(dataKey(key).plaintext()).isNotEqualTo(dataKey.plaintext());
    refuses(INVALID_CIPHERTEXT, () -> decrypt(dataKey.ciphertextBlob(), Map.of()));
  }

  @Test
  void aDataKeyIsGeneratedWithoutItsPlaintext() {
    String key = key();
    GenerateDataKeyWithoutPlaintextResponse dataKey =
        kms.generateDataKeyWithoutPlaintext(
            ask -> ask.keyId(key).keySpec(DataKeySpec.AES_128).encryptionContext(CONTEXT));

    assertThat(dataKey.keyId()).isEqualTo(key);
    assertThat(decrypt(dataKey.ciphertextBlob(), CONTEXT).plaintext().asByteArray()).hasSize(16);
  }

  @Test
  void aDataKeyHasOneSize() {
    String key = key();

    assertThat(
            kms.generateDataKey(ask -> ask.keyId(key).numberOfBytes(1024))
                .plaintext()
                .asByteArray())
        .hasSize(1024);
    refuses(INVALID, () -> kms.generateDataKey(ask -> ask.keyId(key)));
    refuses(
        INVALID,
        () ->
            kms.generateDataKey(
                ask -> ask.keyId(key).numberOfBytes(32).keySpec(DataKeySpec.AES_256)));
    refuses(INVALID, () -> kms.generateDataKey(ask -> ask.keyId(key).numberOfBytes(1025)));
    refuses(INVALID, () -> kms.generateDataKey(ask -> ask.keyId(key).numberOfBytes(0)));
    refuses(INVALID, () -> kms.generateDataKey(ask -> ask.keyId(key).keySpec("AES_512")));
  }

  @Test
  void aPlaintextHasASize() {
    String key = key();
    SdkBytes largest = SdkBytes.fromByteArray(new byte[4096]);

    assertThat(decrypt(encrypt(key, largest, CONTEXT).ciphertextBlob(), CONTEXT).plaintext())
        .isEqualTo(largest);
    refuses(INVALID, () -> encrypt(key, SdkBytes.fromByteArray(new byte[4097]), CONTEXT));
    refuses(INVALID, () -> encrypt(key, SdkBytes.fromByteArray(new byte[0]), CONTEXT));
  }

  @Test
  void aCiphertextMovesToAnotherKey() {
    SdkBytes sealed = encrypt(key(), TEXT, CONTEXT).ciphertextBlob();
    String other = key();
    ReEncryptResponse moved =
        kms.reEncrypt(
            ask ->
                ask.ciphertextBlob(sealed)
                    .sourceEncryptionContext(CONTEXT)
                    .destinationKeyId(other)
                    .destinationEncryptionContext(Map.of("order", "8")));

    assertThat(moved.keyId()).isEqualTo(other);
    assertThat(decrypt(moved.ciphertextBlob(), Map.of("order", "8")).plaintext()).isEqualTo(TEXT);
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

  @ParameterizedTest
  @CsvSource({
    "HMAC_224, HMAC_SHA_224, 28",
    "HMAC_256, HMAC_SHA_256, 32",
    "HMAC_384, HMAC_SHA_384, 48",
    "HMAC_512, HMAC_SHA_512, 64"
  })
  void aCodeIsMadeAndVerified(String spec, String algorithm, int size) {
    String key = macKey(spec);
    GenerateMacResponse made = mac(key, algorithm, TEXT);

    assertThat(made.mac().asByteArray()).hasSize(size);
    unlessMoto(
        "a code comes with the key's id, not its ARN",
        () -> assertThat(made.keyId()).isEqualTo(key));
    assertThat(mac(key, algorithm, TEXT).mac()).isEqualTo(made.mac());
    assertThat(mac(key, algorithm, SdkBytes.fromUtf8String("other")).mac())
        .isNotEqualTo(made.mac());
    assertThat(verify(key, algorithm, TEXT, made.mac())).isTrue();
  }

  @Test
  void aCodeOfSomethingElseIsRefused() {
    String key = macKey("HMAC_256");
    SdkBytes code = mac(key, "HMAC_SHA_256", TEXT).mac();

    refusesUnlessMoto(
        "a wrong code is answered with false",
        "KMSInvalidMacException",
        () -> verify(key, "HMAC_SHA_256", SdkBytes.fromUtf8String("other"), code));
    refusesUnlessMoto(
        "a wrong code is answered with false",
        "KMSInvalidMacException",
        () -> verify(macKey("HMAC_256"), "HMAC_SHA_256", TEXT, code));
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

  @Test
  void aDryRunChangesNothing() {
    String key = key();

    refusesUnlessMoto(
        "a dry run is a run",
        "DryRunOperationException",
        () -> kms.generateDataKey(ask -> ask.keyId(key).keySpec(DataKeySpec.AES_256).dryRun(true)));
  }

  private String key() {
    return create(ask -> {}).arn();
  }

  /** For changes of state: moto does not know a key by its ARN there. */
  private static String id(String arn) {
    return arn.replaceAll(".*/", "");
  }

  private KeyMetadata create(Consumer<CreateKeyRequest.Builder> ask) {
    return kms.createKey(ask).keyMetadata();
  }

  private String macKey(String spec) {
    return create(ask -> ask.keySpec(spec).keyUsage(KeyUsageType.GENERATE_VERIFY_MAC)).arn();
  }

  private void alias(String name, String key) {
    kms.createAlias(ask -> ask.aliasName(name).targetKeyId(key));
  }

  private KeyState state(String key) {
    return kms.describeKey(ask -> ask.keyId(key)).keyMetadata().keyState();
  }

  private EncryptResponse encrypt(String key, SdkBytes text, Map<String, String> context) {
    return kms.encrypt(ask -> ask.keyId(key).plaintext(text).encryptionContext(context));
  }

  private DecryptResponse decrypt(SdkBytes blob, Map<String, String> context) {
    return kms.decrypt(ask -> ask.ciphertextBlob(blob).encryptionContext(context));
  }

  private GenerateDataKeyResponse dataKey(String key) {
    return kms.generateDataKey(
        ask -> ask.keyId(key).keySpec(DataKeySpec.AES_256).encryptionContext(CONTEXT));
  }

  private GenerateMacResponse mac(String key, String algorithm, SdkBytes message) {
    return kms.generateMac(ask -> ask.keyId(key).macAlgorithm(algorithm).message(message));
  }

  private boolean verify(String key, String algorithm, SdkBytes message, SdkBytes mac) {
    return kms.verifyMac(ask -> ask.keyId(key).macAlgorithm(algorithm).message(message).mac(mac))
        .macValid();
  }
}
