package dev.gabion.crypto;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages in frames, in message format version 2 of the AWS Encryption SDK.
 *
 * <p>Any number of threads may use it at once; it takes no lock. It keeps a source of randomness,
 * so it is made anew after a snapshot is restored. Facts: AWS Encryption SDK specification, {@code
 * client-apis/encrypt.md} and {@code data-format}.
 */
final class MessageWriter {
  /** What a frame that others follow takes beside its content: number, vector, tag. */
  static final int FRAME_EXTRA = 4 + Suite.IV_BYTES + Suite.TAG_BYTES;

  /** What the last frame takes beside its content: mark, number, vector, length, tag. */
  static final int FINAL_FRAME_EXTRA = 4 + 4 + Suite.IV_BYTES + 4 + Suite.TAG_BYTES;

  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private final SecureRandom random;

  /** Creates a writer that takes the ids of its messages from {@code random}. */
  MessageWriter(SecureRandom random) {
    this.random = random;
  }

  /**
   * Encrypts bytes to one message.
   *
   * @param context the encryption context; for a signed message that of {@link SigningKey#in}
   * @param signer the key that signs, for {@link Suite#SIGNED} and no other
   * @param frameLength how many bytes of plaintext go into a frame
   * @throws IllegalArgumentException if suite, context and signer do not fit together, the data key
   *     has no wrapped keys, the context is too long, or the message would not fit into an array
   * @throws IllegalStateException if the data key is closed
   */
  byte[] seal(
      Suite suite,
      DataKey dataKey,
      Map<String, String> context,
      @Nullable SigningKey signer,
      byte[] plaintext,
      int frameLength) {
    refuseMisfit(suite, context, signer);
    Header header = new Header(suite, dataKey, context, frameLength);
    long regular = plaintext.length == 0 ? 0 : (plaintext.length - 1L) / frameLength;
    long body = plaintext.length + regular * FRAME_EXTRA + FINAL_FRAME_EXTRA;
    long signature = signer == null ? 0 : 2L + SigningKey.LONGEST_SIGNATURE;
    if (header.size() + body + signature > LONGEST_ARRAY) {
      throw new IllegalArgumentException(
          "The message would not fit into an array: write it to a stream.");
    }
    byte[] message = new byte[(int) (header.size() + body + signature)];
    try (MessageKeys keys = header.keys()) {
      FrameCipher cipher = header.write(message, keys);
      int from = 0;
      int to = header.size();
      for (long sequence = 1; sequence <= regular; sequence++) {
        to = frame(cipher, sequence, plaintext, from, frameLength, message, to);
        from += frameLength;
      }
      int rest = plaintext.length - from;
      to = finalFrame(cipher, regular + 1, plaintext, from, rest, message, to);
      return signer == null ? message : signed(signer, message, to);
    }
  }

  /**
   * Starts a message whose plaintext is not there yet; in constant memory, of twice the frame
   * length. Never signed. The header is written at once, so that the data key may be closed.
   *
   * <p>Closing writes the last frame: a writer that fails before the plaintext is whole abandons it
   * instead, or what was written so far would open as a whole message.
   *
   * @return where the plaintext goes; for one thread
   * @throws IllegalArgumentException as {@link #seal} does
   * @throws IllegalStateException if the data key is closed
   * @throws IOException if {@code to} fails
   */
  MessageOutput stream(
      DataKey dataKey, Map<String, String> context, OutputStream to, int frameLength)
      throws IOException {
    refuseMisfit(Suite.COMMITTED, context, null);
    Header header = new Header(Suite.COMMITTED, dataKey, context, frameLength);
    byte[] bytes = new byte[header.size()];
    MessageKeys keys = header.keys();
    try {
      FrameCipher cipher = header.write(bytes, keys);
      to.write(bytes, 0, bytes.length);
      return new MessageOutput(cipher, keys, to, frameLength, 1);
    } catch (IOException failed) {
      keys.close();
      throw failed;
    }
  }

  private static void refuseMisfit(
      Suite suite, Map<String, String> context, @Nullable SigningKey signer) {
    String published = context.get(SigningKey.NAME);
    boolean fits =
        signer == null
            ? !suite.signed() && published == null
            : suite.signed() && signer.publicKey().equals(published);
    if (!fits) {
      throw new IllegalArgumentException(
          "A signed message needs a key that its context names; an unsigned one has neither.");
    }
  }

