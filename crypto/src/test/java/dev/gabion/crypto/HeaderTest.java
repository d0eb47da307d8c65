package dev.gabion.crypto;

import static dev.gabion.crypto.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a header must be before any key is asked for; read from an array and from a stream. */
class HeaderTest {
  /** Behind version, suite and id. */
  private static final int CONTEXT = 35;

  private static final int CONTEXT_BYTES = 2 + 2 + "purpose".length() + 2 + "test".length();
  private static final int KEYS = CONTEXT + 2 + CONTEXT_BYTES;
  private static final int KEY_BYTES =
      2 + BareKey.PROVIDER.length() + 2 + "key-0".length() + 2 + 32;
  private static final int TYPE = KEYS + 2 + KEY_BYTES;
  private static final int SIZE = TYPE + 1 + 4 + 32 + 16;

  private final byte[] message = Messages.seal(Suite.COMMITTED, new byte[3], 1000);

  @Test
  void saysWhatAMessageNeeds() throws IOException {
    InputStream stream = new ByteArrayInputStream(message);
    for (MessageHeader header :
        new MessageHeader[] {
          MessageHeader.parse(message, Bounds.DEFAULT), MessageHeader.read(stream, Bounds.DEFAULT)
        }) {
      assertThat(header.suite()).isEqualTo(Suite.COMMITTED);
      assertThat(header.messageId()).isEqualTo(Arrays.copyOfRange(message, 3, CONTEXT));
      assertThat(header.context()).isEqualTo(Messages.CONTEXT);
      assertThat(header.framed()).isTrue();
      assertThat(header.frameLength()).isEqualTo(1000);
      assertThat(header.size()).isEqualTo(SIZE);
      assertThat(header.commitment())
          .isEqualTo(Arrays.copyOfRange(message, TYPE + 5, TYPE + 5 + 32));
      assertThat(Arrays.copyOf(header.array(), header.size()))
          .isEqualTo(Arrays.copyOf(message, SIZE));
      EncryptedDataKey key = header.encryptedDataKeys().get(0);
      assertThat(key.provider()).isEqualTo(BareKey.PROVIDER);
      assertThat(new String(key.information(), StandardCharsets.UTF_8)).isEqualTo("key-0");
      assertThat(key.wrapped()).isEqualTo(Arrays.copyOfRange(message, TYPE - 32, TYPE));
    }
    assertThat(stream.available()).as("not one byte more is read").isEqualTo(message.length - SIZE);
  }

  @Test
  void namesVersion1() {
    refused(Refused.Reason.VERSION_1, with(0, 1));
  }

  @Test
  void refusesWhatIsNoMessage() {
    refused(Refused.Reason.VERSION, with(0, 3));
    refused(Refused.Reason.VERSION, with(0, 0));
    refused(Refused.Reason.VERSION, "A message".getBytes(StandardCharsets.UTF_8));
    refused(Refused.Reason.TRUNCATED, new byte[0]);
    refused(Refused.Reason.TRUNCATED, new byte[] {'A'});
  }

  @Test
  void namesBase64Text() {
    refused(Refused.Reason.BASE64_TEXT, Base64.getEncoder().encode(message));
    refused(Refused.Reason.BASE64_TEXT, Base64.getEncoder().encode(new byte[] {1, (byte) 0x80}));
  }

  @Test
  void refusesOtherSuites() {
    for (int suite : new int[] {0x0014, 0x0178, 0x0378, 0x0478 + 1, 0x0678, 0x8478}) {
      byte[] other = message.clone();
      ByteBuffer.wrap(other).putShort(1, (short) suite);
      refused(Refused.Reason.SUITE, other);
    }
  }

  @Test
  void boundsTheContextBeforeItIsRead() throws IOException {
    Bounds exact = new Bounds(1, CONTEXT_BYTES, 1000);
    assertThat(MessageHeader.parse(message, exact).context()).isEqualTo(Messages.CONTEXT);
    Bounds tight = new Bounds(1, CONTEXT_BYTES - 1, 1000);
    assertRefused(Refused.Reason.CONTEXT_TOO_LONG, () -> MessageHeader.parse(message, tight));
    byte[] short1 = Arrays.copyOf(message, CONTEXT + 2);
    assertRefused(Refused.Reason.CONTEXT_TOO_LONG, () -> MessageHeader.parse(short1, tight));
  }

  @Test
  void boundsTheEncryptedDataKeysBeforeTheyAreRead() throws IOException {
    byte[] three = Messages.seal(Suite.COMMITTED, 3, Messages.CONTEXT, new byte[3], 16);
    byte[] four = Messages.seal(Suite.COMMITTED, 4, Messages.CONTEXT, new byte[3], 16);
    assertThat(MessageHeader.parse(three, Bounds.DEFAULT).encryptedDataKeys()).hasSize(3);
    refused(Refused.Reason.ENCRYPTED_DATA_KEYS, Arrays.copyOf(four, KEYS + 2));
    refused(Refused.Reason.ENCRYPTED_DATA_KEYS, with(KEYS + 1, 0));
    refused(Refused.Reason.ENCRYPTED_DATA_KEYS, with(KEYS, 0xFF));
    assertThat(MessageHeader.parse(four, new Bounds(4, 100, 16)).encryptedDataKeys()).hasSize(4);
  }

  @Test
  void refusesAProviderThatIsNotUtf8() {
    refused(Refused.Reason.PROVIDER, with(KEYS + 4, 0xC0));
  }

