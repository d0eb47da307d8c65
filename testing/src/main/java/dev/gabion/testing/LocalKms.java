package dev.gabion.testing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * KMS with symmetric keys and keys for message authentication codes.
 *
 * <p>Source: AWS KMS API Reference; AWS KMS Developer Guide, "Key states of AWS KMS keys".
 */
final class LocalKms implements AwsService, LocalAws.Keys {
  private static final int PLAINTEXT_BYTES = 4096;
  private static final int BLOB_BYTES = 6144;
  private static final int DATA_KEY_BYTES = 1024;

  private final Map<String, LocalKmsKey> keys = new ConcurrentHashMap<>();
  private final Map<String, String> aliases = new ConcurrentSkipListMap<>();
  private final SecureRandom random = new SecureRandom();
  private final String region;
  private final String account;
  private final Clock clock;
  private final Function<String, LocalKms> regions;
  private final Map<String, Operation> operations =
      Map.ofEntries(
          Map.entry("CreateKey", this::createKey),
          Map.entry("ReplicateKey", this::replicateKey),
          Map.entry("DescribeKey", this::describeKey),
          Map.entry("EnableKey", ask -> enable(ask, true)),
          Map.entry("DisableKey", ask -> enable(ask, false)),
          Map.entry("ScheduleKeyDeletion", this::scheduleKeyDeletion),
          Map.entry("CancelKeyDeletion", this::cancelKeyDeletion),
          Map.entry("CreateAlias", this::createAlias),
          Map.entry("ListAliases", this::listAliases),
          Map.entry("Encrypt", this::encrypt),
          Map.entry("Decrypt", this::decrypt),
          Map.entry("ReEncrypt", this::reEncrypt),
          Map.entry("GenerateDataKey", ask -> generateDataKey(ask, true)),
          Map.entry("GenerateDataKeyWithoutPlaintext", ask -> generateDataKey(ask, false)),
          Map.entry("GenerateMac", this::generateMac),
          Map.entry("VerifyMac", this::verifyMac));

  LocalKms(String region, String account, Clock clock, Function<String, LocalKms> regions) {
    this.regions = regions;
    this.region = region;
    this.account = account;
    this.clock = clock;
  }

  @Override
  public Map<String, Operation> operations() {
    return operations;
  }

  private ObjectNode createKey(AwsAsk ask) {
    String spec = ask.text("KeySpec", ask.text("CustomerMasterKeySpec", LocalKmsKey.SYMMETRIC));
    boolean codes = LocalKmsKey.MACS.containsKey(spec);
    if (!codes && !spec.equals(LocalKmsKey.SYMMETRIC)) {
      throw AwsRefusal.of("UnsupportedOperationException", "LocalAws has no such key spec.");
    }
    if (!ask.text("Origin", "AWS_KMS").equals("AWS_KMS")) {
      throw AwsRefusal.of("UnsupportedOperationException", "LocalAws has no such origin.");
    }
    String usage = ask.text("KeyUsage", "ENCRYPT_DECRYPT");
    if (!usage.equals(codes ? "GENERATE_VERIFY_MAC" : "ENCRYPT_DECRYPT")) {
      throw AwsRefusal.invalid("KeyUsage", "does not fit the KeySpec");
    }
    LocalKmsKey key = create(spec, ask.flag("MultiRegion"), false, ask.text("Description", ""));
    return AwsService.answer().set("KeyMetadata", key.describe());
  }

  private LocalKmsKey create(
      String spec, boolean multiRegion, boolean awsManaged, String description) {
    LocalKmsKey key =
        new LocalKmsKey(plan(spec, multiRegion, awsManaged, description), random, clock.instant());
    keys.put(key.id, key);
    return key;
  }

  private LocalKmsKey.Plan plan(
      String spec, boolean multiRegion, boolean awsManaged, String description) {
    return new LocalKmsKey.Plan(region, account, spec, multiRegion, awsManaged, description);
  }

