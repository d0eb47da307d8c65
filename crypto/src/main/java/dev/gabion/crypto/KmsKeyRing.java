package dev.gabion.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gabion.aws.AwsClient;
import dev.gabion.aws.AwsFault;
import dev.gabion.core.Environment;
import dev.gabion.core.Scope;
import dev.gabion.crypto.KeysUnavailable.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;

/**
 * Data keys that AWS KMS wraps (AWS Encryption SDK specification, "AWS KMS Keyring", "AWS KMS MRK
 * Keyring", "AWS KMS MRK Discovery Keyring").
 *
 * <p>Only a key that was configured is ever asked for, and the answer must be about that key. What
 * a message names alone leads to no call.
 */
final class KmsKeyRing implements KeyRing {
  /** Who wrapped, as messages say it. */
  static final String PROVIDER = "aws-kms";

  /**
   * Whose keys may be asked for without being listed.
   *
   * @param reason why
   */
  record Discovery(String partition, Set<String> accounts, String reason) {
    /** In one region alone: a message must not choose where it is opened. */
    private boolean covers(KeyArn key, String region) {
      return partition.equals(key.partition())
          && accounts.contains(key.account())
          && (key.isMultiRegion() || key.region().equals(region));
    }
  }

  private final KmsClients clients;
  private final List<KeyArn> sealing;
  private final List<KeyArn> opening;
  private final @Nullable Discovery discovery;

  /**
   * Creates a ring.
   *
   * @param sealing keys or aliases: the first makes data keys, all wrap them
   * @param opening keys that may be asked to open data keys
   */
  KmsKeyRing(
      KmsClients clients,
      List<KeyArn> sealing,
      List<KeyArn> opening,
      @Nullable Discovery discovery) {
    this.clients = clients;
    this.sealing = List.copyOf(sealing);
    this.opening = List.copyOf(opening);
    this.discovery = discovery;
  }

  @Override
  public void start(Environment environment) throws Exception {
    clients.start(environment);
  }

  @Override
  public void beforeSnapshot() throws Exception {
    clients.beforeSnapshot();
  }

  @Override
  public void afterRestore(Environment environment) throws Exception {
    clients.afterRestore(environment);
  }

  @Override
  public void close() {
    clients.close();
  }

  @Override
  public int size() {
    return sealing.size();
  }

