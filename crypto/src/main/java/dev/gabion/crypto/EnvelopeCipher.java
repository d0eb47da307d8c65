package dev.gabion.crypto;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.Environment;
import dev.gabion.core.Managed;
import dev.gabion.core.Scope;
import dev.gabion.core.StartFailed;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts under data keys that KMS wraps, in the message format of the AWS Encryption SDK (version
 * 2, committing suites): what this writes the official SDK opens, and the other way round.
 *
 * <pre>{@code
 * EnvelopeCipher cards = EnvelopeCipher.with(KmsKeys.of(Settings.required("CARD_KEY_ARN")));
 * … .uses(cards)
 * String sealed = cards.encryptText(call, number, Map.of("purpose", "card", "customer", id));
 * String number = cards.decryptText(call, sealed, Map.of("purpose", "card", "customer", id));
 * }</pre>
 *
 * <p><b>The encryption context</b> says what the data is and whose. It is bound to the data, and
 * whoever opens it says it again, so that a sealed card number cannot be put into another
 * customer's record. It is no secret: it stands in clear in the message and in CloudTrail. So it
 * never holds one. It has 1 to 16 pairs; the names {@code aws-crypto-…} and {@code gabion:…} are
 * reserved.
 *
 * <p><b>Data keys are cached</b>, see {@link DataKeyCache} for the bounds and for what that costs.
 * Streams have a data key of their own.
 *
 * <p><b>Failure</b>: {@link DecryptionFailed} and {@link EncryptionFailed} say nothing but whether
 * a retry can help; the audit trail has the reason, the KMS keys, the names in the context and the
 * sizes.
 *
 * <p>Choices such as {@link #signed} give a copy. The one that is used is the one to hand to {@code
 * .uses(…)}: before its start it refuses. Any number of threads may use it.
 */
public final class EnvelopeCipher implements Managed, AutoCloseable {
  /** What writes the plaintext of a stream. */
  @FunctionalInterface
  public interface Body {
    /**
     * Writes the whole plaintext. If it throws, what was written opens nowhere.
     *
     * @param plaintext where to; closing it does nothing
     */
    void write(OutputStream plaintext) throws IOException;
  }

  private final Supplier<KeyRing> keys;
  private final CipherChoices choices;
  private final KeyRing ring;
  private volatile @Nullable CipherAtWork work;
  private @Nullable Environment started;

  private EnvelopeCipher(Supplier<KeyRing> keys, CipherChoices choices) {
    this.keys = keys;
    this.choices = choices;
    this.ring = keys.get();
  }

  /** A cipher with keys of KMS. */
  public static EnvelopeCipher with(KmsKeys keys) {
    return new EnvelopeCipher(keys::ring, CipherChoices.standard());
  }

  /** A cipher with a key of this process, for tests and demos. */
  public static EnvelopeCipher with(LocalKeys keys) {
    return new EnvelopeCipher(keys::ring, CipherChoices.standard());
  }

  /** A cipher with other wrapping keys, for this room's tests. */
  static EnvelopeCipher with(KeyRing ring, CipherChoices choices) {
    return new EnvelopeCipher(() -> ring, choices);
  }

  /**
   * Signs every message (ECDSA on P-384), and opens signed ones alone: for readers who trust
   * whoever may encrypt, but not everybody else who may decrypt. About a millisecond for each
   * message on both sides; no streams. A cipher that does not sign opens both.
   */
  public EnvelopeCipher signed() {
    return but(choices.suite(Suite.SIGNED));
  }

  /**
   * Takes another number of bytes of plaintext for one frame than 64 KiB: a stream holds two frames
   * in memory, and each frame adds 32 bytes.
   *
   * @throws IllegalArgumentException if it is below 1 or above 16 MiB
   */
  public EnvelopeCipher frameLength(int bytes) {
    if (bytes < 1 || bytes > Bounds.DEFAULT.frameBytes()) {
      throw new IllegalArgumentException("A frame has 1 byte to 16 MiB.");
    }
    return but(choices.frameLength(bytes));
  }

