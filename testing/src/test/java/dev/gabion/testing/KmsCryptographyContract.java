package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptionAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyWithoutPlaintextResponse;
import software.amazon.awssdk.services.kms.model.GenerateMacResponse;
import software.amazon.awssdk.services.kms.model.ReEncryptResponse;

/** What clients rely on when they seal and open (AWS KMS API Reference). */
abstract class KmsCryptographyContract extends KmsContract {
  KmsCryptographyContract(ContractTarget target) {
    super(target);
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
  void aDryRunChangesNothing() {
    String key = key();

    refusesUnlessMoto(
        "a dry run is a run",
        "DryRunOperationException",
        () -> kms.generateDataKey(ask -> ask.keyId(key).keySpec(DataKeySpec.AES_256).dryRun(true)));
  }
}