  @Override
  public Given generate(Map<String, String> context, Scope scope) throws KeysUnavailable {
    if (sealing.isEmpty()) {
      throw new IllegalStateException(
          "These keys open messages and seal none: name a key by KmsKeys.of(…).");
    }
    KeyArn first = sealing.get(0);
    GenerateDataKeyResponse made =
        ask(
            () ->
                clients.apart(
                    first.region(),
                    kms ->
                        kms.generateDataKey(
                            request ->
                                request
                                    .keyId(first.text())
                                    .numberOfBytes(Suite.KEY_BYTES)
                                    .encryptionContext(context)
                                    .overrideConfiguration(AwsClient.within(scope)))));
    byte[] plaintext = bytes(made.plaintext());
    try {
      List<EncryptedDataKey> wrapped = new ArrayList<>();
      wrapped.add(wrapped(first, made.keyId(), made.ciphertextBlob()));
      if (plaintext.length != Suite.KEY_BYTES) {
        throw KeysUnavailable.because(Reason.KEY_MISANSWERED);
      }
      for (KeyArn other : sealing.subList(1, sealing.size())) {
        wrapped.add(wrap(plaintext, other, context, scope));
      }
      return new Given(DataKey.copyOf(plaintext, wrapped), names(wrapped));
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  private EncryptedDataKey wrap(
      byte[] plaintext, KeyArn key, Map<String, String> context, Scope scope)
      throws KeysUnavailable {
    EncryptResponse answer =
        ask(
            () ->
                clients.apart(
                    key.region(),
                    kms ->
                        kms.encrypt(
                            request ->
                                request
                                    .keyId(key.text())
                                    .plaintext(SdkBytes.fromByteArrayUnsafe(plaintext))
                                    .encryptionContext(context)
                                    .overrideConfiguration(AwsClient.within(scope)))));
    return wrapped(key, answer.keyId(), answer.ciphertextBlob());
  }

  private static EncryptedDataKey wrapped(
      KeyArn asked, @Nullable String answered, @Nullable SdkBytes blob) throws KeysUnavailable {
    byte[] bytes = bytes(blob);
    KeyArn key = answered == null ? null : KeyArn.find(answered);
    boolean right = key != null && (asked.isKey() ? key.equals(asked) : key.isBeside(asked));
    if (key == null || !right || bytes.length == 0 || bytes.length > 0xFFFF) {
      throw KeysUnavailable.because(Reason.KEY_MISANSWERED);
    }
    return new EncryptedDataKey(PROVIDER, key.text().getBytes(UTF_8), bytes);
  }

  private static String names(List<EncryptedDataKey> keys) {
    return String.join(
        " ", keys.stream().map(key -> new String(key.information(), UTF_8)).toList());
  }

  /**
   * The listed keys come first, in their order; what none of them opens is left out. A key that
   * says it is of KMS and names none makes the message malformed, as the specification has it.
   */
  @Override
  public List<Permitted> permitted(List<EncryptedDataKey> keys) throws KeysUnavailable {
    List<Permitted> permitted = new ArrayList<>(1);
    List<@Nullable KeyArn> names = new ArrayList<>(keys.size());
    for (EncryptedDataKey key : keys) {
      names.add(nameOf(key));
    }
    for (KeyArn own : opening) {
      for (int i = 0; i < keys.size(); i++) {
        KeyArn name = names.get(i);
        if (name != null && own.opensWhatWasSealedBy(name)) {
          permitted.add(new Permitted(keys.get(i), own.text()));
          names.set(i, null); // asked for once
        }
      }
    }
    if (discovery != null) {
      String region = clients.in(KmsClients.OWN).serviceClientConfiguration().region().id();
      for (int i = 0; i < keys.size(); i++) {
        KeyArn name = names.get(i);
        if (name != null && discovery.covers(name, region)) {
          permitted.add(new Permitted(keys.get(i), name.in(region).text()));
        }
      }
    }
    if (permitted.isEmpty()) {
      throw KeysUnavailable.because(Reason.KEY_NOT_PERMITTED);
    }
    return permitted;
  }

  private @Nullable KeyArn nameOf(EncryptedDataKey key) throws KeysUnavailable {
    if (!key.provider().equals(PROVIDER)) {
      return null;
    }
    String text = new String(key.information(), UTF_8);
    for (KeyArn own : opening) {
      if (own.text().equals(text)) {
        return own;
      }
    }
    KeyArn name = KeyArn.find(text);
    if (name == null) {
      throw KeysUnavailable.because(Reason.KEY_NAME);
    }
    return name;
  }

  @Override
  public Given open(List<Permitted> keys, Map<String, String> context, Scope scope)
      throws KeysUnavailable {
    KeysUnavailable failure = KeysUnavailable.because(Reason.KEY_NOT_PERMITTED);
    for (Permitted key : keys) {
      try {
        return open(key, context, scope);
      } catch (KeysUnavailable tryTheNext) {
        failure = failure.retryable() ? failure : tryTheNext;
      }
    }
    throw failure;
  }

  private Given open(Permitted key, Map<String, String> context, Scope scope)
      throws KeysUnavailable {
    DecryptResponse answer =
        ask(
            () ->
                clients.apart(
                    regionOf(key.by()),
                    kms ->
                        kms.decrypt(
                            request ->
                                request
                                    .keyId(key.by())
                                    .ciphertextBlob(
                                        SdkBytes.fromByteArrayUnsafe(key.key().wrapped()))
                                    .encryptionContext(context)
                                    .overrideConfiguration(AwsClient.within(scope)))));
    byte[] plaintext = bytes(answer.plaintext());
    try {
      if (!key.by().equals(answer.keyId()) || plaintext.length != Suite.KEY_BYTES) {
        throw KeysUnavailable.because(Reason.KEY_MISANSWERED);
      }
      return new Given(DataKey.copyOf(plaintext, List.of()), key.by());
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  /** Where a listed key is; what was discovered is in the function's own region. */
  private String regionOf(String name) {
    for (KeyArn own : opening) {
      if (own.text().equals(name)) {
        return own.region();
      }
    }
    return KmsClients.OWN;
  }

  /** Asks KMS, and says what its failures mean. */
  private static <R> R ask(Supplier<R> call) throws KeysUnavailable {
    try {
      return call.get();
    } catch (ApiCallTimeoutException
        | AbortedException late) { // who asked had no time, or was stopped
      throw KeysUnavailable.because(Reason.OUT_OF_TIME, AwsFault.code(late));
    } catch (SdkException failed) {
      throw KeysUnavailable.because(
          AwsFault.isTransient(failed) ? Reason.KEY_UNREACHABLE : Reason.KEY_REFUSED,
          AwsFault.code(failed));
    } catch (RuntimeException closed) { // a client that is closed under a call throws what it likes
      throw KeysUnavailable.because(Reason.KEY_UNREACHABLE, AwsFault.code(closed));
    }
  }

  /** The array itself, so that it can be wiped. */
  private static byte[] bytes(@Nullable SdkBytes bytes) {
    return bytes == null ? new byte[0] : bytes.asByteArrayUnsafe();
  }

  /** Says which keys seal, and how many open. */
  @Override
  public String describe() {
    return "KMS "
        + String.join(", ", sealing.stream().map(KeyArn::text).toList())
        + " (opening "
        + opening.size()
        + (discovery == null
            ? ""
            : " and INSECURE: any key of "
                + discovery.partition()
                + " "
                + discovery.accounts()
                + ", "
                + discovery.reason())
        + ") in "
        + clients.describe();
  }
}
