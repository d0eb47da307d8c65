package dev.gabion.crypto;

import static dev.gabion.crypto.Refusals.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages in one piece. */
class MessageTest {
  private static final HexFormat HEX = HexFormat.of();

  @ParameterizedTest
  @EnumSource
  void comesBackWhateverItsSizeAndFrames(Suite suite) throws Refused {
    for (int size = 0; size <= 33; size++) {
      byte[] plaintext =
          Arrays.copyOf("abcdefghijklmnopqrstuvwxyz0123456789".getBytes(UTF_8), size);
      for (int frame : new int[] {1, 2, 11, 16, 33, 34, 1 << 30}) {
        if (!suite.signed() || size % 11 == 0) {
          byte[] message = Messages.seal(suite, plaintext, frame);
          assertThat(Messages.open(message)).isEqualTo(plaintext);
        }
      }
    }
  }

  /** The specification's fields, in its order; an exact multiple ends in a full frame. */
  @Test
  void laysOutFrames() throws Refused {
    for (int size : new int[] {0, 1, 16, 17, 32}) {
      byte[] message = Messages.seal(Suite.COMMITTED, new byte[size], 16);
      assertThat(HEX.formatHex(message, 0, 3)).isEqualTo("02" + "0478");
      int at = MessageHeader.parse(message, Bounds.DEFAULT).size();
      int sequence = 1;
      for (int rest = size; rest > 16; rest -= 16) {
        String head = "%08x".formatted(sequence);
        assertThat(HEX.formatHex(message, at, at + 16)).isEqualTo(head + "0".repeat(16) + head);
        at += 16 + 16 + 16;
        sequence++;
      }
      int last = size - 16 * (sequence - 1);
      String head = "%08x".formatted(sequence);
      assertThat(HEX.formatHex(message, at, at + 24))
          .isEqualTo("ffffffff" + head + "0".repeat(16) + head + "%08x".formatted(last));
      assertThat(message).hasSize(at + 24 + last + 16);
    }
  }

  @Test
  void hasAnIdOfItsOwn() throws Refused {
    Set<String> ids = new HashSet<>();
    DataKey key = Messages.newDataKey(1);
    MessageWriter writer = new MessageWriter(new SecureRandom());
    for (int i = 0; i < 100; i++) {
      byte[] message = writer.seal(Suite.COMMITTED, key, Messages.CONTEXT, null, new byte[1], 16);
      ids.add(HEX.formatHex(MessageHeader.parse(message, Bounds.DEFAULT).messageId()));
    }
    assertThat(ids).hasSize(100).allMatch(id -> id.length() == 64);
  }

  @Test
  void refusesAnotherDataKey() throws Refused {
    byte[] message = Messages.seal(Suite.COMMITTED, new byte[3], 16);
    MessageHeader header = MessageHeader.parse(message, Bounds.DEFAULT);
    assertRefused(
        Refused.Reason.COMMITMENT,
        () -> MessageReader.open(message, header, Messages.newDataKey(0)));
    assertRefused(
        Refused.Reason.COMMITMENT,
        () ->
            MessageReader.stream(
                InputStream.nullInputStream(), header, Messages.newDataKey(0), Bounds.DEFAULT));
  }

  @Test
  void refusesATouchedHeaderEvenUnderTheRightKey() throws Refused {
    byte[] message = Messages.seal(Suite.COMMITTED, new byte[3], 16);
    MessageHeader header = MessageHeader.parse(message, Bounds.DEFAULT);
    DataKey key = Messages.bare(header);
    byte[] renamed = message.clone();
    renamed[41] ^= 1; // in the context
    MessageHeader other = MessageHeader.parse(renamed, Bounds.DEFAULT);
    assertThat(other.context()).isNotEqualTo(header.context());
    assertRefused(Refused.Reason.HEADER_TAG, () -> MessageReader.open(renamed, other, key));
  }

