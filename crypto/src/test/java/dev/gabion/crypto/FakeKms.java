package dev.gabion.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsServiceClientConfiguration;
import software.amazon.awssdk.services.kms.model.DecryptRequest;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptRequest;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.GenerateMacRequest;
import software.amazon.awssdk.services.kms.model.GenerateMacResponse;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.KmsInvalidMacException;
import software.amazon.awssdk.services.kms.model.VerifyMacRequest;
import software.amazon.awssdk.services.kms.model.VerifyMacResponse;

/**
 * KMS in a map, for what a stand-in on the wire cannot be made to do: wrong answers, other regions,
 * calls counted one by one. Ciphertexts and their binding to the context are real.
 */
final class FakeKms implements KmsClients {
  static final String FRANKFURT = "eu-central-1";
  static final String DUBLIN = "eu-west-1";
  static final String CARDS = arn(FRANKFURT, "11111111-2222-3333-4444-555555555555");
  static final String SPARE = arn(FRANKFURT, "66666666-7777-8888-9999-000000000000");
  static final String SHARED = arn(FRANKFURT, "mrk-0123456789abcdef0123456789abcdef");
  static final String SHARED_ABROAD = arn(DUBLIN, "mrk-0123456789abcdef0123456789abcdef");
  static final String ALIAS = "arn:aws:kms:eu-central-1:111122223333:alias/cards";

  private final SecureRandom random = new SecureRandom();
  private final Map<String, byte[]> materials = new HashMap<>();
  private final Set<String> disabled = Collections.synchronizedSet(new HashSet<>());
  private final List<Asked> calls = Collections.synchronizedList(new ArrayList<>());
  private volatile @Nullable RuntimeException failure;
  private volatile UnaryOperator<DecryptResponse> decrypted = UnaryOperator.identity();
  private volatile UnaryOperator<GenerateDataKeyResponse> generated = UnaryOperator.identity();
  private volatile UnaryOperator<EncryptResponse> encrypted = UnaryOperator.identity();
  private volatile UnaryOperator<GenerateMacResponse> coded = UnaryOperator.identity();
  private volatile UnaryOperator<VerifyMacResponse> verified = UnaryOperator.identity();
  private volatile Runnable before = () -> {};
  private int open;
  private int apart;

  static String arn(String region, String id) {
    return "arn:aws:kms:" + region + ":111122223333:key/" + id;
  }

  /** What was asked, and where. */
  record Asked(String region, String operation, String key) {}

  /** Everything that was asked. */
  List<Asked> calls() {
    return List.copyOf(calls);
  }

  long count(String operation) {
    return calls().stream().filter(call -> call.operation().equals(operation)).count();
  }

  void disable(String arn) {
    disabled.add(arn);
  }

  /** Fails every call from now on; null to end that. */
  void fail(@Nullable RuntimeException with) {
    failure = with;
  }

  void answerDecrypt(UnaryOperator<DecryptResponse> change) {
    decrypted = change;
  }

  void answerGenerate(UnaryOperator<GenerateDataKeyResponse> change) {
    generated = change;
  }

  void answerEncrypt(UnaryOperator<EncryptResponse> change) {
    encrypted = change;
  }

  void answerMac(UnaryOperator<GenerateMacResponse> change) {
    coded = change;
  }

  void answerVerify(UnaryOperator<VerifyMacResponse> change) {
    verified = change;
  }

  void before(Runnable hook) {
    before = hook;
  }

  static KmsException refusal(int status, String code) {
    return (KmsException)
        KmsException.builder()
            .statusCode(status)
            .message("secret detail")
            .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
            .build();
  }

  @Override
  public void start(dev.gabion.core.Environment environment) {
    open++;
  }

  @Override
  public void beforeSnapshot() {
    open = 0;
  }

  @Override
  public void afterRestore(dev.gabion.core.Environment environment) {
    open++;
  }

  @Override
  public void close() {
    open = 0;
  }

  boolean isOpen() {
    return open > 0;
  }

  @Override
  public KmsClient in(String region) {
    return new There(region.equals(OWN) ? FRANKFURT : region);
  }

  /** How many calls were made apart. */
  int apart() {
    return apart;
  }

  @Override
  public <R> R apart(String region, Function<KmsClient, R> call) {
    apart++;
    return call.apply(in(region));
  }

