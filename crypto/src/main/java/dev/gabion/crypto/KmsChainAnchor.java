package dev.gabion.crypto;

import dev.gabion.aws.AwsClient;
import dev.gabion.aws.AwsClients;
import dev.gabion.core.ChainAnchor;
import dev.gabion.core.Environment;
import dev.gabion.core.Scope;
import java.security.GeneralSecurityException;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.GenerateMacResponse;
import software.amazon.awssdk.services.kms.model.KmsInvalidMacException;
import software.amazon.awssdk.services.kms.model.MacAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.VerifyMacResponse;

/**
 * Vouches for the head of an audit trail's chain with an HMAC key that never leaves KMS: one call
 * of {@code GenerateMac} for each.
 *
 * <p>The key has the spec {@code HMAC_256} and is used for nothing else. The function's role has
 * {@code kms:GenerateMac} of it; whoever reviews the trail has {@code kms:VerifyMac} and may do so
 * without this library, since the head is the message: {@code aws kms verify-mac}. Hand it to
 * {@code .uses(…)} if nobody else starts it.
 */
public final class KmsChainAnchor implements ChainAnchor, AutoCloseable {
  private static final MacAlgorithmSpec ALGORITHM = MacAlgorithmSpec.HMAC_SHA_256;
  private static final int MAC_BYTES = 32;

  /** The most that KMS takes ("GenerateMac", Message). */
  private static final int LONGEST_HEAD = 4_096;

  private final KeyArn key;
  private final KmsClients clients;

  private KmsChainAnchor(KeyArn key, KmsClients clients) {
    this.key = key;
    this.clients = clients;
  }

  /**
   * Vouches with a key.
   *
   * @param keyArn the ARN of an HMAC key
   * @throws IllegalArgumentException if it is not the ARN of a key
   */
  public static KmsChainAnchor of(String keyArn) {
    return of(keyArn, AwsClients.standard());
  }

  /**
   * Vouches with a key, through clients that are made in another way; their region is the key's.
   */
  public static KmsChainAnchor of(String keyArn, AwsClients clients) {
    KeyArn key = KeyArn.ofKey(keyArn);
    return new KmsChainAnchor(key, KmsClients.of(clients, List.of(key.region())));
  }

  static KmsChainAnchor of(String keyArn, KmsClients clients) {
    return new KmsChainAnchor(KeyArn.ofKey(keyArn), clients);
  }

  @Override
  public void start(Environment environment) throws Exception {
    clients.start(environment);
  }

  @Override
  public void beforeSnapshot() throws Exception {
    clients.beforeSnapshot();
  }

  @Override
  public void afterRestore(Environment environment) throws Exception {
    clients.afterRestore(environment);
  }

  /**
   * {@inheritDoc}
   *
   * @return the 32 bytes of HMAC-SHA-256
   * @throws GeneralSecurityException if the answer is about another key
   * @throws software.amazon.awssdk.core.exception.SdkException if KMS does not vouch
   */
  @Override
  public byte[] vouch(byte[] head, Scope scope) throws GeneralSecurityException {
    refuseUnfit(head);
    GenerateMacResponse answer =
        clients
            .in(key.region())
            .generateMac(
                request ->
                    request
                        .keyId(key.text())
                        .macAlgorithm(ALGORITHM)
                        .message(SdkBytes.fromByteArray(head))
                        .overrideConfiguration(AwsClient.within(scope)));
    byte[] mac = answer.mac() == null ? new byte[0] : answer.mac().asByteArray();
    refuseOther(answer.keyId(), answer.macAlgorithm());
    if (mac.length != MAC_BYTES) {
      throw new GeneralSecurityException("KMS answered with something that is no HMAC-SHA-256.");
    }
    return mac;
  }

  /**
   * Whether this key has vouched for a head.
   *
   * @param mac what {@link #vouch} gave
   * @throws GeneralSecurityException if the answer is about another key
   * @throws software.amazon.awssdk.core.exception.SdkException if KMS does not say
   */
  public boolean verify(byte[] head, byte[] mac, Scope scope) throws GeneralSecurityException {
    refuseUnfit(head);
    if (mac.length != MAC_BYTES) {
      return false;
    }
    VerifyMacResponse answer;
    try {
      answer =
          clients
              .in(key.region())
              .verifyMac(
                  request ->
                      request
                          .keyId(key.text())
                          .macAlgorithm(ALGORITHM)
                          .message(SdkBytes.fromByteArray(head))
                          .mac(SdkBytes.fromByteArray(mac))
                          .overrideConfiguration(AwsClient.within(scope)));
    } catch (KmsInvalidMacException not) {
      return false;
    }
    refuseOther(answer.keyId(), answer.macAlgorithm());
    return Boolean.TRUE.equals(answer.macValid());
  }

  private static void refuseUnfit(byte[] head) {
    if (head.length < 1 || head.length > LONGEST_HEAD) {
      throw new IllegalArgumentException("A head has 1 to 4,096 bytes: hand over its hash.");
    }
  }

  private void refuseOther(String keyId, MacAlgorithmSpec algorithm)
      throws GeneralSecurityException {
    if (!key.text().equals(keyId) || algorithm != ALGORITHM) {
      throw new GeneralSecurityException("KMS answered about another key or algorithm.");
    }
  }

  @Override
  public void close() {
    clients.close();
  }

  @Override
  public String describe() {
    return "KMS " + key.text() + " in " + clients.describe();
  }
}