  @ParameterizedTest
  @EnumSource
  void refusesEveryLengthThatIsTooShort(Suite suite) {
    byte[] framed = Messages.seal(suite, new byte[20], 16);
    byte[] unframed = Official.encrypt(Official.suite(suite), 1, Messages.CONTEXT, new byte[20], 0);
    for (byte[] message : List.of(framed, unframed)) {
      for (int length = 0; length < message.length; length++) {
        byte[] cut = Arrays.copyOf(message, length);
        assertRefused(Refused.Reason.TRUNCATED, () -> Messages.open(cut));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesWhatFollows(Suite suite) {
    byte[] message = Messages.seal(suite, new byte[20], 16);
    byte[] more = Arrays.copyOf(message, message.length + 1);
    assertRefused(Refused.Reason.TRAILING_BYTES, () -> Messages.open(more));
  }

  @Test
  void refusesAFinalFrameLongerThanTheOthers() throws Refused {
    byte[] message = Messages.seal(Suite.COMMITTED, new byte[16], 16);
    int length = MessageHeader.parse(message, Bounds.DEFAULT).size() + 20;
    ByteBuffer.wrap(message).putInt(length, 17);
    assertRefused(Refused.Reason.CONTENT_LENGTH, () -> Messages.open(message));
    assertRefused(Refused.Reason.CONTENT_LENGTH, () -> Messages.openStream(message));
    ByteBuffer.wrap(message).putInt(length, -1);
    assertRefused(Refused.Reason.CONTENT_LENGTH, () -> Messages.open(message));
    assertRefused(Refused.Reason.CONTENT_LENGTH, () -> Messages.openStream(message));
    ByteBuffer.wrap(message).putInt(length, 15);
    assertRefused(Refused.Reason.TRAILING_BYTES, () -> Messages.open(message));
    assertRefused(Refused.Reason.FRAME_TAG, () -> Messages.openStream(message));
  }

  @Test
  void refusesLengthsThatCannotBe() {
    byte[] message =
        Official.encrypt(Official.suite(Suite.COMMITTED), 1, Messages.CONTEXT, new byte[40], 0);
    int length = message.length - 16 - 40 - 8;
    for (long lie : new long[] {-1, Long.MIN_VALUE}) {
      ByteBuffer.wrap(message).putLong(length, lie);
      assertRefused(Refused.Reason.CONTENT_LENGTH, () -> Messages.open(message));
      assertRefused(Refused.Reason.FRAME_TOO_LONG, () -> Messages.openStream(message));
    }
    for (long lie : new long[] {41, 57, 1L << 31, 1L << 32, Long.MAX_VALUE}) {
      ByteBuffer.wrap(message).putLong(length, lie);
      assertRefused(Refused.Reason.TRUNCATED, () -> Messages.open(message));
    }
    ByteBuffer.wrap(message).putLong(length, 39);
    assertRefused(Refused.Reason.TRAILING_BYTES, () -> Messages.open(message));
  }

  @Test
  void wipesWhatWasOpenedBeforeAFrameThatIsNotAuthentic() throws Refused {
    byte[] message = Messages.seal(Suite.COMMITTED, new byte[40], 16);
    message[message.length - 1] ^= 1;
    assertRefused(Refused.Reason.FRAME_TAG, () -> Messages.open(message));
  }

  @Test
  void writesNothingThatDoesNotFitTogether() {
    SigningKey signer = SigningKey.generate();
    Map<String, String> context = Messages.CONTEXT;
    misfit(Suite.SIGNED, context, null);
    misfit(Suite.SIGNED, signer.in(context), null);
    misfit(Suite.SIGNED, context, signer);
    misfit(Suite.SIGNED, SigningKey.generate().in(context), signer);
    misfit(Suite.COMMITTED, signer.in(context), signer);
    misfit(Suite.COMMITTED, signer.in(context), null);
    misfit(Suite.COMMITTED, context, signer);
    MessageWriter writer = new MessageWriter(new SecureRandom());
    assertThatThrownBy(
            () ->
                writer.stream(
                    Messages.newDataKey(1),
                    signer.in(context),
                    OutputStream.nullOutputStream(),
                    16))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void misfit(
      Suite suite, Map<String, String> context, @Nullable SigningKey signer) {
    MessageWriter writer = new MessageWriter(new SecureRandom());
    assertThatThrownBy(
            () -> writer.seal(suite, Messages.newDataKey(1), context, signer, new byte[1], 16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("signed message");
  }

  @Test
  void writesNothingThatCouldNotBeOpened() {
    MessageWriter writer = new MessageWriter(new SecureRandom());
    DataKey key = Messages.newDataKey(1);
    DataKey unwrapped = DataKey.copyOf(new byte[32], List.of());
    byte[] plaintext = new byte[1];
    assertThatThrownBy(
            () -> writer.seal(Suite.COMMITTED, key, Messages.CONTEXT, null, plaintext, 0))
        .hasMessageContaining("frame");
    assertThatThrownBy(
            () -> writer.seal(Suite.COMMITTED, unwrapped, Messages.CONTEXT, null, plaintext, 1))
        .hasMessageContaining("wrapped");
    // 70 million frames of a byte take 33 bytes each.
    byte[] large = new byte[70_000_000];
    assertThatThrownBy(() -> writer.seal(Suite.COMMITTED, key, Messages.CONTEXT, null, large, 1))
        .hasMessageContaining("array");
    key.close();
    assertThatThrownBy(
            () -> writer.seal(Suite.COMMITTED, key, Messages.CONTEXT, null, plaintext, 1))
        .isInstanceOf(IllegalStateException.class);
  }

  /** Whoever has the data key can change a message, unless it is signed. */
  @Test
  void aSignatureStopsAReaderFromWriting() throws Refused {
    byte[] signed = Messages.seal(Suite.SIGNED, "pay 10".getBytes(UTF_8), 16);
    assertRefused(Refused.Reason.SIGNATURE, () -> Messages.open(rewritten(signed, "pay 99")));

    byte[] unsigned = Messages.seal(Suite.COMMITTED, "pay 10".getBytes(UTF_8), 16);
    assertThat(Messages.open(rewritten(unsigned, "pay 99"))).isEqualTo("pay 99".getBytes(UTF_8));
  }

  /** The message with other plaintext in its only frame, sealed by one who has the data key. */
  private static byte[] rewritten(byte[] message, String plaintext) throws Refused {
    MessageHeader header = MessageHeader.parse(message, Bounds.DEFAULT);
    MessageKeys keys =
        MessageKeys.derive(header.suite(), Messages.bare(header), header.messageId());
    byte[] forged = message.clone();
    FrameCipher cipher = FrameCipher.sealing(keys.encryption(), header.messageId());
    byte[] bytes = plaintext.getBytes(UTF_8);
    MessageWriter.finalFrame(cipher, 1, bytes, 0, bytes.length, forged, header.size());
    return forged;
  }

  @Test
  void saysTheReasonAndNothingOfTheMessage() {
    for (Refused.Reason reason : Refused.Reason.values()) {
      assertThat(reason.text()).matches("[a-z0-9-]{1,64}");
      assertThat(Refused.because(reason)).hasMessageContaining(reason.text()).hasNoCause();
    }
  }
}