  /**
   * Takes messages with another number of encrypted data keys than at most 3: so many calls of KMS
   * may one message cause.
   *
   * @throws IllegalArgumentException if it is below 1 or above 65,535
   */
  public EnvelopeCipher maxEncryptedDataKeys(int count) {
    if (count < 1 || count > 0xFFFF) {
      throw new IllegalArgumentException("A message has 1 to 65,535 encrypted data keys.");
    }
    return but(choices.maxEncryptedDataKeys(count));
  }

  /** Keeps data keys within other bounds than {@link DataKeyCache#standard}. */
  public EnvelopeCipher cache(DataKeyCache bounds) {
    return but(choices.cache(bounds));
  }

  /** Asks KMS for every message: a revoked key opens nothing from that moment on. */
  public EnvelopeCipher uncached() {
    return but(choices.cache(null));
  }

  /**
   * Opens messages that have more pairs in their context than are demanded, such as those of
   * another program; what is demanded must still be there, and a sealed field still opens in its
   * place alone.
   */
  public EnvelopeCipher acceptingMoreContext() {
    return but(choices.acceptingMoreContext());
  }

  private EnvelopeCipher but(CipherChoices others) {
    return new EnvelopeCipher(keys, others);
  }

  /**
   * Makes the clients, and pays for the first use of the JDK's ciphers.
   *
   * @throws StartFailed if more keys wrap a message than it may have
   */
  @Override
  public synchronized void start(Environment environment) throws Exception {
    if (environment == started) {
      return;
    }
    if (ring.size() > choices.bounds().encryptedDataKeys()) {
      throw new StartFailed(
          "This cipher would seal with more keys than it opens messages of:"
              + " raise maxEncryptedDataKeys.");
    }
    ring.start(environment);
    WarmUp.run(choices);
    begin(environment);
  }

  /** Wipes the data keys: none is taken before the restore. */
  @Override
  public void beforeSnapshot() throws Exception {
    CipherAtWork current = work;
    if (current != null) {
      current.close();
    }
    ring.beforeSnapshot();
  }

  @Override
  public void afterRestore(Environment environment) throws Exception {
    ring.afterRestore(environment);
    begin(environment);
  }

  private synchronized void begin(Environment environment) {
    CipherAtWork fresh = new CipherAtWork(ring, choices, environment.issuedSecrets());
    if (!environment.awaitsSnapshot()) {
      fresh.open();
    }
    CipherAtWork former = work;
    work = fresh;
    started = environment;
    if (former != null) {
      former.close();
    }
  }

  /**
   * Encrypts bytes.
   *
   * @param context what the data is and whose, in clear
   * @throws EncryptionFailed if there is no data key
   * @throws IllegalArgumentException if the context is empty, too large or has a reserved name
   */
  public byte[] encrypt(Scope scope, byte[] plaintext, Map<String, String> context) {
    return work().seal(scope, plaintext, Context.of(context));
  }

  /**
   * Decrypts bytes.
   *
   * @param required the context that the message must have been sealed with, no pair more or less
   * @throws DecryptionFailed if it does not open, whatever the reason
   * @throws IllegalArgumentException if the context is empty, too large or has a reserved name
   */
  public byte[] decrypt(Scope scope, byte[] message, Map<String, String> required) {
    return work().open(scope, () -> message, Context.of(required), plaintext -> plaintext);
  }

