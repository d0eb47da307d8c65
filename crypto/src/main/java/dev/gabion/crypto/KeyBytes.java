package dev.gabion.crypto;

import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * An AES key for the JDK's ciphers whose bytes can be wiped, which those of {@code SecretKeySpec}
 * cannot.
 *
 * <p>What the JDK makes of it inside a cipher stays until it is collected.
 */
final class KeyBytes implements SecretKey {
  private static final long serialVersionUID = 1;

  private final transient byte[] bytes;

  /** Takes hold of the array. */
  KeyBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public String getAlgorithm() {
    return "AES";
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  /** A copy: the JDK wipes what it is given. */
  @Override
  public byte[] getEncoded() {
    return bytes.clone();
  }

  @Override
  public void destroy() {
    Arrays.fill(bytes, (byte) 0);
  }
}
