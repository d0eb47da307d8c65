package dev.gabion.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Derives keys by HKDF with SHA-512 (RFC 5869): extracts once, expands for each purpose.
 *
 * <p>HMAC (RFC 2104) is written out over the JDK's SHA-512, which takes a tenth less than its
 * {@code Mac} for inputs as short as these: a derivation is two fifths of a short message. One
 * object belongs to one thread.
 */
final class Hkdf implements AutoCloseable {
  private static final int HASH_BYTES = 64;
  private static final int BLOCK_BYTES = 128;

  private final MessageDigest sha512;
  private final byte[] inner = new byte[BLOCK_BYTES];
  private final byte[] outer = new byte[BLOCK_BYTES];

  private Hkdf(MessageDigest sha512) {
    this.sha512 = sha512;
  }

  /** Concentrates key material into one key (section 2.2). */
  static Hkdf extract(byte[] salt, byte[] material) {
    Hkdf hkdf = new Hkdf(sha512());
    hkdf.key(salt);
    hkdf.sha512.update(hkdf.inner);
    hkdf.sha512.update(material);
    byte[] pseudorandom = hkdf.hmac();
    hkdf.key(pseudorandom);
    Arrays.fill(pseudorandom, (byte) 0);
    return hkdf;
  }

  private static MessageDigest sha512() {
    try {
      return MessageDigest.getInstance("SHA-512");
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("This JDK has no SHA-512.", absent);
    }
  }

  /**
   * Expands to a key for one purpose (section 2.3).
   *
   * @throws IllegalArgumentException if the length is not within 1 to 16,320
   */
  byte[] expand(byte[] info, int length) {
    if (length < 1 || length > 255 * HASH_BYTES) {
      throw new IllegalArgumentException("HKDF-SHA512 expands to 1 to 16,320 bytes.");
    }
    byte[] key = new byte[length];
    byte[] block = new byte[0];
    for (int done = 0, number = 1; done < length; done += HASH_BYTES, number++) {
      sha512.update(inner);
      sha512.update(block);
      sha512.update(info);
      sha512.update((byte) number);
      Arrays.fill(block, (byte) 0);
      block = hmac();
      System.arraycopy(block, 0, key, done, Math.min(HASH_BYTES, length - done));
    }
    Arrays.fill(block, (byte) 0);
    return key;
  }

  /** Wipes what was extracted. */
  @Override
  public void close() {
    Arrays.fill(inner, (byte) 0);
    Arrays.fill(outer, (byte) 0);
  }

  /** Sets the key of the HMAC; one that is longer than a block is hashed first. */
  private void key(byte[] key) {
    byte[] block = Arrays.copyOf(key.length > BLOCK_BYTES ? sha512.digest(key) : key, BLOCK_BYTES);
    for (int i = 0; i < BLOCK_BYTES; i++) {
      inner[i] = (byte) (block[i] ^ 0x36);
      outer[i] = (byte) (block[i] ^ 0x5C);
    }
    Arrays.fill(block, (byte) 0);
  }

  /** Ends the HMAC whose inner half was begun. */
  private byte[] hmac() {
    byte[] half = sha512.digest();
    sha512.update(outer);
    return sha512.digest(half);
  }
}