  /**
   * Encrypts text, as UTF-8, to Base64 text.
   *
   * @throws EncryptionFailed if there is no data key
   * @throws IllegalArgumentException if the text has a lone surrogate; or as {@link #encrypt} does
   */
  public String encryptText(Scope scope, String text, Map<String, String> context) {
    byte[] plaintext = Utf8.bytes(text);
    try {
      return Base64Text.of(encrypt(scope, plaintext, context));
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  /**
   * Decrypts what {@link #encryptText} gave.
   *
   * @throws DecryptionFailed if it does not open, whatever the reason
   */
  public String decryptText(Scope scope, String sealed, Map<String, String> required) {
    return work().open(scope, () -> Base64Text.decode(sealed), Context.of(required), Utf8::consume);
  }

  /**
   * Encrypts one field of a document in its place: whatever stands there, of any type, becomes
   * Base64 text. Its place goes into the context as {@code gabion:field}, so that a sealed field
   * does not open in another.
   *
   * @param pointer the place, such as {@code /card/number} (RFC 6901)
   * @throws EncryptionFailed if there is no data key; the document is as it was
   * @throws IllegalArgumentException if there is no such field; or as {@link #encrypt} does
   */
  public void encryptField(
      Scope scope, ObjectNode document, String pointer, Map<String, String> context) {
    JsonField field = JsonField.at(document, pointer);
    byte[] plaintext = field.plaintext();
    try {
      Context whole = Context.ofField(context, pointer);
      field.put(Base64Text.of(work().seal(scope, plaintext, whole)));
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  /**
   * Decrypts one field of a document in its place: it becomes what it was.
   *
   * @throws DecryptionFailed if it does not open, whatever the reason; the document is as it was
   */
  public void decryptField(
      Scope scope, ObjectNode document, String pointer, Map<String, String> required) {
    JsonField field = JsonField.at(document, pointer);
    Context whole = Context.ofField(required, pointer);
    JsonNode opened =
        work().open(scope, () -> Base64Text.decode(field.sealed()), whole, JsonField::read);
    field.put(opened);
  }

  /**
   * Encrypts a stream in constant memory: {@code cipher.encrypting(call, out, context,
   * in::transferTo)}. The message is whole only if the body returns: what a body leaves behind that
   * failed halfway opens nowhere, and does not look like something shorter.
   *
   * @param out where the message goes; it is flushed and not closed
   * @throws EncryptionFailed if there is no data key
   * @throws IllegalStateException if this cipher signs
   * @throws IOException if the body or {@code out} fails
   */
  public void encrypting(Scope scope, OutputStream out, Map<String, String> context, Body body)
      throws IOException {
    if (choices.suite().signed()) {
      throw new IllegalStateException(
          "A signed message is released only once it is whole: encrypt bytes, or do not sign.");
    }
    work().seal(scope, out, Context.of(context), body);
  }

  /**
   * Decrypts a stream in memory of two frames, at most 16 MiB each. Each frame is proven before any
   * of it is released; but only the end of the stream proves that nothing is missing: do not act on
   * what came before it. Instead of an end, a message that was cut or changed has {@link
   * DecryptionFailed}. Signed messages are refused.
   *
   * @param message closed when the result is
   * @throws DecryptionFailed if it does not open, whatever the reason; also by the result
   * @throws IOException if {@code message} fails
   */
  public InputStream decrypting(Scope scope, InputStream message, Map<String, String> required)
      throws IOException {
    return work().open(scope, message, Context.of(required));
  }

  private CipherAtWork work() {
    CipherAtWork current = work;
    if (current == null) {
      throw new IllegalStateException(
          "This cipher is not started: hand it to .uses(…), and this very one, for a choice such"
              + " as signed() gives another.");
    }
    return current;
  }

  /** Wipes the data keys and closes the clients. */
  @Override
  public synchronized void close() {
    CipherAtWork current = work;
    work = null;
    started = null;
    if (current != null) {
      current.close();
    }
    ring.close();
  }

  @Override
  public String describe() {
    DataKeyCache cache = choices.cache();
    return "EnvelopeCipher with "
        + ring.describe()
        + (choices.suite().signed() ? ", signed" : "")
        + (cache == null ? ", uncached" : ", each data key for at most " + cache);
  }
}
