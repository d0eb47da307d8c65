package dev.gabion.crypto;

/**
 * How much of a message is taken in before anything of it is proven.
 *
 * @param encryptedDataKeys how many encrypted data keys a message may have: each may cost a call of
 *     KMS
 * @param contextBytes how long a serialized encryption context may be, up to 65,535
 * @param frameBytes how long a frame, or a body without frames, may be where it is opened as a
 *     stream: that much is held in memory, twice
 */
record Bounds(int encryptedDataKeys, int contextBytes, int frameBytes) {
  /** Three keys, contexts as long as the format allows, frames of 16 MiB. */
  static final Bounds DEFAULT = new Bounds(3, 0xFFFF, 16 << 20);

  Bounds {
    if (encryptedDataKeys < 1 || contextBytes < 0 || frameBytes < 1) {
      throw new IllegalArgumentException("Bounds are positive numbers.");
    }
  }
}
