package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** One KMS key: its material, its state, and what it can compute. */
final class LocalKmsKey {
  static final String SYMMETRIC = "SYMMETRIC_DEFAULT";

  /** Key specs for codes, with the size of their material in bytes (the hash's own). */
  static final Map<String, Integer> MACS =
      Map.of("HMAC_224", 28, "HMAC_256", 32, "HMAC_384", 48, "HMAC_512", 64);

  private static final int NONCE = 12;
  private static final int TAG = 16;
  private static final byte FORMAT = 1;

  /** "Key states of AWS KMS keys". */
  enum State {
    ENABLED("Enabled"),
    DISABLED("Disabled"),
    PENDING_DELETION("PendingDeletion");

    final String text;

    State(String text) {
      this.text = text;
    }
  }

  final String id;
  final String arn;
  final String spec;
  private final Plan plan;
  private final SecureRandom random;
  private final Instant created;
  private final byte[] material;

  /** The primary key, then its replicas. */
  private final List<LocalKmsKey> family;

  private volatile State state = State.ENABLED;
  private volatile @Nullable Instant deletion;

  /** Where a key is and what it is for. */
  record Plan(
      String region,
      String account,
      String spec,
      boolean multiRegion,
      boolean awsManaged,
      String description) {
    String arn(String id) {
      return "arn:aws:kms:" + region + ":" + account + ":key/" + id;
    }
  }

  LocalKmsKey(Plan plan, SecureRandom random, Instant now) {
    this(
        plan,
        random,
        plan.multiRegion()
            ? "mrk-" + UUID.randomUUID().toString().replace("-", "")
            : UUID.randomUUID().toString(),
        random(random, MACS.getOrDefault(plan.spec(), 32)),
        new CopyOnWriteArrayList<>(),
        now);
  }

  private LocalKmsKey(
      Plan plan,
      SecureRandom random,
      String id,
      byte[] material,
      List<LocalKmsKey> family,
      Instant now) {
    this.plan = plan;
    this.random = random;
    this.id = id;
    this.arn = plan.arn(id);
    this.spec = plan.spec();
    this.created = now;
    this.material = material;
    this.family = family;
    family.add(this);
  }

  /** The same key, by its id and material, in another region. */
  LocalKmsKey replica(Plan other, Instant now) {
    return new LocalKmsKey(other, random, id, material, family, now);
  }