  private ObjectNode replicateKey(AwsAsk ask) {
    LocalKmsKey key = keyItself(ask.text("KeyId"));
    String other = ask.text("ReplicaRegion");
    if (!key.isMultiRegion()) {
      throw AwsRefusal.of("UnsupportedOperationException", key.arn + " is no multi-Region key.");
    }
    if (!other.matches("[a-z]{2}-[a-z-]{3,20}-[0-9]") || other.equals(region)) {
      throw AwsRefusal.invalid("ReplicaRegion", "must be another region");
    }
    key.require(key.isForCodes());
    LocalKmsKey replica = regions.apply(other).adopt(key, ask.text("Description", ""));
    return AwsService.answer().set("ReplicaKeyMetadata", replica.describe());
  }

  private LocalKmsKey adopt(LocalKmsKey key, String description) {
    if (keys.containsKey(key.id)) {
      throw AwsRefusal.of("AlreadyExistsException", "The region has a replica of that key.");
    }
    LocalKmsKey replica = key.replica(plan(key.spec, true, false, description), clock.instant());
    keys.put(replica.id, replica);
    return replica;
  }

  private ObjectNode describeKey(AwsAsk ask) {
    return AwsService.answer().set("KeyMetadata", key(ask.text("KeyId")).describe());
  }

  private ObjectNode enable(AwsAsk ask, boolean enabled) {
    keyItself(ask.text("KeyId")).enable(enabled);
    return AwsService.answer();
  }

  private ObjectNode scheduleKeyDeletion(AwsAsk ask) {
    LocalKmsKey key = keyItself(ask.text("KeyId"));
    long days = ask.number("PendingWindowInDays", 7, 30).orElse(30);
    Instant when = key.scheduleDeletion(clock.instant(), days);
    return AwsService.answer()
        .put("KeyId", key.arn)
        .put("DeletionDate", AwsService.seconds(when))
        .put("KeyState", key.state().text)
        .put("PendingWindowInDays", days);
  }

  private ObjectNode cancelKeyDeletion(AwsAsk ask) {
    LocalKmsKey key = keyItself(ask.text("KeyId"));
    key.cancelDeletion();
    return AwsService.answer().put("KeyId", key.arn);
  }

  private ObjectNode createAlias(AwsAsk ask) {
    String name = ask.text("AliasName");
    if (!name.matches("alias/[a-zA-Z0-9/_-]+") || name.length() > 256) {
      throw AwsRefusal.invalid("AliasName", "must be alias/ and letters, digits, /, _ and -");
    }
    if (name.startsWith("alias/aws/")) {
      throw AwsRefusal.of("NotAuthorizedException", "alias/aws/ is reserved for AWS.");
    }
    LocalKmsKey key = keyItself(ask.text("TargetKeyId"));
    key.refuseWhilePending();
    if (aliases.putIfAbsent(name, key.id) != null) {
      throw AwsRefusal.of("AlreadyExistsException", "An alias with that name exists.");
    }
    return AwsService.answer();
  }

  private ObjectNode listAliases(AwsAsk ask) {
    String only = ask.has("KeyId") ? keyItself(ask.text("KeyId")).id : null;
    ObjectNode answer = AwsService.answer().put("Truncated", false);
    ArrayNode list = answer.putArray("Aliases");
    aliases.forEach(
        (name, id) -> {
          if (only == null || only.equals(id)) {
            list.addObject()
                .put("AliasName", name)
                .put("AliasArn", arn(name))
                .put("TargetKeyId", id);
          }
        });
    return answer;
  }

  private ObjectNode encrypt(AwsAsk ask) {
    LocalKmsKey key = cipherKey(ask, "KeyId", "EncryptionAlgorithm");
    byte[] plaintext = ask.bytes("Plaintext", PLAINTEXT_BYTES);
    SortedMap<String, String> context = ask.map("EncryptionContext");
    refuseDryRun(ask);
    return AwsService.answer()
        .put("CiphertextBlob", key.encrypt(plaintext, context))
        .put("KeyId", key.arn)
        .put("EncryptionAlgorithm", LocalKmsKey.SYMMETRIC);
  }

