package dev.gabion.crypto;

import static dev.gabion.crypto.Refusals.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;

/**
 * Why a message commits to its key: AES-GCM lets one ciphertext be made that opens under two keys,
 * to two different texts (Dodis, Grubbs, Ristenpart, Woodage, "Fast Message Franking", 2018). Here
 * is one, header and all.
 */
class TwoKeysTest {
  /** x^128 + x^7 + x^2 + x + 1. */
  private static final BigInteger POLYNOMIAL = BigInteger.ONE.shiftLeft(128).or(big(0x87));

  private final DataKey one = Messages.newDataKey(1);
  private final DataKey two = Messages.newDataKey(1);

  @Test
  void opensUnderTheKeyThatItCommitsToAndNoOther() throws Exception {
    byte[] id = new byte[Suite.ID_BYTES];
    MessageKeys first = MessageKeys.derive(Suite.COMMITTED, one, id);
    MessageKeys second = MessageKeys.derive(Suite.COMMITTED, two, id);
    byte[] message = craft(id, first, second);
    MessageHeader header = MessageHeader.parse(message, Bounds.DEFAULT);

    byte[] opened = MessageReader.open(message, header, one);
    assertThat(new String(opened, UTF_8)).startsWith("pay ten euros!!!");
    assertRefused(Refused.Reason.COMMITMENT, () -> MessageReader.open(message, header, two));

    // control: all but the commitment holds under the second key, and says something else
    FrameCipher cipher = FrameCipher.opening(second.encryption(), id);
    cipher.openHeader(header.array(), header.size());
    byte[] other = new byte[48];
    int iv = header.size() + 8;
    cipher.next(FrameCipher.Part.FINAL_FRAME, 1, 48, message, iv);
    cipher.open(message, iv + 16, 48, other, 0);
    assertThat(other).isNotEqualTo(opened);
    assertThat(new String(other, 16, 16, UTF_8)).isEqualTo("pay all you have");
  }

  /** A message of one frame of three blocks: a text of each key, and what makes the tags agree. */
  private static byte[] craft(byte[] id, MessageKeys first, MessageKeys second) throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(400);
    bytes.put((byte) 2).putShort((short) Suite.COMMITTED.id()).put(id);
    bytes.put(new byte[2]); // no context
    bytes.putShort((short) 1).putShort((short) 1).put((byte) 'p').putShort((short) 0);
    // 16 bytes of the wrapped key stand at a block of their own, behind enough to align them
    int start = bytes.position() + 2;
    int pad = -start & 15;
    bytes.putShort((short) (pad + 16)).put(new byte[pad + 16]);
    bytes.put((byte) 2).putInt(64).put(first.commitment());
    byte[] header = Arrays.copyOf(bytes.array(), bytes.position());
    byte[] tag = agree(first, second, new byte[12], header, start + pad, new byte[0], -1);
    bytes.clear().put(header).put(tag);

    ByteBuffer iv = ByteBuffer.allocate(12).putInt(8, 1);
    bytes.putInt(-1).putInt(1).put(iv.array()).putInt(48);
    byte[] content = new byte[48];
    xor(content, 0, "pay ten euros!!!", stream(first, iv.array(), 0));
    xor(content, 16, "pay all you have", stream(second, iv.array(), 1));
    byte[] authenticated =
        ByteBuffer.allocate(32 + 34 + 12)
            .put(id)
            .put("AWSKMSEncryptionClient Final Frame".getBytes(UTF_8))
            .putInt(1)
            .putLong(48)
            .array();
    tag = agree(first, second, iv.array(), authenticated, -1, content, 32);
    bytes.put(content).put(tag);
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  /**
   * Sets one free block of additional data or ciphertext so that both keys give one tag, which is
   * linear in the block: x = (T1 + T2) / (H1^e + H2^e) in GF(2^128).
   */
  private static byte[] agree(
      MessageKeys first,
      MessageKeys second,
      byte[] iv,
      byte[] aad,
      int freeAad,
      byte[] text,
      int free)
      throws GeneralSecurityException {
    int after = (text.length + 15) / 16 + 1;
    int exponent = freeAad >= 0 ? (aad.length + 15) / 16 - freeAad / 16 + after : after - free / 16;
    BigInteger difference = tag(first, iv, aad, text).xor(tag(second, iv, aad, text));
    BigInteger slope = power(hash(first), exponent).xor(power(hash(second), exponent));
    byte[] block = bytes(multiply(difference, inverse(slope)));
    System.arraycopy(block, 0, freeAad >= 0 ? aad : text, Math.max(freeAad, free), 16);
    BigInteger tag = tag(first, iv, aad, text);
    assertThat(tag(second, iv, aad, text)).isEqualTo(tag);
    return bytes(tag);
  }

