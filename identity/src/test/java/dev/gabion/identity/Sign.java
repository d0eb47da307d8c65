package dev.gabion.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs as senders do, by the JDK alone. */
final class Sign {
  private Sign() {}

  static byte[] hmac(String key, byte[] before, String body) {
    return hmac(key.getBytes(UTF_8), before, body);
  }

  static byte[] hmac(byte[] key, byte[] before, String body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(before);
      return mac.doFinal(body.getBytes(UTF_8));
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }

  static String hex(String key, String message) {
    return HexFormat.of().formatHex(hmac(key, new byte[0], message));
  }
}