  /** Relatives in all regions have one material; an alias has that of its key. */
  private byte[] material(String arn) {
    String id = arn.substring(arn.lastIndexOf('/'));
    return materials.computeIfAbsent(id.startsWith("/mrk-") ? id : arn, none -> bytes(32));
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** What is in one region. */
  private final class There implements KmsClient {
    private final String region;

    There(String region) {
      this.region = region;
    }

    private String called(String operation, String keyId) {
      calls.add(new Asked(region, operation, keyId));
      before.run();
      RuntimeException fails = failure;
      if (fails != null) {
        throw fails;
      }
      String key = keyId.equals(ALIAS) ? CARDS : keyId;
      if (!key.contains(":" + region + ":")) {
        throw refusal(400, "NotFoundException");
      }
      if (disabled.contains(key)) {
        throw refusal(400, "DisabledException");
      }
      return key;
    }

    private synchronized byte[] gcm(
        int mode, String key, byte[] iv, Map<String, String> context, byte[] input) {
      try {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(material(key), "AES"), new GCMParameterSpec(128, iv));
        cipher.updateAAD(context.toString().getBytes(StandardCharsets.UTF_8));
        return cipher.doFinal(input);
      } catch (GeneralSecurityException altered) {
        throw refusal(400, "InvalidCiphertextException");
      }
    }

    private SdkBytes wrap(String key, Map<String, String> context, byte[] plaintext) {
      byte[] iv = bytes(12);
      byte[] sealed =
          gcm(Cipher.ENCRYPT_MODE, key, iv, new java.util.TreeMap<>(context), plaintext);
      byte[] blob = Arrays.copyOf(iv, 12 + sealed.length);
      System.arraycopy(sealed, 0, blob, 12, sealed.length);
      return SdkBytes.fromByteArray(blob);
    }

    @Override
    public GenerateDataKeyResponse generateDataKey(GenerateDataKeyRequest request) {
      String key = called("GenerateDataKey", request.keyId());
      byte[] plaintext = bytes(request.numberOfBytes());
      return generated.apply(
          GenerateDataKeyResponse.builder()
              .keyId(key)
              .plaintext(SdkBytes.fromByteArray(plaintext))
              .ciphertextBlob(wrap(key, request.encryptionContext(), plaintext))
              .build());
    }

    @Override
    public EncryptResponse encrypt(EncryptRequest request) {
      String key = called("Encrypt", request.keyId());
      return encrypted.apply(
          EncryptResponse.builder()
              .keyId(key)
              .ciphertextBlob(
                  wrap(key, request.encryptionContext(), request.plaintext().asByteArray()))
              .build());
    }

    @Override
    public DecryptResponse decrypt(DecryptRequest request) {
      String key = called("Decrypt", request.keyId());
      byte[] blob = request.ciphertextBlob().asByteArray();
      byte[] plaintext =
          gcm(
              Cipher.DECRYPT_MODE,
              key,
              Arrays.copyOf(blob, 12),
              new java.util.TreeMap<>(request.encryptionContext()),
              Arrays.copyOfRange(blob, 12, Math.max(12, blob.length)));
      return decrypted.apply(
          DecryptResponse.builder()
              .keyId(key)
              .plaintext(SdkBytes.fromByteArray(plaintext))
              .build());
    }

    private byte[] mac(String key, SdkBytes message) {
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(material(key), "HmacSHA256"));
        return mac.doFinal(message.asByteArray());
      } catch (GeneralSecurityException absent) {
        throw new IllegalStateException(absent);
      }
    }

    @Override
    public GenerateMacResponse generateMac(GenerateMacRequest request) {
      String key = called("GenerateMac", request.keyId());
      return coded.apply(
          GenerateMacResponse.builder()
              .keyId(key)
              .macAlgorithm(request.macAlgorithm())
              .mac(SdkBytes.fromByteArray(mac(key, request.message())))
              .build());
    }

    @Override
    public VerifyMacResponse verifyMac(VerifyMacRequest request) {
      String key = called("VerifyMac", request.keyId());
      if (!Arrays.equals(mac(key, request.message()), request.mac().asByteArray())) {
        throw KmsInvalidMacException.builder().statusCode(400).build();
      }
      return verified.apply(
          VerifyMacResponse.builder()
              .keyId(key)
              .macAlgorithm(request.macAlgorithm())
              .macValid(true)
              .build());
    }

    @Override
    public KmsServiceClientConfiguration serviceClientConfiguration() {
      return KmsServiceClientConfiguration.builder().region(Region.of(region)).build();
    }

    @Override
    public String serviceName() {
      return "kms";
    }

    @Override
    public void close() {}
  }
}