  static byte[] random(SecureRandom random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  boolean isMultiRegion() {
    return id.startsWith("mrk-");
  }

  boolean isForCodes() {
    return MACS.containsKey(spec);
  }

  State state() {
    return state;
  }

  void enable(boolean enabled) {
    refuseWhilePending();
    state = enabled ? State.ENABLED : State.DISABLED;
  }

  Instant scheduleDeletion(Instant now, long days) {
    refuseWhilePending();
    Instant when = now.plus(Duration.ofDays(days));
    deletion = when;
    state = State.PENDING_DELETION;
    return when;
  }

  void cancelDeletion() {
    if (state != State.PENDING_DELETION) {
      throw AwsRefusal.of("KMSInvalidStateException", arn + " is not pending deletion.");
    }
    deletion = null;
    state = State.DISABLED;
  }

  boolean isGone(Instant now) {
    Instant when = deletion;
    return when != null && !now.isBefore(when);
  }

  void refuseWhilePending() {
    if (state == State.PENDING_DELETION) {
      throw AwsRefusal.of("KMSInvalidStateException", arn + " is pending deletion.");
    }
  }

  /** Refuses what a key in this state, or made for something else, cannot do. */
  void require(boolean forCodes) {
    refuseWhilePending();
    if (state == State.DISABLED) {
      throw AwsRefusal.of("DisabledException", arn + " is disabled.");
    }
    if (forCodes != isForCodes()) {
      throw AwsRefusal.of(
          "InvalidKeyUsageException", arn + " has a key usage that this operation cannot use.");
    }
  }

  /** What DescribeKey says. */
  ObjectNode describe() {
    ObjectNode answer =
        AwsService.answer()
            .put("AWSAccountId", plan.account())
            .put("KeyId", id)
            .put("Arn", arn)
            .put("CreationDate", AwsService.seconds(created))
            .put("Enabled", state == State.ENABLED)
            .put("Description", plan.description())
            .put("KeyUsage", isForCodes() ? "GENERATE_VERIFY_MAC" : "ENCRYPT_DECRYPT")
            .put("KeyState", state.text)
            .put("Origin", "AWS_KMS")
            .put("KeyManager", plan.awsManaged() ? "AWS" : "CUSTOMER")
            .put("KeySpec", spec)
            .put("CustomerMasterKeySpec", spec)
            .put("MultiRegion", isMultiRegion());
    Instant when = deletion;
    if (when != null) {
      answer.put("DeletionDate", AwsService.seconds(when));
    }
    if (isForCodes()) {
      answer.putArray("MacAlgorithms").add(macAlgorithm());
    } else {
      answer.putArray("EncryptionAlgorithms").add(SYMMETRIC);
    }
    if (isMultiRegion()) {
      describeFamily(answer.putObject("MultiRegionConfiguration"));
    }
    return answer;
  }

  private void describeFamily(ObjectNode answer) {
    LocalKmsKey primary = family.get(0);
    answer.put("MultiRegionKeyType", primary.arn.equals(arn) ? "PRIMARY" : "REPLICA");
    answer.putObject("PrimaryKey").put("Arn", primary.arn).put("Region", primary.plan.region());
    ArrayNode replicas = answer.putArray("ReplicaKeys");
    family.stream()
        .skip(1)
        .forEach(key -> replicas.addObject().put("Arn", key.arn).put("Region", key.plan.region()));
  }

  /** The one algorithm of a key for codes, such as HMAC_SHA_256. */
  String macAlgorithm() {
    return spec.replace("HMAC_", "HMAC_SHA_");
  }

  byte[] mac(byte[] message) {
    String algorithm = spec.replace("HMAC_", "HmacSHA");
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(material, algorithm));
      return mac.doFinal(message);
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError("Every JDK has " + algorithm, impossible);
    }
  }

  /**
   * Encrypts: format, length and text of the key id, nonce, then the text and its tag. All that
   * comes before the nonce, and the context, is authenticated.
   */
  byte[] encrypt(byte[] plaintext, SortedMap<String, String> context) {
    byte[] head = head(id);
    byte[] nonce = random(random, NONCE);
    try {
      Cipher gcm = gcm(Cipher.ENCRYPT_MODE, nonce, head, context);
      byte[] sealed = gcm.doFinal(plaintext);
      return ByteBuffer.allocate(head.length + NONCE + sealed.length)
          .put(head)
          .put(nonce)
          .put(sealed)
          .array();
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError("Every JDK has AES-GCM.", impossible);
    }
  }

  /** Decrypts what {@link #encrypt} made with the same context. */
  byte[] decrypt(byte[] blob, SortedMap<String, String> context) {
    byte[] head = head(id);
    try {
      byte[] nonce = Arrays.copyOfRange(blob, head.length, head.length + NONCE);
      Cipher gcm = gcm(Cipher.DECRYPT_MODE, nonce, head, context);
      int start = head.length + NONCE;
      return gcm.doFinal(blob, start, blob.length - start);
    } catch (AEADBadTagException altered) {
      throw invalidCiphertext();
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError("Every JDK has AES-GCM.", impossible);
    }
  }

  /** The id of the key that made a blob. */
  static String keyOf(byte[] blob) {
    int length = blob.length < 2 ? 0 : blob[1] & 0xff;
    if (length == 0 || blob[0] != FORMAT || blob.length < 2 + length + NONCE + TAG) {
      throw invalidCiphertext();
    }
    return new String(blob, 2, length, UTF_8);
  }

  static AwsRefusal invalidCiphertext() {
    return AwsRefusal.of(
        "InvalidCiphertextException", "The ciphertext, or its encryption context, is not valid.");
  }

  private static byte[] head(String id) {
    byte[] text = id.getBytes(UTF_8);
    return ByteBuffer.allocate(2 + text.length)
        .put(FORMAT)
        .put((byte) text.length)
        .put(text)
        .array();
  }

  private Cipher gcm(int mode, byte[] nonce, byte[] head, SortedMap<String, String> context)
      throws GeneralSecurityException {
    Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
    gcm.init(mode, new SecretKeySpec(material, "AES"), new GCMParameterSpec(TAG * 8, nonce));
    gcm.updateAAD(head);
    for (Map.Entry<String, String> pair : context.entrySet()) {
      for (byte[] part : new byte[][] {utf8(pair.getKey()), utf8(pair.getValue())}) {
        gcm.updateAAD(ByteBuffer.allocate(4).putInt(part.length).array());
        gcm.updateAAD(part);
      }
    }
    return gcm;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  @Override
  public String toString() {
    return arn;
  }
}
