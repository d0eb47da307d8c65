package dev.gabion.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header of a message, parsed and bounded, but not proven: only {@link MessageReader} proves
 * it, under the data key that its encrypted data keys lead to.
 *
 * <p>Message format version 2 alone. Facts: AWS Encryption SDK specification, {@code
 * data-format/message-header.md}.
 */
final class MessageHeader {
  private static final int FRAMED = 2;
  private static final int UNFRAMED = 1;

  private final Suite suite;
  private final byte[] messageId;
  private final Map<String, String> context;
  private final List<EncryptedDataKey> encryptedDataKeys;
  private final boolean framed;
  private final long frameLength;
  private final byte[] commitment;
  private final byte[] array;
  private final int size;

  private MessageHeader(HeaderSource source, Bounds bounds) throws IOException {
    version(source);
    suite = Suite.of(source.u16());
    messageId = source.bytes(Suite.ID_BYTES);
    int contextBytes = source.u16();
    if (contextBytes > bounds.contextBytes()) {
      throw Refused.because(Refused.Reason.CONTEXT_TOO_LONG);
    }
    context = ContextBytes.read(source.bytes(contextBytes));
    if (!suite.signed() && context.containsKey(SigningKey.NAME)) {
      throw Refused.because(Refused.Reason.VERIFYING_KEY_UNSIGNED);
    }
    if (suite.signed() && !context.containsKey(SigningKey.NAME)) {
      throw Refused.because(Refused.Reason.VERIFYING_KEY);
    }
    encryptedDataKeys = encryptedDataKeys(source, bounds.encryptedDataKeys());
    int type = source.u8();
    if (type != FRAMED && type != UNFRAMED) {
      throw Refused.because(Refused.Reason.CONTENT_TYPE);
    }
    framed = type == FRAMED;
    frameLength = source.u32();
    if (framed == (frameLength == 0)) {
      throw Refused.because(Refused.Reason.FRAME_LENGTH);
    }
    commitment = source.bytes(Suite.COMMITMENT_BYTES);
    source.bytes(Suite.TAG_BYTES);
    array = source.array();
    size = source.position();
  }

  /**
   * Parses the header at the beginning of a whole message.
   *
   * @throws Refused if it is none that can be opened
   */
  static MessageHeader parse(byte[] message, Bounds bounds) throws Refused {
    try {
      return new MessageHeader(HeaderSource.of(message), bounds);
    } catch (Refused refused) {
      throw refused;
    } catch (IOException none) {
      throw new IllegalStateException("An array cannot fail to be read.", none);
    }
  }

  /**
   * Reads a header from a stream, and not one byte more.
   *
   * @throws Refused if it is none that can be opened as a stream: a signed message is not, for its
   *     signature comes last
   * @throws IOException if the stream fails
   */
  static MessageHeader read(InputStream message, Bounds bounds) throws IOException {
    MessageHeader header = new MessageHeader(HeaderSource.of(message), bounds);
    if (header.suite.signed()) {
      throw Refused.because(Refused.Reason.SIGNED_STREAM);
    }
    if (header.frameLength > bounds.frameBytes()) {
      throw Refused.because(Refused.Reason.FRAME_TOO_LONG);
    }
    return header;
  }

  private static void version(HeaderSource source) throws IOException {
    int version = source.u8();
    if (version == 1) {
      throw Refused.because(Refused.Reason.VERSION_1);
    }
    // A message in Base64 begins with "AY" (version 1) or "Ag" (version 2).
    if (version == 'A') {
      int second = source.u8();
      if (second == 'Y' || second == 'g') {
        throw Refused.because(Refused.Reason.BASE64_TEXT);
      }
    }
    if (version != 2) {
      throw Refused.because(Refused.Reason.VERSION);
    }
  }

  private static List<EncryptedDataKey> encryptedDataKeys(HeaderSource source, int most)
      throws IOException {
    int count = source.u16();
    if (count < 1 || count > most) {
      throw Refused.because(Refused.Reason.ENCRYPTED_DATA_KEYS);
    }
    List<EncryptedDataKey> keys = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] provider = source.bytes(source.u16());
      byte[] information = source.bytes(source.u16());
      byte[] wrapped = source.bytes(source.u16());
      keys.add(
          new EncryptedDataKey(Utf8.text(provider, Refused.Reason.PROVIDER), information, wrapped));
    }
    return List.copyOf(keys);
  }

  /** The suite. */
  Suite suite() {
    return suite;
  }

  /** The message's id: random, and part of every tag; not a copy. */
  byte[] messageId() {
    return messageId;
  }

  /** The encryption context, in the order in which it is written. */
  Map<String, String> context() {
    return context;
  }

  /** The data key as each wrapping key wrapped it: at least one, at most as many as the bound. */
  List<EncryptedDataKey> encryptedDataKeys() {
    return encryptedDataKeys;
  }

  /** What messages must have in common with this one to share a data key, and the tenant. */
  Partition partition(@Nullable String tenant) {
    int before = 1 + 2 + Suite.ID_BYTES;
    int after = 1 + 4 + Suite.COMMITMENT_BYTES + Suite.TAG_BYTES;
    return Partition.of(suite, tenant, array, before, size - before - after);
  }

  /** Whether the body is cut into frames; one piece otherwise. */
  boolean framed() {
    return framed;
  }

  /** The length of every frame but the last, 1 to 2^32 − 1; 0 without frames. */
  long frameLength() {
    return frameLength;
  }

  /** How many bytes the header takes, its tag included. */
  int size() {
    return size;
  }

  /** What the message commits to; not a copy. */
  byte[] commitment() {
    return commitment;
  }

  /** An array that begins with the header's bytes, its tag included; not a copy. */
  byte[] array() {
    return array;
  }
}
