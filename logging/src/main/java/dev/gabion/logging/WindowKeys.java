package dev.gabion.logging;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;

/** What makes the bits and digests that are kept of secrets an environment's alone. */
final class WindowKeys {
  /** How many bytes a window has. */
  static final int WINDOW = 8;

  /** Every byte as {@link #plain} takes it. */
  static final byte[] PLAIN = alike();

  /** Half of a keyed SHA-256. */
  record Digest(long high, long low) {}

  private final byte[] key = new byte[32];
  private long multiplier;

  WindowKeys(SecureRandom random) {
    random.nextBytes(key);
    multiplier = random.nextLong() | 1;
  }

  int tag(byte[] bytes, int from) {
    long window = 0;
    for (int i = 0; i < WINDOW; i++) {
      window = (window << 8) | plain(bytes[from + i]);
    }
    return tag(window);
  }

  /** The upper half of a product: universal hashing (Dietzfelbinger and others, 1997). */
  int tag(long window) {
    return (int) ((window * multiplier) >>> 32);
  }

  /** Tells values apart that {@link #digest} does not, since their other forms differ. */
  Digest identity(byte[] secret) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(key);
      ByteBuffer digest = ByteBuffer.wrap(sha.digest(secret));
      return new Digest(digest.getLong(), digest.getLong());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every JDK has it
    }
  }

  /** The same for all that is written in the same {@link #plain} characters. */
  Digest digest(byte[] bytes, int from, int to) {
    byte[] same = new byte[to - from];
    for (int i = from; i < to; i++) {
      same[i - from] = (byte) plain(bytes[i]);
    }
    Digest digest = identity(same);
    Arrays.fill(same, (byte) 0);
    return digest;
  }

  /** For whoever makes tags of many windows in a row. */
  long multiplier() {
    return multiplier;
  }

  void wipe() {
    Arrays.fill(key, (byte) 0);
    multiplier = 0;
  }

  /** Takes for one what base64 and base64url, and a space in a form, write in two ways. */
  private static int plain(byte b) {
    return PLAIN[b & 0xFF] & 0xFF;
  }

  private static byte[] alike() {
    byte[] plain = new byte[256];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = (byte) i;
    }
    plain['-'] = '+';
    plain[' '] = '+';
    plain['_'] = '/';
    return plain;
  }
}
