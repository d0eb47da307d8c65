package dev.gabion.testing;

import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.CreateKeyRequest;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.GenerateMacResponse;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KeyUsageType;

/** What the contracts of KMS are written with. */
abstract class KmsContract extends Contract {
  static final String NOT_FOUND = "NotFoundException";
  static final String INVALID_CIPHERTEXT = "InvalidCiphertextException";
  static final String INVALID_STATE = "KMSInvalidStateException";
  static final String INVALID_USAGE = "InvalidKeyUsageException";
  static final String INVALID = "ValidationException";
  static final SdkBytes TEXT = SdkBytes.fromUtf8String("correct horse");
  static final Map<String, String> CONTEXT = Map.of("tenant", "größe", "order", "7");

  final KmsClient kms;

  KmsContract(ContractTarget target) {
    super(target);
    kms = target.kms();
  }

  String key() {
    return create(ask -> {}).arn();
  }

  /** For changes of state: moto does not know a key by its ARN there. */
  static String id(String arn) {
    return arn.replaceAll(".*/", "");
  }

  KeyMetadata create(Consumer<CreateKeyRequest.Builder> ask) {
    return kms.createKey(ask).keyMetadata();
  }

  String macKey(String spec) {
    return create(ask -> ask.keySpec(spec).keyUsage(KeyUsageType.GENERATE_VERIFY_MAC)).arn();
  }

  void alias(String name, String key) {
    kms.createAlias(ask -> ask.aliasName(name).targetKeyId(key));
  }

  KeyState state(String key) {
    return kms.describeKey(ask -> ask.keyId(key)).keyMetadata().keyState();
  }

  EncryptResponse encrypt(String key, SdkBytes text, Map<String, String> context) {
    return kms.encrypt(ask -> ask.keyId(key).plaintext(text).encryptionContext(context));
  }

  DecryptResponse decrypt(SdkBytes blob, Map<String, String> context) {
    return kms.decrypt(ask -> ask.ciphertextBlob(blob).encryptionContext(context));
  }

  GenerateDataKeyResponse dataKey(String key) {
    return kms.generateDataKey(
        ask -> ask.keyId(key).keySpec(DataKeySpec.AES_256).encryptionContext(CONTEXT));
  }

  GenerateMacResponse mac(String key, String algorithm, SdkBytes message) {
    return kms.generateMac(ask -> ask.keyId(key).macAlgorithm(algorithm).message(message));
  }

  boolean verify(String key, String algorithm, SdkBytes message, SdkBytes mac) {
    return kms.verifyMac(ask -> ask.keyId(key).macAlgorithm(algorithm).message(message).mac(mac))
        .macValid();
  }
}