  private ObjectNode decrypt(AwsAsk ask) {
    byte[] blob = ask.bytes("CiphertextBlob", BLOB_BYTES);
    LocalKmsKey key = keyOf(blob, ask.find("KeyId"));
    algorithm(ask, "EncryptionAlgorithm");
    SortedMap<String, String> context = ask.map("EncryptionContext");
    byte[] plaintext = key.decrypt(blob, context);
    refuseDryRun(ask);
    return AwsService.answer()
        .put("Plaintext", plaintext)
        .put("KeyId", key.arn)
        .put("EncryptionAlgorithm", LocalKmsKey.SYMMETRIC);
  }

  private ObjectNode reEncrypt(AwsAsk ask) {
    byte[] blob = ask.bytes("CiphertextBlob", BLOB_BYTES);
    LocalKmsKey source = keyOf(blob, ask.find("SourceKeyId"));
    LocalKmsKey destination = cipherKey(ask, "DestinationKeyId", "DestinationEncryptionAlgorithm");
    byte[] plaintext = source.decrypt(blob, ask.map("SourceEncryptionContext"));
    SortedMap<String, String> context = ask.map("DestinationEncryptionContext");
    refuseDryRun(ask);
    return AwsService.answer()
        .put("CiphertextBlob", destination.encrypt(plaintext, context))
        .put("SourceKeyId", source.arn)
        .put("KeyId", destination.arn)
        .put("SourceEncryptionAlgorithm", LocalKmsKey.SYMMETRIC)
        .put("DestinationEncryptionAlgorithm", LocalKmsKey.SYMMETRIC);
  }

  private ObjectNode generateDataKey(AwsAsk ask, boolean withPlaintext) {
    LocalKmsKey key = cipherKey(ask, "KeyId", "EncryptionAlgorithm");
    OptionalLong bytes = ask.number("NumberOfBytes", 1, DATA_KEY_BYTES);
    String spec = ask.find("KeySpec");
    if (bytes.isPresent() == (spec != null)) {
      throw AwsRefusal.of(
          "ValidationException", "Please specify either number of bytes or key spec.");
    }
    byte[] dataKey = LocalKmsKey.random(random, size(spec, bytes));
    SortedMap<String, String> context = ask.map("EncryptionContext");
    refuseDryRun(ask);
    ObjectNode answer =
        AwsService.answer()
            .put("CiphertextBlob", key.encrypt(dataKey, context))
            .put("KeyId", key.arn);
    return withPlaintext ? answer.put("Plaintext", dataKey) : answer;
  }

  private static int size(@Nullable String spec, OptionalLong bytes) {
    if (spec == null) {
      return (int) bytes.orElseThrow();
    }
    return switch (spec) {
      case "AES_256" -> 32;
      case "AES_128" -> 16;
      default -> throw AwsRefusal.invalid("KeySpec", "must be AES_256 or AES_128");
    };
  }

  private ObjectNode generateMac(AwsAsk ask) {
    LocalKmsKey key = macKey(ask);
    byte[] message = ask.bytes("Message", PLAINTEXT_BYTES);
    refuseDryRun(ask);
    return AwsService.answer()
        .put("Mac", key.mac(message))
        .put("MacAlgorithm", key.macAlgorithm())
        .put("KeyId", key.arn);
  }

  private ObjectNode verifyMac(AwsAsk ask) {
    LocalKmsKey key = macKey(ask);
    byte[] message = ask.bytes("Message", PLAINTEXT_BYTES);
    if (!MessageDigest.isEqual(key.mac(message), ask.bytes("Mac", BLOB_BYTES))) {
      throw AwsRefusal.of("KMSInvalidMacException", "The code is not that of the message.");
    }
    refuseDryRun(ask);
    return AwsService.answer()
        .put("MacValid", true)
        .put("MacAlgorithm", key.macAlgorithm())
        .put("KeyId", key.arn);
  }

  private LocalKmsKey macKey(AwsAsk ask) {
    LocalKmsKey key = key(ask.text("KeyId"));
    key.require(true);
    if (!ask.text("MacAlgorithm").equals(key.macAlgorithm())) {
      throw AwsRefusal.of("InvalidKeyUsageException", "The key has another MAC algorithm.");
    }
    return key;
  }

  private LocalKmsKey cipherKey(AwsAsk ask, String member, String algorithm) {
    LocalKmsKey key = key(ask.text(member));
    key.require(false);
    algorithm(ask, algorithm);
    return key;
  }

