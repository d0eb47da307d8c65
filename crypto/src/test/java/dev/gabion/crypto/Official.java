package dev.gabion.crypto;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.CryptoAlgorithm;
import com.amazonaws.encryptionsdk.CryptoResult;
import com.amazonaws.encryptionsdk.MasterKeyProvider;
import com.amazonaws.encryptionsdk.multi.MultipleProviderFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The official Encryption SDK, with bare data keys. */
final class Official {
  private Official() {}

  static CryptoAlgorithm suite(Suite suite) {
    return suite.signed()
        ? CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384
        : CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY;
  }

  /** Encrypts; without frames if {@code frameLength} is 0. */
  static byte[] encrypt(
      CryptoAlgorithm suite,
      int keys,
      Map<String, String> context,
      byte[] plaintext,
      int frameLength) {
    return sdk(suite, frameLength).encryptData(keys(keys), plaintext, context).getResult();
  }

  /** Encrypts without saying beforehand how much it is going to be. */
  static byte[] encryptStream(
      CryptoAlgorithm suite, Map<String, String> context, byte[] plaintext, int frameLength)
      throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    try (OutputStream stream =
        sdk(suite, frameLength).createEncryptingStream(keys(1), message, context)) {
      stream.write(plaintext);
    }
    return message.toByteArray();
  }

  static CryptoResult<byte[], ?> decrypt(byte[] message) {
    return sdk(CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY, 4096)
        .decryptData(keys(3), message);
  }

  private static AwsCrypto sdk(CryptoAlgorithm suite, int frameLength) {
    return AwsCrypto.builder()
        .withCommitmentPolicy(
            suite.isCommitting()
                ? CommitmentPolicy.RequireEncryptAllowDecrypt
                : CommitmentPolicy.ForbidEncryptAllowDecrypt)
        .withEncryptionAlgorithm(suite)
        .withEncryptionFrameSize(frameLength)
        .build();
  }

  private static MasterKeyProvider<?> keys(int number) {
    List<BareKey> keys = IntStream.range(0, number).mapToObj(i -> new BareKey("key-" + i)).toList();
    return MultipleProviderFactory.buildMultiProvider(BareKey.class, keys);
  }
}
