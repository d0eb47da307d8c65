package dev.gabion.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM over the parts of one message: one cipher, made ready again for each part.
 *
 * <p>The header's tag has the initialization vector 0. A frame is written with its sequence number
 * as its vector, so that none is used twice under one key; it is read with the vector that it
 * carries, which its tag proves. What is authenticated with a frame is the message's id, the kind
 * of part, the sequence number and the length of the plaintext. One object belongs to one thread.
 * Facts: AWS Encryption SDK specification, {@code data-format/message-body-aad.md} and {@code
 * client-apis/encrypt.md}.
 */
final class FrameCipher {
  /** The highest sequence number: 2^32 − 1. */
  static final long LAST_SEQUENCE = 0xFFFF_FFFFL;

  /** The kinds of part that a body is made of. */
  enum Part {
    /** A frame that others follow. */
    FRAME("AWSKMSEncryptionClient Frame"),
    /** The last frame. */
    FINAL_FRAME("AWSKMSEncryptionClient Final Frame"),
    /** A body without frames. */
    WHOLE("AWSKMSEncryptionClient Single Block");

    private final String label;

    Part(String label) {
      this.label = label;
    }
  }

  private static final String TRANSFORMATION = "AES/GCM/NoPadding";

  /** Looked up once: asking every provider takes as long as encrypting a kilobyte. */
  private static final Provider PROVIDER = cipher(null).getProvider();

  private final Cipher cipher;
  private final int mode;
  private final KeyBytes key;
  private final byte[] messageId;
  private @Nullable Part part;
  private byte[] authenticated = new byte[0];
  private ByteBuffer fields = ByteBuffer.wrap(authenticated);

  private FrameCipher(int mode, KeyBytes key, byte[] messageId) {
    this.cipher = cipher(PROVIDER);
    this.mode = mode;
    this.key = key;
    this.messageId = messageId;
  }

  private static Cipher cipher(@Nullable Provider provider) {
    try {
      return provider == null
          ? Cipher.getInstance(TRANSFORMATION)
          : Cipher.getInstance(TRANSFORMATION, provider);
    } catch (GeneralSecurityException absent) {
      throw new IllegalStateException("This JDK has no AES-GCM.", absent);
    }
  }

  /** A cipher that encrypts a message. */
  static FrameCipher sealing(KeyBytes key, byte[] messageId) {
    return new FrameCipher(Cipher.ENCRYPT_MODE, key, messageId);
  }

  /** A cipher that decrypts a message. */
  static FrameCipher opening(KeyBytes key, byte[] messageId) {
    return new FrameCipher(Cipher.DECRYPT_MODE, key, messageId);
  }

  /** Writes the tag of the header that stands in {@code bytes} before {@code length}, after it. */
  void sealHeader(byte[] bytes, int length) {
    try {
      ready(new byte[Suite.IV_BYTES], 0);
      cipher.updateAAD(bytes, 0, length);
      cipher.doFinal(bytes, length);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("AES-GCM could not seal a header.", impossible);
    }
  }

  /** Checks the tag that stands in {@code header} before {@code end}, where the header ends. */
  void openHeader(byte[] header, int end) throws Refused {
    int length = end - Suite.TAG_BYTES;
    try {
      ready(new byte[Suite.IV_BYTES], 0);
      cipher.updateAAD(header, 0, length);
      cipher.doFinal(header, length, Suite.TAG_BYTES);
    } catch (GeneralSecurityException changed) {
      throw Refused.because(Refused.Reason.HEADER_TAG);
    }
  }

  /**
   * Makes ready for a part.
   *
   * @param length the length of its plaintext
   * @param iv where its initialization vector stands, at {@code ivAt}
   */
  void next(Part kind, long sequence, int length, byte[] iv, int ivAt) {
    if (kind != part) {
      part = kind;
      authenticated = authenticated(kind);
      fields = ByteBuffer.wrap(authenticated);
    }
    int end = authenticated.length;
    fields.putInt(end - 12, (int) sequence).putLong(end - 8, length);
    try {
      ready(iv, ivAt);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("AES-GCM could not be made ready.", impossible);
    }
    cipher.updateAAD(authenticated);
  }

  /** Encrypts the part; its tag follows it. */
  void seal(byte[] from, int at, int length, byte[] to, int toAt) {
    try {
      cipher.doFinal(from, at, length, to, toAt);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("AES-GCM could not seal a frame.", impossible);
    }
  }

  /**
   * Decrypts the part, which its tag follows.
   *
   * @param length the length of the plaintext
   * @throws Refused if it is not authentic; what stands at {@code toAt} is then not to be used
   */
  void open(byte[] from, int at, int length, byte[] to, int toAt) throws Refused {
    try {
      cipher.doFinal(from, at, length + Suite.TAG_BYTES, to, toAt);
    } catch (GeneralSecurityException changed) {
      throw Refused.because(Refused.Reason.FRAME_TAG);
    }
  }

  private void ready(byte[] iv, int at) throws GeneralSecurityException {
    cipher.init(mode, key, new GCMParameterSpec(8 * Suite.TAG_BYTES, iv, at, Suite.IV_BYTES));
  }

  private byte[] authenticated(Part kind) {
    byte[] label = kind.label.getBytes(StandardCharsets.US_ASCII);
    byte[] bytes = Arrays.copyOf(messageId, messageId.length + label.length + 12);
    System.arraycopy(label, 0, bytes, messageId.length, label.length);
    return bytes;
  }
}
