package dev.gabion.crypto;

import dev.gabion.core.StartFailed;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The first message, sealed and opened under a key that is none: what the JDK's ciphers cost the
 * first time is paid at INIT, and a JDK on which they do not work does not start.
 */
final class WarmUp {
  private WarmUp() {}

  static void run(CipherChoices choices) {
    byte[] plaintext = {'w', 'a', 'r', 'm'};
    EncryptedDataKey none = new EncryptedDataKey("none", new byte[0], new byte[0]);
    try (DataKey dataKey = DataKey.copyOf(new byte[Suite.KEY_BYTES], List.of(none))) {
      @Nullable SigningKey signer = choices.suite().signed() ? SigningKey.generate() : null;
      Map<String, String> context = signer == null ? Map.of() : signer.in(Map.of());
      byte[] message =
          new MessageWriter(new SecureRandom())
              .seal(choices.suite(), dataKey, context, signer, plaintext, plaintext.length);
      MessageHeader header = MessageHeader.parse(message, Bounds.DEFAULT);
      if (!Arrays.equals(plaintext, MessageReader.open(message, header, dataKey))) {
        throw new StartFailed("This JDK's ciphers do not give back what they were given.");
      }
    } catch (Refused impossible) {
      throw new StartFailed("This JDK's ciphers do not open what they have sealed.");
    }
  }
}
