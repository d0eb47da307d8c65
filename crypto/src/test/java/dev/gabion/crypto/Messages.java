package dev.gabion.crypto;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Messages whose data keys lie bare in them, so that tests can write and open them. */
final class Messages {
  static final Map<String, String> CONTEXT = Map.of("purpose", "test");

  private Messages() {}

  /** A data key, left bare by {@code wrapped} keys. */
  static DataKey dataKey(byte[] key, int wrapped) {
    List<EncryptedDataKey> keys = new ArrayList<>();
    for (int i = 0; i < wrapped; i++) {
      byte[] id = ("key-" + i).getBytes(StandardCharsets.UTF_8);
      keys.add(new EncryptedDataKey(BareKey.PROVIDER, id, key));
    }
    return DataKey.copyOf(key, keys);
  }

  static DataKey newDataKey(int wrapped) {
    byte[] key = new byte[Suite.KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return dataKey(key, wrapped);
  }

  static byte[] seal(Suite suite, byte[] plaintext, int frameLength) {
    return seal(suite, 1, CONTEXT, plaintext, frameLength);
  }

  static byte[] seal(
      Suite suite, int keys, Map<String, String> context, byte[] plaintext, int frameLength) {
    @Nullable SigningKey signer = suite.signed() ? SigningKey.generate() : null;
    Map<String, String> whole = signer == null ? context : signer.in(context);
    return new MessageWriter(new SecureRandom())
        .seal(suite, newDataKey(keys), whole, signer, plaintext, frameLength);
  }

  static byte[] sealStream(byte[] plaintext, int frameLength, int step) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    try (OutputStream stream =
        new MessageWriter(new SecureRandom())
            .stream(newDataKey(1), CONTEXT, message, frameLength)) {
      for (int at = 0; at < plaintext.length; at += step) {
        stream.write(plaintext, at, Math.min(step, plaintext.length - at));
      }
    }
    return message.toByteArray();
  }

  /** Opens a message with the data key that its first wrapped key lays bare. */
  static byte[] open(byte[] message) throws Refused {
    MessageHeader header = MessageHeader.parse(message, Bounds.DEFAULT);
    return MessageReader.open(message, header, bare(header));
  }

  static byte[] openStream(byte[] message) throws IOException {
    try (InputStream plaintext = stream(message, Bounds.DEFAULT)) {
      return plaintext.readAllBytes();
    }
  }

  static InputStream stream(byte[] message, Bounds bounds) throws IOException {
    InputStream source = new ByteArrayInputStream(message);
    MessageHeader header = MessageHeader.read(source, bounds);
    return MessageReader.stream(source, header, bare(header), bounds);
  }

  /** The data key of a header; a wrong one where none of that length is bare. */
  static DataKey bare(MessageHeader header) {
    byte[] wrapped = header.encryptedDataKeys().get(0).wrapped();
    return DataKey.copyOf(wrapped.length == 32 ? wrapped : new byte[32], List.of());
  }

  /** A context without what the signature added. */
  static Map<String, String> without(Map<String, String> context) {
    Map<String, String> rest = new TreeMap<>(context);
    rest.remove(SigningKey.NAME);
    return rest;
  }
}
