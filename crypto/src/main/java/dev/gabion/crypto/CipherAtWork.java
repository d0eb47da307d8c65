package dev.gabion.crypto;

import dev.gabion.core.IssuedSecrets;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretValue;
import dev.gabion.crypto.CipherTrail.Operation;
import dev.gabion.crypto.KeyCache.Lease;
import dev.gabion.crypto.KeyRing.Permitted;
import dev.gabion.crypto.Refused.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cipher from its start, or from a restore, until it is closed or a snapshot is taken: the
 * wrapping keys, the data keys, and the order of what is done.
 *
 * <p>Opening, everything that can be refused without a data key is: form and bounds, the suite, the
 * context, the wrapping keys that the message names. Only then the cache, and only then KMS.
 */
final class CipherAtWork implements AutoCloseable {
  /** A data key and what belongs to it. */
  private interface Held extends KeyCache.Wiped {
    DataKey key();

    @Override
    default void close() {
      key().close();
    }
  }

  /** A data key to seal with. */
  private record Sealing(
      DataKey key,
      Map<String, String> context,
      @Nullable SigningKey signer,
      Map<String, String> facts)
      implements Held {}

  /** A data key to open with. */
  private record Opening(DataKey key, Map<String, String> facts) implements Held {}

  /** Where a message comes from. */
  interface Source {
    byte[] message() throws Refused;
  }

  /** What becomes of a plaintext. */
  interface Form<R> {
    R of(byte[] plaintext) throws Refused;
  }

  /** The length of what is a stream. */
  private static final long STREAM = -1;

  private final KeyRing ring;
  private final CipherChoices choices;
  private final IssuedSecrets issued;
  private final MessageWriter writer = new MessageWriter(new SecureRandom());
  private final KeyCache<Sealing> sealings;
  private final KeyCache<Opening> openings;

  /** Creates one that has no data keys and takes none before it is opened. */
  CipherAtWork(KeyRing ring, CipherChoices choices, IssuedSecrets issued) {
    this.ring = ring;
    this.choices = choices;
    this.issued = issued;
    DataKeyCache bounds = choices.cache() == null ? DataKeyCache.standard() : choices.cache();
    this.sealings = new KeyCache<>(bounds, choices.clock());
    this.openings = new KeyCache<>(bounds, choices.clock());
  }

  /** Begins. */
  void open() {
    sealings.open();
    openings.open();
  }

  /** Wipes the data keys, and takes no others. */
  @Override
  public void close() {
    sealings.close();
    openings.close();
  }

  byte[] seal(Scope scope, byte[] plaintext, Context context) {
    try (Lease<Sealing> lease = lend(context, plaintext.length, scope)) {
      Sealing with = lease.key();
      byte[] message =
          writer.seal(
              choices.suite(),
              with.key,
              with.context,
              with.signer,
              plaintext,
              choices.frameLength());
      CipherTrail.done(scope, with.facts, lease.cached(), plaintext.length);
      return message;
    }
  }

  /** Writes a message that is whole only once {@code body} has returned. */
  void seal(Scope scope, OutputStream to, Context context, EnvelopeCipher.Body body)
      throws IOException {
    MessageOutput message;
    Map<String, String> facts;
    try (Lease<Sealing> lease = lendAlone(context, scope)) {
      Sealing with = lease.key();
      facts = with.facts;
      OutputStream kept = new KeptOpen(to);
      message = writer.stream(with.key, with.context, kept, choices.frameLength());
    }
    boolean whole = false;
    try {
      KeptOpen plaintext = new KeptOpen(message);
      body.write(plaintext);
      CipherTrail.done(scope, facts, false, plaintext.bytes());
      message.close();
      whole = true;
    } finally {
      message.abandon(); // does nothing to one that is whole
      if (!whole) {
        CipherTrail.abandoned(scope, facts);
      }
    }
  }

  <R> R open(Scope scope, Source source, Context required, Form<R> form) {
    MessageHeader header = null;
    byte[] message = new byte[0];
    try {
      message = source.message();
      header = MessageHeader.parse(message, choices.bounds());
      List<Permitted> keys = permitted(header, required);
      try (Lease<Opening> lease = lend(header, keys, message.length, scope)) {
        Opening with = lease.key();
        byte[] plaintext = MessageReader.open(message, header, with.key);
        R opened = form.of(plaintext);
        CipherTrail.done(scope, with.facts, lease.cached(), message.length);
        return opened;
      }
    } catch (Refused refused) {
      throw failed(scope, refused, claims(header, message.length));
    } catch (KeysUnavailable failure) {
      throw failed(scope, failure, claims(header, message.length));
    }
  }

