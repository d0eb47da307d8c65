package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.CryptoAlgorithm;
import com.amazonaws.encryptionsdk.CryptoResult;
import com.amazonaws.encryptionsdk.kmssdkv2.KmsMasterKeyProvider;
import dev.gabion.aws.AwsClients;
import dev.gabion.core.Deadline;
import dev.gabion.crypto.DecryptionFailed;
import dev.gabion.crypto.EnvelopeCipher;
import dev.gabion.crypto.KmsKeys;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.kms.KmsClient;

/**
 * EnvelopeCipher and the official Encryption SDK for Java 3.0.2 with the same KMS keys: what one
 * seals the other opens.
 */
class EncryptionInteropTest {
  private static final int[] SIZES = {0, 1, 15, 16, 17, 100, 1_000, 4_095, 4_096, 4_097, 70_000};
  private static final int[] FRAMES = {16, 1_000, 4_096, 65_536};
  private static final String PUBLIC_KEY = "aws-crypto-public-key";

  /** So that a case that fails can be run again. */
  private final Random random = new Random(20261124);

  private final LocalAws aws = LocalAws.start();
  private final KmsClient kms = AwsTestClients.of(aws).kms();
  private final SampleEnvironment environment =
      SampleEnvironment.standard()
          .settings(aws.environment())
          .deadline(Deadline.in(Duration.ofMinutes(5)));
  private final List<EnvelopeCipher> started = new ArrayList<>();
  private int cases;

  @AfterEach
  void close() {
    started.forEach(EnvelopeCipher::close);
    kms.close();
    aws.close();
  }

  private EnvelopeCipher cipher(boolean signed, int frame, String... keys) throws Exception {
    EnvelopeCipher cipher =
        EnvelopeCipher.with(
                KmsKeys.of(keys[0], Arrays.copyOfRange(keys, 1, keys.length))
                    .through(AwsClients.standard().insecureLocalEndpoint(aws.uri(), "a stand-in")))
            .frameLength(frame);
    EnvelopeCipher chosen = signed ? cipher.signed() : cipher;
    chosen.start(environment);
    started.add(chosen);
    return chosen;
  }

  private AwsCrypto sdk(boolean signed, int frame) {
    return AwsCrypto.builder()
        .withCommitmentPolicy(CommitmentPolicy.RequireEncryptRequireDecrypt)
        .withEncryptionAlgorithm(
            signed
                ? CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
                : CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY)
        .withEncryptionFrameSize(frame)
        .build();
  }

  private KmsMasterKeyProvider provider(String... keys) {
    return KmsMasterKeyProvider.builder()
        .customRegionalClientSupplier(region -> kms)
        .buildStrict(keys);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatOneSealsTheOtherOpens(boolean signed) throws Exception {
    String[] all = {aws.kms().createKey(), aws.kms().createKey(), aws.kms().createKey()};
    for (int count = 1; count <= 3; count++) {
      String[] keys = Arrays.copyOf(all, count);
      for (int frame : FRAMES) {
        EnvelopeCipher ours = cipher(signed, frame, keys);
        for (int size : SIZES) {
          bothWays(ours, sdk(signed, frame), keys, bytes(size), signed);
        }
      }
    }
    bothWays(cipher(signed, 65_536, all), sdk(signed, 4_096), all, bytes(10 * 1024 * 1024), signed);
    System.out.println(
        "Interop with the official SDK through one KMS, "
            + (signed ? "signed: " : "unsigned: ")
            + cases
            + " cases");
    assertThat(cases).isEqualTo(2 * (3 * FRAMES.length * SIZES.length + 1));
  }

  private void bothWays(
      EnvelopeCipher ours, AwsCrypto sdk, String[] keys, byte[] plaintext, boolean signed)
      throws IOException {
    Map<String, String> context = context();
    String reader = keys[random.nextInt(keys.length)]; // any one of the wrapping keys opens

    byte[] sealed = ours.encrypt(environment, plaintext, context);
    CryptoResult<byte[], ?> opened = sdk.decryptData(provider(reader), sealed);
    assertThat(Arrays.equals(opened.getResult(), plaintext)).isTrue();
    Map<String, String> found = new TreeMap<>(opened.getEncryptionContext());
    assertThat(found.remove(PUBLIC_KEY) != null).isEqualTo(signed);
    assertThat(found).isEqualTo(context);
    cases++;

    byte[] theirs = sdk.encryptData(provider(keys), plaintext, context).getResult();
    assertThat(Arrays.equals(ours.decrypt(environment, theirs, context), plaintext)).isTrue();
    if (!signed) {
      try (InputStream stream =
          ours.decrypting(environment, new ByteArrayInputStream(theirs), context)) {
        assertThat(Arrays.equals(stream.readAllBytes(), plaintext)).isTrue();
      }
      ByteArrayOutputStream streamed = new ByteArrayOutputStream();
      ours.encrypting(environment, streamed, context, to -> to.write(plaintext));
      assertThat(
              Arrays.equals(
                  sdk.decryptData(provider(reader), streamed.toByteArray()).getResult(), plaintext))
          .isTrue();
    }
    cases++;
  }

  @Test
  void aCachedDataKeyMakesMessagesThatTheSdkOpensEachByItself() throws Exception {
    String key = aws.kms().createKey();
    for (boolean signed : new boolean[] {false, true}) {
      EnvelopeCipher ours = cipher(signed, 4_096, key);
      aws.forgetRequests();
      for (int i = 0; i < 10; i++) {
        byte[] plaintext = bytes(100);
        byte[] sealed = ours.encrypt(environment, plaintext, Map.of("purpose", "test"));
        assertThat(sdk(signed, 4_096).decryptData(provider(key), sealed).getResult())
            .isEqualTo(plaintext);
      }
      assertThat(aws.count("GenerateDataKey")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = ".*COMMIT_KEY.*")
  void suitesThatDoNotCommitAreRefusedBeforeKmsIsAsked(CryptoAlgorithm suite) throws Exception {
    String key = aws.kms().createKey();
    AwsCrypto old =
        AwsCrypto.builder()
            .withCommitmentPolicy(CommitmentPolicy.ForbidEncryptAllowDecrypt)
            .withEncryptionAlgorithm(suite)
            .build();
    Map<String, String> context = Map.of("purpose", "test");
    byte[] message = old.encryptData(provider(key), bytes(100), context).getResult();
    EnvelopeCipher ours = cipher(false, 4_096, key);

    assertThatThrownBy(() -> ours.decrypt(environment, message, context))
        .isInstanceOf(DecryptionFailed.class);
    assertThat(aws.count("Decrypt")).isZero();
    assertThat(old.decryptData(provider(key), message).getResult()).hasSize(100); // control
  }

  private byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  /** One to six pairs in letters of one to four bytes. */
  private Map<String, String> context() {
    String[] letters = {"a", "Z", "0", "ß", "ツ", "\uFFEE", "\uD83D\uDD11", "\uD800\uDF48"};
    Map<String, String> context = new TreeMap<>();
    for (int pairs = 1 + random.nextInt(6); pairs > 0; pairs--) {
      StringBuilder name = new StringBuilder(letters[random.nextInt(letters.length)]);
      for (int more = random.nextInt(12); more > 0; more--) {
        name.append(letters[random.nextInt(letters.length)]);
      }
      context.put(name.toString(), name.reverse().toString());
    }
    return context;
  }
}
