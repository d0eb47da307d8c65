package dev.gabion.identity;

import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.SecretValue;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/** HMAC-SHA-256 under a secret that is lent (RFC 2104, FIPS 180-4). */
final class Hmac {
  private static final String ALGORITHM = "HmacSHA256";

  private Hmac() {}

  /** The code of two pieces, one after the other, so that nobody need copy a body to join them. */
  static byte[] of(SecretValue secret, byte[] first, byte[] second) {
    Key key = new Key(InsecureSecretAccess.bytes(secret));
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(first);
      return mac.doFinal(second);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("This JDK has no " + ALGORITHM + ".", impossible);
    } finally {
      key.destroy();
    }
  }

  /** Has the JDK find and load what it needs, so that the first request does not wait for that. */
  static void prepare() {
    try (SecretValue none = SecretValue.copyOf(new byte[1])) {
      of(none, new byte[0], new byte[0]);
    }
  }

  /** A key whose bytes can be wiped; what the JDK makes of it stays until it is collected. */
  private static final class Key implements SecretKey {
    private static final long serialVersionUID = 1;

    private final transient byte[] bytes;

    Key(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public String getAlgorithm() {
      return ALGORITHM;
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
}
