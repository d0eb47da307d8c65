package dev.gabion.crypto;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What is derived from a data key for one message: the key that encrypts it, and the value by which
 * the message commits to that key.
 *
 * <p>AES-GCM alone does not tell keys apart: a ciphertext can be made that opens under two.
 */
final class MessageKeys implements AutoCloseable {
  private final KeyBytes encryption;
  private final byte[] commitment;

  private MessageKeys(KeyBytes encryption, byte[] commitment) {
    this.encryption = encryption;
    this.commitment = commitment;
  }

  /**
   * Derives both.
   *
   * @throws IllegalStateException if the data key is closed
   */
  static MessageKeys derive(Suite suite, DataKey dataKey, byte[] messageId) {
    byte[] material = dataKey.copy();
    try (Hkdf hkdf = Hkdf.extract(messageId, material)) {
      byte[] key = hkdf.expand(suite.encryptionInfo(), Suite.KEY_BYTES);
      byte[] commitment = hkdf.expand(suite.commitmentInfo(), Suite.COMMITMENT_BYTES);
      return new MessageKeys(new KeyBytes(key), commitment);
    } finally {
      Arrays.fill(material, (byte) 0);
    }
  }

  /** The key that encrypts the message. */
  KeyBytes encryption() {
    return encryption;
  }

  /** What the message carries. */
  byte[] commitment() {
    return commitment;
  }

  /** Whether a message commits to this key, in constant time. */
  boolean committed(byte[] other) {
    return MessageDigest.isEqual(commitment, other);
  }

  /** Wipes the key. */
  @Override
  public void close() {
    encryption.destroy();
  }
}
