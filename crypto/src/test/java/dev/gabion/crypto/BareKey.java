package dev.gabion.crypto;

import com.amazonaws.encryptionsdk.CryptoAlgorithm;
import com.amazonaws.encryptionsdk.DataKey;
import com.amazonaws.encryptionsdk.EncryptedDataKey;
import com.amazonaws.encryptionsdk.MasterKey;
import com.amazonaws.encryptionsdk.exception.UnsupportedProviderException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;

/** A wrapping key for the official SDK that leaves a data key bare, so that both sides have it. */
final class BareKey extends MasterKey<BareKey> {
  static final String PROVIDER = "bare";

  private final String id;

  BareKey(String id) {
    this.id = id;
  }

  @Override
  public String getProviderId() {
    return PROVIDER;
  }

  @Override
  public String getKeyId() {
    return id;
  }

  @Override
  public DataKey<BareKey> generateDataKey(
      CryptoAlgorithm algorithm, Map<String, String> encryptionContext) {
    byte[] key = new byte[algorithm.getDataKeyLength()];
    new SecureRandom().nextBytes(key);
    return dataKey(algorithm, key);
  }

  @Override
  public DataKey<BareKey> encryptDataKey(
      CryptoAlgorithm algorithm, Map<String, String> encryptionContext, DataKey<?> dataKey) {
    return dataKey(algorithm, dataKey.getKey().getEncoded());
  }

  @Override
  public DataKey<BareKey> decryptDataKey(
      CryptoAlgorithm algorithm,
      Collection<? extends EncryptedDataKey> encryptedDataKeys,
      Map<String, String> encryptionContext)
      throws UnsupportedProviderException {
    for (EncryptedDataKey key : encryptedDataKeys) {
      String information = new String(key.getProviderInformation(), StandardCharsets.UTF_8);
      if (key.getProviderId().equals(PROVIDER) && information.equals(id)) {
        return dataKey(algorithm, key.getEncryptedDataKey());
      }
    }
    throw new UnsupportedProviderException("None of the keys is " + id);
  }

  private DataKey<BareKey> dataKey(CryptoAlgorithm algorithm, byte[] key) {
    return new DataKey<>(
        new SecretKeySpec(key, algorithm.getDataKeyAlgo()),
        key,
        id.getBytes(StandardCharsets.UTF_8),
        this);
  }
}