  /** Opens a stream of plaintext: its header is proven, its frames are when they are read. */
  InputStream open(Scope scope, InputStream message, Context required) throws IOException {
    MessageHeader header = null;
    try {
      header = MessageHeader.read(message, choices.bounds());
      return open(scope, message, header, permitted(header, required));
    } catch (Refused refused) {
      throw failed(scope, refused, claims(header, STREAM));
    } catch (KeysUnavailable failure) {
      throw failed(scope, failure, claims(header, STREAM));
    }
  }

  private InputStream open(
      Scope scope, InputStream message, MessageHeader header, List<Permitted> keys)
      throws IOException, KeysUnavailable {
    try (Lease<Opening> lease = openings.lease(() -> opening(header, keys, scope))) {
      Opening with = lease.key();
      InputStream frames = MessageReader.stream(message, header, with.key, choices.bounds());
      CipherTrail.started(scope, with.facts);
      return new OpenedStream(frames, refused -> failed(scope, refused, claims(header, STREAM)));
    }
  }

  private static Map<String, String> claims(@Nullable MessageHeader header, long bytes) {
    return header == null ? Map.of() : CipherTrail.claims(header, bytes);
  }

  /** Refuses what can be refused before anybody is asked for a data key. */
  private List<Permitted> permitted(MessageHeader header, Context required)
      throws Refused, KeysUnavailable {
    if (choices.suite().signed() && !header.suite().signed()) {
      throw Refused.because(Reason.UNSIGNED);
    }
    boolean meant =
        choices.moreContext() ? required.isWithinThatOf(header) : required.equalsThatOf(header);
    if (!meant) {
      throw Refused.because(Reason.CONTEXT_MISMATCH);
    }
    return ring.permitted(header.encryptedDataKeys());
  }

  private Lease<Sealing> lend(Context context, long bytes, Scope scope) {
    if (choices.cache() == null) {
      return lendAlone(context, scope);
    }
    Partition partition = Partition.of(choices.suite(), tenant(scope), context.bytes());
    try {
      return sealings.lease(partition, bytes, scope, () -> told(sealing(context, scope)));
    } catch (KeysUnavailable failure) {
      throw unsealed(scope, failure, context);
    }
  }

  private Lease<Sealing> lendAlone(Context context, Scope scope) {
    try {
      return sealings.lease(() -> sealing(context, scope));
    } catch (KeysUnavailable failure) {
      throw unsealed(scope, failure, context);
    }
  }

  private Lease<Opening> lend(MessageHeader header, List<Permitted> keys, long bytes, Scope scope)
      throws KeysUnavailable {
    if (choices.cache() == null) {
      return openings.lease(() -> opening(header, keys, scope));
    }
    Partition partition = header.partition(tenant(scope));
    return openings.lease(partition, bytes, scope, () -> told(opening(header, keys, scope)));
  }

  private static @Nullable String tenant(Scope scope) {
    return scope.tenantId().orElse(null);
  }

  /** A signing key is bound to its data key by the context, and lives as long. */
  private Sealing sealing(Context context, Scope scope) throws KeysUnavailable {
    SigningKey signer = choices.suite().signed() ? SigningKey.generate() : null;
    Map<String, String> whole = signer == null ? context.pairs() : signer.in(context.pairs());
    KeyRing.Given given = ring.generate(whole, scope);
    Map<String, String> facts =
        CipherTrail.facts(Operation.ENCRYPT, choices.suite(), given.names(), context.pairs());
    return new Sealing(given.key(), whole, signer, facts);
  }

  private Opening opening(MessageHeader header, List<Permitted> keys, Scope scope)
      throws KeysUnavailable {
    KeyRing.Given given = ring.open(keys, header.context(), scope);
    Map<String, String> facts =
        CipherTrail.facts(Operation.DECRYPT, header.suite(), given.names(), header.context());
    return new Opening(given.key(), facts);
  }

  /**
   * Has whoever keeps secrets out of the log learn of a key that stays. One that is for one message
   * alone is gone before anything could print it, and would crowd out those that are not.
   */
  private <K extends Held> K told(K fetched) {
    byte[] copy = fetched.key().copy();
    try (SecretValue secret = SecretValue.copyOf(copy)) {
      issued.issuedDataKey(secret);
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
    return fetched;
  }

  private EncryptionFailed unsealed(Scope scope, KeysUnavailable failure, Context context) {
    Map<String, String> known =
        CipherTrail.facts(Operation.ENCRYPT, choices.suite(), ring.describe(), context.pairs());
    CipherTrail.failed(scope, Operation.ENCRYPT, failure, known);
    return new EncryptionFailed(failure.retryable());
  }

  private static DecryptionFailed failed(
      Scope scope, KeysUnavailable failure, Map<String, String> known) {
    CipherTrail.failed(scope, Operation.DECRYPT, failure, known);
    return new DecryptionFailed(failure.retryable());
  }

  private static DecryptionFailed failed(Scope scope, Refused refused, Map<String, String> known) {
    CipherTrail.refused(scope, refused, known);
    return new DecryptionFailed(false);
  }
}
