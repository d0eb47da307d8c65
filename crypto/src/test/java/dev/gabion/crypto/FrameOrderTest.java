package dev.gabion.crypto;

import static dev.gabion.crypto.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that were swapped, dropped, doubled, or brought from another message. */
class FrameOrderTest {
  private static final int FRAME = 16 + MessageWriter.FRAME_EXTRA;

  private final byte[] plaintext = new byte[72];
  private final byte[] message;
  private final int header;

  FrameOrderTest() throws Refused {
    for (int i = 0; i < plaintext.length; i++) {
      plaintext[i] = (byte) i;
    }
    message = Messages.seal(Suite.COMMITTED, plaintext, 16);
    header = MessageHeader.parse(message, Bounds.DEFAULT).size();
  }

  /** Which frames come in which order: four of 16 bytes, and the last of 8, numbered 5. */
  @ParameterizedTest
  @ValueSource(strings = {"21345", "1345", "12235", "2345", "12344", "5", "15", "1235", "11345"})
  void refusesAnotherOrder(String order) throws IOException {
    byte[] other = ordered(order);
    assertRefused(Refused.Reason.SEQUENCE, () -> Messages.open(other));

    InputStream stream = Messages.stream(other, Bounds.DEFAULT);
    ByteArrayOutputStream released = new ByteArrayOutputStream();
    assertRefused(Refused.Reason.SEQUENCE, () -> stream.transferTo(released));
    assertThat(released.toByteArray())
        .as("the beginning alone")
        .isEqualTo(Arrays.copyOf(plaintext, released.size()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "1234"})
  void refusesAMissingEnd(String order) throws IOException {
    byte[] other = ordered(order);
    assertRefused(Refused.Reason.TRUNCATED, () -> Messages.open(other));
    assertRefused(Refused.Reason.TRUNCATED, () -> Messages.openStream(other));
  }

  @ParameterizedTest
  @ValueSource(strings = {"123455", "123451"})
  void refusesMoreAfterTheEnd(String order) throws IOException {
    byte[] other = ordered(order);
    assertRefused(Refused.Reason.TRAILING_BYTES, () -> Messages.open(other));
    assertRefused(Refused.Reason.TRAILING_BYTES, () -> Messages.openStream(other));
  }

  /** Control: each frame alone is authentic in any order; only the count of frames tells. */
  @Test
  void everyFrameAloneIsAuthentic() throws Refused {
    byte[] other = ordered("21345");
    MessageHeader parsed = MessageHeader.parse(other, Bounds.DEFAULT);
    MessageKeys keys =
        MessageKeys.derive(parsed.suite(), Messages.bare(parsed), parsed.messageId());
    FrameCipher cipher = FrameCipher.opening(keys.encryption(), parsed.messageId());
    byte[] opened = new byte[64];
    for (int i = 0; i < 4; i++) {
      int at = header + i * FRAME;
      cipher.next(FrameCipher.Part.FRAME, ByteBuffer.wrap(other).getInt(at), 16, other, at + 4);
      cipher.open(other, at + 16, 16, opened, 16 * i);
    }
    assertThat(opened[0]).isEqualTo((byte) 16);
    assertThat(opened[16]).isEqualTo((byte) 0);
  }

  /** A frame may not pass for another kind, number or length, nor for one of another message. */
  @Test
  void bindsAFrameToItsPlace() throws Refused {
    MessageHeader parsed = MessageHeader.parse(message, Bounds.DEFAULT);
    MessageKeys keys =
        MessageKeys.derive(parsed.suite(), Messages.bare(parsed), parsed.messageId());
    byte[] id = parsed.messageId();
    byte[] otherId = id.clone();
    otherId[0] ^= 1;
    int iv = header + 4;
    byte[] to = new byte[16];
    FrameCipher cipher = FrameCipher.opening(keys.encryption(), id);
    for (FrameCipher.Part kind : FrameCipher.Part.values()) {
      for (long sequence : new long[] {1, 2}) {
        for (byte[] messageId : List.of(id, otherId)) {
          boolean right =
              kind == FrameCipher.Part.FRAME && sequence == 1 && Arrays.equals(messageId, id);
          FrameCipher asked = FrameCipher.opening(keys.encryption(), messageId);
          asked.next(kind, sequence, 16, message, iv);
          if (right) {
            asked.open(message, iv + 12, 16, to, 0);
            assertThat(to).isEqualTo(Arrays.copyOf(plaintext, 16));
          } else {
            assertRefused(Refused.Reason.FRAME_TAG, () -> asked.open(message, iv + 12, 16, to, 0));
          }
        }
      }
    }
    cipher.next(FrameCipher.Part.FRAME, 1, 15, message, iv);
    assertRefused(Refused.Reason.FRAME_TAG, () -> cipher.open(message, iv + 12, 16, to, 0));
  }

  @Test
  void refusesAFrameOfAnotherMessageUnderTheSameDataKey() throws Refused {
    DataKey key = Messages.newDataKey(1);
    MessageWriter writer = new MessageWriter(new SecureRandom());
    byte[] one = writer.seal(Suite.COMMITTED, key, Messages.CONTEXT, null, plaintext, 16);
    byte[] two = writer.seal(Suite.COMMITTED, key, Messages.CONTEXT, null, plaintext, 16);
    System.arraycopy(two, header + FRAME, one, header + FRAME, FRAME);
    assertRefused(Refused.Reason.FRAME_TAG, () -> Messages.open(one));
  }

  private byte[] ordered(String order) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * message.length).put(message, 0, header);
    for (int i = 0; i < order.length(); i++) {
      int at = header + (order.charAt(i) - '1') * FRAME;
      bytes.put(message, at, order.charAt(i) == '5' ? message.length - at : FRAME);
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }
}
