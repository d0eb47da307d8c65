package dev.gabion.crypto;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * An encryption context as bytes: the number of pairs, then each name and value behind its length,
 * in the order of the names' bytes; nothing at all for an empty one.
 *
 * <p>There is one way to write a context, and no other is read. Facts: AWS Encryption SDK
 * specification, {@code framework/structures.md}, "Serialization".
 */
final class ContextBytes {
  private ContextBytes() {}

  /**
   * Writes a context.
   *
   * @throws IllegalArgumentException if it is longer than the format's 65,535 bytes or has text
   *     that UTF-8 cannot write
   */
  static byte[] write(Map<String, String> context) {
    if (context.isEmpty()) {
      return new byte[0];
    }
    TreeMap<byte[], byte[]> sorted = new TreeMap<>(Arrays::compareUnsigned);
    long size = 2;
    for (Map.Entry<String, String> pair : context.entrySet()) {
      byte[] name = Utf8.bytes(pair.getKey());
      byte[] value = Utf8.bytes(pair.getValue());
      size += 4L + name.length + value.length;
      sorted.put(name, value);
    }
    if (size > 0xFFFF) {
      throw new IllegalArgumentException(
          "An encryption context takes at most 65,535 bytes, lengths included.");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) size).putShort((short) sorted.size());
    sorted.forEach(
        (name, value) ->
            bytes
                .putShort((short) name.length)
                .put(name)
                .putShort((short) value.length)
                .put(value));
    return bytes.array();
  }

  /**
   * Reads a context, in the order in which it is written.
   *
   * @throws Refused for {@link Refused.Reason#CONTEXT}, if it is not what {@link #write} makes
   */
  static Map<String, String> read(byte[] bytes) throws Refused {
    if (bytes.length == 0) {
      return Map.of();
    }
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    int pairs = length(rest);
    Map<String, String> context = new LinkedHashMap<>();
    byte[] last = null;
    for (int i = 0; i < pairs; i++) {
      byte[] name = field(rest);
      if (last != null && Arrays.compareUnsigned(last, name) >= 0) {
        throw Refused.because(Refused.Reason.CONTEXT);
      }
      last = name;
      context.put(
          Utf8.text(name, Refused.Reason.CONTEXT), Utf8.text(field(rest), Refused.Reason.CONTEXT));
    }
    if (pairs == 0 || rest.hasRemaining()) {
      throw Refused.because(Refused.Reason.CONTEXT);
    }
    return Collections.unmodifiableMap(context);
  }

  private static byte[] field(ByteBuffer rest) throws Refused {
    int length = length(rest);
    if (rest.remaining() < length) {
      throw Refused.because(Refused.Reason.CONTEXT);
    }
    byte[] field = new byte[length];
    rest.get(field);
    return field;
  }

  private static int length(ByteBuffer rest) throws Refused {
    if (rest.remaining() < 2) {
      throw Refused.because(Refused.Reason.CONTEXT);
    }
    return Short.toUnsignedInt(rest.getShort());
  }
}
