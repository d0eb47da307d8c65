package dev.gabion.crypto;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An encryption context as bytes: the number of pairs, then each name and value behind its length,
 * in the order of the names' bytes; nothing at all for an empty one.
 *
 * <p>It is read in any order, for there are published messages in another, and a header's tag
 * covers the bytes as they are. Facts: AWS Encryption SDK specification, {@code
 * framework/structures.md}, "Serialization".
 */
final class ContextBytes {
  /** How long it may be where it is written: the official SDK for Java reads no more. */
  static final int LONGEST = Short.MAX_VALUE;

  private ContextBytes() {}

  /**
   * Writes a context.
   *
   * @throws IllegalArgumentException if it is longer than 32,767 bytes, or a name or value is empty
   *     or cannot be written as UTF-8: the official SDK for Java would not open the message
   */
  static byte[] write(Map<String, String> context) {
    if (context.isEmpty()) {
      return new byte[0];
    }
    List<byte[][]> sorted = new ArrayList<>(context.size());
    long size = 2;
    for (Map.Entry<String, String> pair : context.entrySet()) {
      byte[] name = Utf8.bytes(pair.getKey());
      byte[] value = Utf8.bytes(pair.getValue());
      if (name.length == 0 || value.length == 0) {
        throw new IllegalArgumentException(
            "An encryption context has no empty names and no empty values.");
      }
      size += 4L + name.length + value.length;
      sorted.add(new byte[][] {name, value});
    }
    if (size > LONGEST) {
      throw new IllegalArgumentException(
          "An encryption context takes at most 32,767 bytes, lengths included.");
    }
    sorted.sort((some, other) -> Arrays.compareUnsigned(some[0], other[0]));
    ByteBuffer bytes = ByteBuffer.allocate((int) size).putShort((short) sorted.size());
    for (byte[][] pair : sorted) {
      for (byte[] field : pair) {
        bytes.putShort((short) field.length).put(field);
      }
    }
    return bytes.array();
  }

  /**
   * Reads a context, in its order.
   *
   * @throws Refused for {@link Refused.Reason#CONTEXT}, if a name comes twice, a text is not UTF-8,
   *     or there is less or more than its lengths say
   */
  static Map<String, String> read(byte[] bytes) throws Refused {
    if (bytes.length == 0) {
      return Map.of();
    }
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    int pairs = length(rest);
    Map<String, String> context = new LinkedHashMap<>();
    for (int i = 0; i < pairs; i++) {
      String name = Utf8.text(field(rest), Refused.Reason.CONTEXT);
      String value = Utf8.text(field(rest), Refused.Reason.CONTEXT);
      if (context.put(name, value) != null) {
        throw Refused.because(Refused.Reason.CONTEXT);
      }
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