  /** NIST SP 800-38D: the tag of a ciphertext. */
  private static BigInteger tag(MessageKeys keys, byte[] iv, byte[] aad, byte[] text)
      throws GeneralSecurityException {
    BigInteger h = hash(keys);
    BigInteger sum = BigInteger.ZERO;
    for (byte[] part : new byte[][] {aad, text}) {
      for (int at = 0; at < part.length; at += 16) {
        byte[] block = Arrays.copyOf(Arrays.copyOfRange(part, at, part.length), 16);
        sum = multiply(sum.xor(element(block)), h);
      }
    }
    byte[] lengths =
        ByteBuffer.allocate(16).putLong(8L * aad.length).putLong(8L * text.length).array();
    sum = multiply(sum.xor(element(lengths)), h);
    return sum.xor(element(block(keys, ByteBuffer.allocate(16).put(iv).putInt(1).array())));
  }

  private static BigInteger hash(MessageKeys keys) throws GeneralSecurityException {
    return element(block(keys, new byte[16]));
  }

  private static byte[] stream(MessageKeys keys, byte[] iv, int number)
      throws GeneralSecurityException {
    return block(keys, ByteBuffer.allocate(16).put(iv).putInt(2 + number).array());
  }

  private static byte[] block(MessageKeys keys, byte[] block) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, keys.encryption());
    return cipher.doFinal(block);
  }

  private static void xor(byte[] content, int at, String text, byte[] stream) {
    byte[] bytes = text.getBytes(UTF_8);
    for (int i = 0; i < 16; i++) {
      content[at + i] = (byte) (bytes[i] ^ stream[i]);
    }
  }

  /** The first bit of a block is the coefficient of x^0. */
  private static BigInteger element(byte[] block) {
    BigInteger element = BigInteger.ZERO;
    for (int i = 0; i < 128; i++) {
      if ((block[i / 8] & (0x80 >> (i % 8))) != 0) {
        element = element.setBit(i);
      }
    }
    return element;
  }

  private static byte[] bytes(BigInteger element) {
    byte[] block = new byte[16];
    for (int i = 0; i < 128; i++) {
      if (element.testBit(i)) {
        block[i / 8] |= (byte) (0x80 >> (i % 8));
      }
    }
    return block;
  }

  private static BigInteger multiply(BigInteger a, BigInteger b) {
    BigInteger product = BigInteger.ZERO;
    for (int i = b.bitLength() - 1; i >= 0; i--) {
      product = product.shiftLeft(1);
      if (product.testBit(128)) {
        product = product.xor(POLYNOMIAL);
      }
      if (b.testBit(i)) {
        product = product.xor(a);
      }
    }
    return product;
  }

  private static BigInteger power(BigInteger base, int exponent) {
    BigInteger power = BigInteger.ONE;
    for (int i = 0; i < exponent; i++) {
      power = multiply(power, base);
    }
    return power;
  }

  /** By Fermat: a to the 2^128 - 2. */
  private static BigInteger inverse(BigInteger a) {
    BigInteger inverse = BigInteger.ONE;
    BigInteger square = a;
    for (int i = 1; i < 128; i++) {
      square = multiply(square, square);
      inverse = multiply(inverse, square);
    }
    return inverse;
  }

  private static BigInteger big(long value) {
    return BigInteger.valueOf(value);
  }

  @Test
  void aMessageOfOursCommitsToOneKey() throws Refused {
    byte[] message = Messages.seal(Suite.COMMITTED, 1, Map.of("a", "b"), new byte[1], 16);
    MessageHeader header = MessageHeader.parse(message, Bounds.DEFAULT);
    MessageKeys keys =
        MessageKeys.derive(header.suite(), Messages.bare(header), header.messageId());
    assertThat(keys.committed(header.commitment())).isTrue();
    assertThat(keys.committed(new byte[32])).isFalse();
    assertThat(keys.committed(new byte[0])).isFalse();
  }
}
