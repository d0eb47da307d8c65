package dev.gabion.crypto;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;

/**
 * A data key in plain, and the same key as each wrapping key wrapped it.
 *
 * <p>Messages are not encrypted under it but under what {@link Hkdf} derives from it. Any number of
 * threads may use it at once, and one may close it meanwhile: whoever uses it then gets an
 * exception, and never the zeros that closing leaves.
 */
final class DataKey implements AutoCloseable {
  private final byte[] plaintext;
  private final List<EncryptedDataKey> encryptedDataKeys;
  private volatile boolean closed;

  private DataKey(byte[] plaintext, List<EncryptedDataKey> encryptedDataKeys) {
    this.plaintext = plaintext;
    this.encryptedDataKeys = encryptedDataKeys;
  }

  /**
   * Copies a key in; the caller wipes its own array.
   *
   * @param encryptedDataKeys the wrapped keys for a message that is to be written; none for one
   *     that is read
   * @throws IllegalArgumentException if the key has another length than the suites' 32 bytes
   */
  static DataKey copyOf(byte[] plaintext, List<EncryptedDataKey> encryptedDataKeys) {
    if (plaintext.length != Suite.KEY_BYTES) {
      throw new IllegalArgumentException("A data key has 32 bytes.");
    }
    return new DataKey(plaintext.clone(), List.copyOf(encryptedDataKeys));
  }

  /** The wrapped keys. */
  List<EncryptedDataKey> encryptedDataKeys() {
    return encryptedDataKeys;
  }

  /**
   * The key's bytes, for the caller to wipe.
   *
   * @throws IllegalStateException if this is closed
   */
  byte[] copy() {
    byte[] copy = plaintext.clone();
    // With its fellow in close: zeros that were copied have come after the mark, and the mark is
    // seen.
    VarHandle.fullFence();
    if (closed) {
      Arrays.fill(copy, (byte) 0);
      throw new IllegalStateException("This data key is closed: ask for a new one.");
    }
    return copy;
  }

  /** Wipes. Does nothing the second time. */
  @Override
  public void close() {
    closed = true;
    VarHandle.fullFence();
    Arrays.fill(plaintext, (byte) 0);
  }

  /** Says nothing of the key. */
  @Override
  public String toString() {
    return "DataKey[…]";
  }
}