  private static void algorithm(AwsAsk ask, String member) {
    if (!ask.text(member, LocalKmsKey.SYMMETRIC).equals(LocalKmsKey.SYMMETRIC)) {
      throw AwsRefusal.of("InvalidKeyUsageException", "The key has another algorithm.");
    }
  }

  /** The key that made a blob, if it is the one that was named and can be used. */
  private LocalKmsKey keyOf(byte[] blob, @Nullable String named) {
    LocalKmsKey expected = named == null ? null : key(named);
    LocalKmsKey key = keys.get(LocalKmsKey.keyOf(blob));
    if (key == null) {
      throw LocalKmsKey.invalidCiphertext();
    }
    if (expected != null && !expected.arn.equals(key.arn)) {
      throw AwsRefusal.of(
          "IncorrectKeyException",
          "The key ID in the request does not identify a key that can perform this operation.");
    }
    key.require(false);
    return key;
  }

  private static void refuseDryRun(AwsAsk ask) {
    if (ask.flag("DryRun")) {
      throw AwsRefusal.of(
          412,
          "DryRunOperationException",
          "The request would have succeeded, but the DryRun option is set.");
    }
  }

  /** A key by its id or ARN, or by the name or ARN of an alias. */
  LocalKmsKey key(String name) {
    String here = arn("");
    String local = name.startsWith(here) ? name.substring(here.length()) : name;
    if (!local.startsWith("alias/")) {
      return keyItself(name);
    }
    String id = aliases.get(local);
    if (id == null && local.matches("alias/aws/[a-z0-9]+")) {
      id = awsManaged(local);
    }
    if (id == null) {
      throw notFound("Alias " + arn(local) + " is not found.");
    }
    return keyItself(id);
  }

  private synchronized String awsManaged(String alias) {
    return aliases.computeIfAbsent(
        alias, name -> create(LocalKmsKey.SYMMETRIC, false, true, "Default key").id);
  }

  /** A key by its id or ARN. */
  private LocalKmsKey keyItself(String name) {
    String here = arn("key/");
    if (name.startsWith("arn:aws:kms:" + region + ":") && !name.startsWith(arn(""))) {
      throw AwsRefusal.of(
          "AccessDeniedException", "The key is of another account, which allows nothing.");
    }
    LocalKmsKey key = keys.get(name.startsWith(here) ? name.substring(here.length()) : name);
    if (key == null || key.isGone(clock.instant())) {
      throw notFound("Key '" + name + "' does not exist");
    }
    return key;
  }

  private static AwsRefusal notFound(String message) {
    return AwsRefusal.of("NotFoundException", message);
  }

  private String arn(String resource) {
    return "arn:aws:kms:" + region + ":" + account + ":" + resource;
  }

  @Override
  public String createKey() {
    return create(LocalKmsKey.SYMMETRIC, false, false, "").arn;
  }

  @Override
  public String createMultiRegionKey() {
    return create(LocalKmsKey.SYMMETRIC, true, false, "").arn;
  }

  @Override
  public String replicate(String arn, String region) {
    ObjectNode ask = AwsService.answer().put("KeyId", arn).put("ReplicaRegion", region);
    return replicateKey(new AwsAsk(ask)).at("/ReplicaKeyMetadata/Arn").asText();
  }

  @Override
  public String createMacKey(String spec) {
    if (!LocalKmsKey.MACS.containsKey(spec)) {
      throw new IllegalArgumentException("A key for codes is one of " + LocalKmsKey.MACS.keySet());
    }
    return create(spec, false, false, "").arn;
  }

  @Override
  public void alias(String name, String arn) {
    createAlias(new AwsAsk(AwsService.answer().put("AliasName", name).put("TargetKeyId", arn)));
  }

  @Override
  public void disable(String arn) {
    keyItself(arn).enable(false);
  }

  @Override
  public void enable(String arn) {
    keyItself(arn).enable(true);
  }

  @Override
  public void scheduleDeletion(String arn) {
    keyItself(arn).scheduleDeletion(clock.instant(), 30);
  }
}
