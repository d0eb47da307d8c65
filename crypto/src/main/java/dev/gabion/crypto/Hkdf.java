package dev.gabion.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;

/**
 * Derives keys by HKDF with SHA-512 (RFC 5869): extracts once, expands for each purpose.
 *
 * <p>One object belongs to one thread.
 */
final class Hkdf implements AutoCloseable {
  private static final String HMAC = "HmacSHA512";
  private static final int HASH_BYTES = 64;

  private final Mac mac;
  private final KeyBytes pseudorandom;

  private Hkdf(Mac mac, KeyBytes pseudorandom) {
    this.mac = mac;
    this.pseudorandom = pseudorandom;
  }

  /** Concentrates key material into one key (section 2.2). */
  static Hkdf extract(byte[] salt, byte[] material) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new KeyBytes(HMAC, salt));
      KeyBytes pseudorandom = new KeyBytes(HMAC, mac.doFinal(material));
      mac.init(pseudorandom);
      return new Hkdf(mac, pseudorandom);
    } catch (GeneralSecurityException absent) {
      throw new IllegalStateException("This JDK has no " + HMAC + ".", absent);
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
      mac.update(block);
      mac.update(info);
      mac.update((byte) number);
      Arrays.fill(block, (byte) 0);
      block = mac.doFinal();
      System.arraycopy(block, 0, key, done, Math.min(HASH_BYTES, length - done));
    }
    Arrays.fill(block, (byte) 0);
    return key;
  }

  /** Wipes what was extracted. */
  @Override
  public void close() {
    pseudorandom.destroy();
  }
}