  @Test
  void refusesOtherKindsOfBody() {
    refused(Refused.Reason.CONTENT_TYPE, with(TYPE, 0));
    refused(Refused.Reason.CONTENT_TYPE, with(TYPE, 3));
  }

  @Test
  void refusesAFrameLengthThatDoesNotFitTheKindOfBody() {
    refused(Refused.Reason.FRAME_LENGTH, with(TYPE, 1));
    byte[] none = message.clone();
    ByteBuffer.wrap(none).putInt(TYPE + 1, 0);
    refused(Refused.Reason.FRAME_LENGTH, none);
  }

  @Test
  void boundsFramesWhereTheyAreHeldInMemory() throws IOException {
    Bounds exact = new Bounds(3, 1000, 1000);
    assertThat(MessageHeader.read(new ByteArrayInputStream(message), exact).frameLength())
        .isEqualTo(1000);
    Bounds tight = new Bounds(3, 1000, 999);
    assertRefused(
        Refused.Reason.FRAME_TOO_LONG,
        () -> MessageHeader.read(new ByteArrayInputStream(message), tight));
    // In one piece nothing is allocated for a frame: the message's own length is the bound.
    byte[] longest = message.clone();
    ByteBuffer.wrap(longest).putInt(TYPE + 1, -1);
    assertThat(MessageHeader.parse(longest, tight).frameLength()).isEqualTo(0xFFFF_FFFFL);
  }

  @Test
  void refusesAVerifyingKeyWithoutASignature() {
    byte[] signed = Messages.seal(Suite.SIGNED, new byte[3], 16);
    ByteBuffer.wrap(signed).putShort(1, (short) Suite.COMMITTED.id());
    refused(Refused.Reason.VERIFYING_KEY_UNSIGNED, signed);
  }

  @Test
  void refusesASignatureWithoutAVerifyingKey() {
    byte[] unsigned = message.clone();
    ByteBuffer.wrap(unsigned).putShort(1, (short) Suite.SIGNED.id());
    refused(Refused.Reason.VERIFYING_KEY, unsigned);
  }

  @Test
  void readsNoSignedMessageAsAStream() throws IOException {
    byte[] signed = Messages.seal(Suite.SIGNED, new byte[3], 16);
    assertRefused(
        Refused.Reason.SIGNED_STREAM,
        () -> MessageHeader.read(new ByteArrayInputStream(signed), Bounds.DEFAULT));
    MessageHeader header = MessageHeader.parse(signed, Bounds.DEFAULT);
    assertRefused(
        Refused.Reason.SIGNED_STREAM,
        () ->
            MessageReader.stream(
                InputStream.nullInputStream(), header, Messages.bare(header), Bounds.DEFAULT));
  }

  @Test
  void refusesEveryLengthThatIsTooShort() {
    for (int length = 0; length < SIZE; length++) {
      refused(Refused.Reason.TRUNCATED, Arrays.copyOf(message, length));
    }
  }

  /** A header of 600 kilobytes, in pieces: the buffer grows with it. */
  @Test
  void readsTheLongestFields() throws IOException {
    byte[] most = new byte[0xFFFF];
    Arrays.fill(most, (byte) 5);
    String provider = "p".repeat(0xFFFF);
    EncryptedDataKey key = new EncryptedDataKey(provider, most, most);
    byte[] whole =
        new MessageWriter(new SecureRandom())
            .seal(
                Suite.COMMITTED,
                DataKey.copyOf(new byte[32], List.of(key, key, key)),
                Map.of("n", "v".repeat(ContextBytes.LONGEST - 7)),
                null,
                new byte[0],
                1);
    for (MessageHeader header :
        new MessageHeader[] {
          MessageHeader.parse(whole, Bounds.DEFAULT),
          MessageHeader.read(new ByteArrayInputStream(whole), Bounds.DEFAULT)
        }) {
      assertThat(header.encryptedDataKeys()).hasSize(3);
      assertThat(header.encryptedDataKeys().get(2).provider()).isEqualTo(provider);
      assertThat(header.encryptedDataKeys().get(2).wrapped()).isEqualTo(most);
      assertThat(Arrays.copyOf(header.array(), header.size()))
          .isEqualTo(Arrays.copyOf(whole, header.size()));
    }
  }

  @Test
  void writesNoFieldThatIsTooLong() {
    byte[] over = new byte[0x1_0000];
    String provider = "p".repeat(0x1_0000);
    byte[] none = new byte[0];
    assertThatThrownBy(() -> new EncryptedDataKey("p", over, none))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new EncryptedDataKey("p", none, over))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new EncryptedDataKey(provider, none, none))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new EncryptedDataKey("\uD800", none, none))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void boundsArePositive() {
    assertThatThrownBy(() -> new Bounds(0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Bounds(1, -1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Bounds(1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThat(new Bounds(1, 0, 1).contextBytes()).isZero();
  }

  @Test
  void passesOnWhatTheStreamItselfSays() {
    InputStream broken = new BrokenInput(InputStream.nullInputStream());
    assertThatThrownBy(() -> MessageHeader.read(broken, Bounds.DEFAULT))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(Refused.class)
        .hasMessage("the network is down");
  }

  private byte[] with(int at, int value) {
    byte[] changed = message.clone();
    changed[at] = (byte) value;
    return changed;
  }

  /** Refused in both forms for the same reason. */
  private static void refused(Refused.Reason reason, byte[] bytes) {
    assertRefused(reason, () -> MessageHeader.parse(bytes, Bounds.DEFAULT));
    assertRefused(
        reason, () -> MessageHeader.read(new ByteArrayInputStream(bytes), Bounds.DEFAULT));
  }
}
