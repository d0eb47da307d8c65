package dev.gabion.benchmarks;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.CryptoAlgorithm;
import com.amazonaws.encryptionsdk.CryptoMaterialsManager;
import com.amazonaws.encryptionsdk.caching.CachingCryptoMaterialsManager;
import com.amazonaws.encryptionsdk.caching.LocalCryptoMaterialsCache;
import com.amazonaws.encryptionsdk.kmssdkv2.KmsMasterKeyProvider;
import dev.gabion.aws.AwsClients;
import dev.gabion.core.Deadline;
import dev.gabion.crypto.DataKeyCache;
import dev.gabion.crypto.EnvelopeCipher;
import dev.gabion.crypto.KmsKeys;
import dev.gabion.testing.LocalAws;
import dev.gabion.testing.SampleEnvironment;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/**
 * Who encrypts: suite 0x0478, frames of 64 KiB, one wrapping key, a data key kept for an hour, over
 * one KMS on loopback.
 */
public enum Sealer {
  /** {@code EnvelopeCipher}. */
  GABION {
    @Override
    Sealed start(Kms kms, long messages) throws Exception {
      SampleEnvironment scope =
          SampleEnvironment.standard()
              .settings(kms.environment)
              .deadline(Deadline.in(Duration.ofHours(2)));
      EnvelopeCipher cipher =
          EnvelopeCipher.with(
                  KmsKeys.of(kms.key)
                      .through(AwsClients.standard().insecureLocalEndpoint(kms.uri, "a benchmark")))
              .cache(
                  DataKeyCache.standard()
                      .maxAge(KEPT_FOR)
                      .maxMessages(messages)
                      .maxBytes(Long.MAX_VALUE / 2));
      cipher.start(scope);
      return new Sealed() {
        @Override
        public byte[] seal(byte[] plaintext) {
          return cipher.encrypt(Unrecorded.of(scope), plaintext, CONTEXT);
        }

        @Override
        public byte[] open(byte[] message) {
          return cipher.decrypt(Unrecorded.of(scope), message, CONTEXT);
        }
      };
    }
  },
  /** The official AWS Encryption SDK, with its caching manager over its master key provider. */
  OFFICIAL {
    @Override
    Sealed start(Kms kms, long messages) {
      AwsCrypto crypto =
          AwsCrypto.builder()
              .withCommitmentPolicy(CommitmentPolicy.RequireEncryptRequireDecrypt)
              .withEncryptionAlgorithm(CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY)
              .withEncryptionFrameSize(FRAME)
              .build();
      KmsClient client =
          KmsClient.builder()
              .endpointOverride(kms.uri)
              .region(Region.of(setting(kms, "AWS_REGION")))
              .credentialsProvider(
                  StaticCredentialsProvider.create(
                      AwsSessionCredentials.create(
                          setting(kms, "AWS_ACCESS_KEY_ID"),
                          setting(kms, "AWS_SECRET_ACCESS_KEY"),
                          setting(kms, "AWS_SESSION_TOKEN"))))
              .httpClientBuilder(UrlConnectionHttpClient.builder())
              .build();
      CryptoMaterialsManager cached =
          CachingCryptoMaterialsManager.newBuilder()
              .withMasterKeyProvider(
                  KmsMasterKeyProvider.builder()
                      .customRegionalClientSupplier(region -> client)
                      .buildStrict(kms.key))
              .withCache(new LocalCryptoMaterialsCache(100))
              .withMaxAge(KEPT_FOR.toMinutes(), TimeUnit.MINUTES)
              .withMessageUseLimit(messages)
              .build();
      return new Sealed() {
        @Override
        public byte[] seal(byte[] plaintext) {
          return crypto.encryptData(cached, plaintext, CONTEXT).getResult();
        }

        @Override
        public byte[] open(byte[] message) {
          return crypto.decryptData(cached, message).getResult();
        }
      };
    }
  },
  /** AES-256-GCM of the JDK with a random vector, and nothing else. */
  RAW {
    @Override
    Sealed start(Kms kms, long messages) {
      SecureRandom random = new SecureRandom();
      byte[] bytes = new byte[32];
      random.nextBytes(bytes);
      SecretKeySpec key = new SecretKeySpec(bytes, "AES");
      return new Sealed() {
        @Override
        public byte[] seal(byte[] plaintext) throws GeneralSecurityException {
          byte[] message = new byte[12 + plaintext.length + 16];
          byte[] iv = new byte[12];
          random.nextBytes(iv);
          System.arraycopy(iv, 0, message, 0, 12);
          Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
          cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, iv));
          cipher.doFinal(plaintext, 0, plaintext.length, message, 12);
          return message;
        }

        @Override
        public byte[] open(byte[] message) throws GeneralSecurityException {
          Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
          cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(128, message, 0, 12));
          return cipher.doFinal(message, 12, message.length - 12);
        }
      };
    }
  };

  private static final int FRAME = 64 * 1024;
  private static final Duration KEPT_FOR = Duration.ofHours(1);
  static final Map<String, String> CONTEXT = Map.of("purpose", "card", "customer", "c-7");

  /** A cipher that is ready. */
  interface Sealed {
    byte[] seal(byte[] plaintext) throws GeneralSecurityException;

    byte[] open(byte[] message) throws GeneralSecurityException;
  }

  /** Where a KMS is, and its key. */
  record Kms(URI uri, Map<String, String> environment, String key) {
    static Kms of(LocalAws aws) {
      return new Kms(aws.uri(), aws.environment(), aws.kms().createKey());
    }
  }

  private static String setting(Kms kms, String name) {
    return Objects.requireNonNull(kms.environment.get(name), name);
  }

  /**
   * Makes it ready.
   *
   * @param messages how many one data key may serve for
   */
  abstract Sealed start(Kms kms, long messages) throws Exception;
}
