package dev.gabion.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What messages must have in common to share a data key, to the byte: their suite, their tenant,
 * their encryption context and, where they are opened, their encrypted data keys.
 *
 * <p>Compared whole and not by a digest, so that nothing has to be compared again. Each cipher has
 * its own cache: the wrapping keys are in common anyway.
 */
final class Partition {
  private final byte[] bytes;
  private final int hash;

  private Partition(byte[] bytes) {
    this.bytes = bytes;
    this.hash = hash(bytes);
  }

  /**
   * A partition.
   *
   * @param tenant null where tenants are not isolated
   * @param rest what else messages must have in common, with no two ways to read it
   */
  static Partition of(Suite suite, @Nullable String tenant, byte[] rest) {
    return of(suite, tenant, rest, 0, rest.length);
  }

  /** A partition whose rest is part of an array. */
  static Partition of(Suite suite, @Nullable String tenant, byte[] rest, int from, int length) {
    byte[] name = tenant == null ? new byte[0] : tenant.getBytes(UTF_8);
    return new Partition(
        ByteBuffer.allocate(6 + name.length + length)
            .putShort((short) suite.id())
            .putInt(tenant == null ? -1 : name.length)
            .put(name)
            .put(rest, from, length)
            .array());
  }

  /** Eight bytes at a time: every message that is opened has some hundreds to be hashed. */
  private static int hash(byte[] bytes) {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    long hash = bytes.length;
    while (rest.remaining() >= Long.BYTES) {
      hash = 31 * hash + rest.getLong();
    }
    while (rest.hasRemaining()) {
      hash = 31 * hash + rest.get();
    }
    return Long.hashCode(hash * 0x9E37_79B9_7F4A_7C15L); // so that all bytes count in all bits
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Partition that && hash == that.hash && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
