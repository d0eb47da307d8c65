package dev.gabion.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gabion.core.Insecure;
import dev.gabion.core.Scope;
import dev.gabion.crypto.KeysUnavailable.Reason;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * A wrapping key of this process alone, for tests and demos without KMS: nothing that it seals
 * opens anywhere else, or after a restart.
 *
 * <p>Messages have the same format; data keys are wrapped as the Encryption SDK's raw AES keyring
 * does (specification, {@code framework/raw-aes-keyring.md}).
 */
public final class LocalKeys {
  private final String reason;
  private final KeyBytes wrapping;
  private final SecureRandom random;

  private LocalKeys(String reason, SecureRandom random) {
    byte[] key = new byte[Suite.KEY_BYTES];
    random.nextBytes(key);
    this.reason = reason;
    this.wrapping = new KeyBytes(key);
    this.random = random;
  }

  /**
   * Makes a key that is in this process's memory, and in nobody's custody.
   *
   * @param reason why that is right here; written to the log at INIT
   * @throws IllegalArgumentException if there is no reason
   */
  public static LocalKeys insecureDevelopmentKey(String reason) {
    return new LocalKeys(Insecure.reason(reason), new SecureRandom());
  }

  /** The key at work. */
  KeyRing ring() {
    return new Ring(wrapping, reason, random);
  }

  /** Wraps in this process. */
  private record Ring(KeyBytes wrapping, String reason, SecureRandom random) implements KeyRing {
    private static final String PROVIDER = "gabion-insecure-development";
    private static final String NAME = "process";

    /** Name, tag length in bits, vector length in bytes; the vector follows. */
    private static byte[] information(byte[] iv) {
      byte[] name = NAME.getBytes(UTF_8);
      return ByteBuffer.allocate(name.length + 8 + iv.length)
          .put(name)
          .putInt(8 * Suite.TAG_BYTES)
          .putInt(Suite.IV_BYTES)
          .put(iv)
          .array();
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public Given generate(Map<String, String> context, Scope scope) {
      byte[] key = new byte[Suite.KEY_BYTES];
      byte[] iv = new byte[Suite.IV_BYTES];
      random.nextBytes(key);
      random.nextBytes(iv);
      try {
        byte[] wrapped = cipher(Cipher.ENCRYPT_MODE, iv, context).doFinal(key);
        EncryptedDataKey own = new EncryptedDataKey(PROVIDER, information(iv), wrapped);
        return new Given(DataKey.copyOf(key, List.of(own)), PROVIDER);
      } catch (GeneralSecurityException impossible) {
        throw new IllegalStateException("AES-GCM could not wrap a data key.", impossible);
      } finally {
        Arrays.fill(key, (byte) 0);
      }
    }

    @Override
    public List<Permitted> permitted(List<EncryptedDataKey> keys) throws KeysUnavailable {
      List<Permitted> own =
          keys.stream()
              .filter(key -> key.provider().equals(PROVIDER) && ivOf(key).length > 0)
              .map(key -> new Permitted(key, PROVIDER))
              .toList();
      if (own.isEmpty()) {
        throw KeysUnavailable.because(Reason.KEY_NOT_PERMITTED);
      }
      return own;
    }

    /** The vector; none if the information has another form. */
    private static byte[] ivOf(EncryptedDataKey key) {
      byte[] information = key.information();
      int from = Math.max(0, information.length - Suite.IV_BYTES);
      byte[] iv = Arrays.copyOfRange(information, from, information.length);
      return Arrays.equals(information, information(iv)) ? iv : new byte[0];
    }

    @Override
    public Given open(List<Permitted> keys, Map<String, String> context, Scope scope)
        throws KeysUnavailable {
      for (Permitted key : keys) {
        byte[] plaintext = new byte[0];
        try {
          Cipher cipher = cipher(Cipher.DECRYPT_MODE, ivOf(key.key()), context);
          plaintext = cipher.doFinal(key.key().wrapped());
          if (plaintext.length == Suite.KEY_BYTES) {
            return new Given(DataKey.copyOf(plaintext, List.of()), PROVIDER);
          }
        } catch (GeneralSecurityException | IllegalArgumentException notOurs) {
          // The next may be; a context that nobody could have written has no key of ours.
        } finally {
          Arrays.fill(plaintext, (byte) 0);
        }
      }
      throw KeysUnavailable.because(Reason.KEY_REFUSED);
    }

    private Cipher cipher(int mode, byte[] iv, Map<String, String> context)
        throws GeneralSecurityException {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, wrapping, new GCMParameterSpec(8 * Suite.TAG_BYTES, iv));
      cipher.updateAAD(ContextBytes.write(context));
      return cipher;
    }

    @Override
    public void close() {}

    @Override
    public String describe() {
      return Insecure.INSECURE + "a key of this process (" + reason + ")";
    }
  }
}