  /** Writes a frame that others follow, and says where it ends. */
  static int frame(
      FrameCipher cipher, long sequence, byte[] from, int at, int length, byte[] to, int toAt) {
    int iv = toAt + 4;
    ByteBuffer.wrap(to, toAt, 4 + Suite.IV_BYTES)
        .putInt((int) sequence)
        .putLong(0)
        .putInt((int) sequence);
    cipher.next(FrameCipher.Part.FRAME, sequence, length, to, iv);
    cipher.seal(from, at, length, to, iv + Suite.IV_BYTES);
    return toAt + FRAME_EXTRA + length;
  }

  /** Writes the last frame, and says where it ends. */
  static int finalFrame(
      FrameCipher cipher, long sequence, byte[] from, int at, int length, byte[] to, int toAt) {
    int iv = toAt + 4 + 4;
    ByteBuffer.wrap(to, toAt, 4 + 4 + Suite.IV_BYTES + 4)
        .putInt(-1)
        .putInt((int) sequence)
        .putLong(0)
        .putInt((int) sequence)
        .putInt(length);
    cipher.next(FrameCipher.Part.FINAL_FRAME, sequence, length, to, iv);
    cipher.seal(from, at, length, to, iv + Suite.IV_BYTES + 4);
    return toAt + FINAL_FRAME_EXTRA + length;
  }

  private static byte[] signed(SigningKey signer, byte[] message, int end) {
    try {
      Signature signature = signer.signer();
      signature.update(message, 0, end);
      int length = signature.sign(message, end + 2, SigningKey.LONGEST_SIGNATURE);
      ByteBuffer.wrap(message).putShort(end, (short) length);
      int whole = end + 2 + length;
      return whole == message.length ? message : Arrays.copyOf(message, whole);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("ECDSA could not sign a message.", impossible);
    }
  }

  /** A header that is going to be written. */
  private final class Header {
    private final Suite suite;
    private final DataKey dataKey;
    private final byte[] context;
    private final int frameLength;
    private final byte[] messageId = new byte[Suite.ID_BYTES];
    private final int size;

    Header(Suite suite, DataKey dataKey, Map<String, String> context, int frameLength) {
      if (frameLength < 1) {
        throw new IllegalArgumentException("A frame has at least one byte.");
      }
      if (dataKey.encryptedDataKeys().isEmpty()) {
        throw new IllegalArgumentException("A message needs a wrapped data key.");
      }
      this.suite = suite;
      this.dataKey = dataKey;
      this.context = ContextBytes.write(context);
      this.frameLength = frameLength;
      int fixed = 1 + 2 + Suite.ID_BYTES + 2 + 2 + 1 + 4 + Suite.COMMITMENT_BYTES;
      int wrapped = 0;
      for (EncryptedDataKey key : dataKey.encryptedDataKeys()) {
        wrapped += key.size();
      }
      this.size = fixed + this.context.length + wrapped + Suite.TAG_BYTES;
      random.nextBytes(messageId);
    }

    int size() {
      return size;
    }

    MessageKeys keys() {
      return MessageKeys.derive(suite, dataKey, messageId);
    }

    /** Writes it to the beginning of {@code to}, and gives the cipher for the body. */
    FrameCipher write(byte[] to, MessageKeys keys) {
      ByteBuffer bytes = ByteBuffer.wrap(to);
      bytes.put((byte) 2).putShort((short) suite.id()).put(messageId);
      bytes.putShort((short) context.length).put(context);
      bytes.putShort((short) dataKey.encryptedDataKeys().size());
      for (EncryptedDataKey key : dataKey.encryptedDataKeys()) {
        field(bytes, key.providerBytes());
        field(bytes, key.information());
        field(bytes, key.wrapped());
      }
      bytes.put((byte) 2).putInt(frameLength).put(keys.commitment());
      FrameCipher cipher = FrameCipher.sealing(keys.encryption(), messageId);
      cipher.sealHeader(to, bytes.position());
      return cipher;
    }

    private static void field(ByteBuffer bytes, byte[] field) {
      bytes.putShort((short) field.length).put(field);
    }
  }
}
