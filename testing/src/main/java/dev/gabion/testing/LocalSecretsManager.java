package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.testing.LocalSecret.Value;
import dev.gabion.testing.LocalSecret.Version;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Secrets Manager.
 *
 * <p>Source: AWS Secrets Manager API Reference.
 */
final class LocalSecretsManager implements AwsService, LocalAws.Secrets {
  private static final int SECRET_BYTES = 65_536;
  private static final int BATCH = 20;
  private static final int VERSIONS_PAGE = 100;
  private static final int STAGES = 20;

  private final LocalSecrets secrets;
  private final LocalRotation rotation;
  private final Clock clock;
  private final LocalKms kms;
  private final Map<String, Operation> operations =
      Map.ofEntries(
          Map.entry("CreateSecret", this::createSecret),
          Map.entry("GetSecretValue", this::getSecretValue),
          Map.entry("BatchGetSecretValue", this::batchGetSecretValue),
          Map.entry("PutSecretValue", this::putSecretValue),
          Map.entry("UpdateSecret", this::updateSecret),
          Map.entry("UpdateSecretVersionStage", this::updateSecretVersionStage),
          Map.entry("DescribeSecret", this::describeSecret),
          Map.entry("ListSecretVersionIds", this::listSecretVersionIds),
          Map.entry("DeleteSecret", this::deleteSecret),
          Map.entry("RestoreSecret", this::restoreSecret),
          Map.entry("RotateSecret", this::rotateSecret),
          Map.entry("GetRandomPassword", LocalPasswords::random));

  LocalSecretsManager(String place, Clock clock, LocalKms kms) {
    this.secrets = new LocalSecrets("arn:aws:secretsmanager:" + place + ":secret:", clock);
    this.rotation = new LocalRotation(clock);
    this.clock = clock;
    this.kms = kms;
  }

  @Override
  public Map<String, Operation> operations() {
    return operations;
  }

  private synchronized ObjectNode createSecret(AwsAsk ask) {
    String name = ask.text("Name");
    if (!name.matches("[A-Za-z0-9/_+=.@-]{1,512}")) {
      throw AwsRefusal.of(
          "ValidationException", "A name has letters, digits and the characters /_+=.@- alone.");
    }
    Value value = value(ask);
    String token = token(ask);
    LocalSecret there = secrets.find(name);
    if (there != null) {
      return again(there, token, value);
    }
    LocalSecret secret = secrets.create(name);
    describe(secret, ask);
    ObjectNode answer = secret.named();
    if (value != null) {
      secret.put(token, value, List.of(LocalSecret.CURRENT), clock.instant());
      answer.put("VersionId", token);
    }
    return answer;
  }

  /** The same request once more is answered once more. */
  private static ObjectNode again(LocalSecret there, String token, @Nullable Value value) {
    if (there.isDeleted()) {
      throw AwsRefusal.of(
          "InvalidRequestException",
          "You can't create this secret because a secret with this name is already scheduled for"
              + " deletion.");
    }
    Version version = there.version(token);
    if (version == null || value == null || !value.same(version.value())) {
      throw AwsRefusal.of(
          "ResourceExistsException",
          "The operation failed because the secret " + there.name + " already exists.");
    }
    return there.named().put("VersionId", token);
  }

  private void describe(LocalSecret secret, AwsAsk ask) {
    String keyId = ask.find("KmsKeyId");
    if (keyId != null) {
      secret.kmsKeyId = keyId.isEmpty() ? null : keyId;
      requireKey(secret, "EncryptionFailure");
    }
    secret.description = ask.text("Description", secret.description);
  }

  private synchronized ObjectNode getSecretValue(AwsAsk ask) {
    return read(ask.text("SecretId"), ask.find("VersionId"), ask.find("VersionStage"));
  }

  private ObjectNode read(String id, @Nullable String versionId, @Nullable String stage) {
    LocalSecret secret = secrets.living(id);
    String wanted = stage == null ? LocalSecret.CURRENT : stage;
    Version version = versionId == null ? secret.at(wanted) : secret.version(versionId);
    Value value = version == null ? null : version.value();
    if (version == null || value == null) {
      throw LocalSecrets.notFound(
          "Secrets Manager can't find the specified secret value for "
              + (versionId == null ? "staging label: " + wanted : "VersionId: " + versionId));
    }
    if (versionId != null && stage != null && !secret.stagesOf(versionId).contains(stage)) {
      throw AwsRefusal.of(
          "InvalidRequestException",
          "You provided a VersionStage that is not associated to the provided VersionId.");
    }
    requireKey(secret, "DecryptionFailure");
    return secret.read(version, value);
  }

  private synchronized ObjectNode batchGetSecretValue(AwsAsk ask) {
    List<String> ids = ask.texts("SecretIdList");
    List<AwsAsk> filters = ask.asks("Filters");
    if (ids.isEmpty() == filters.isEmpty()) {
      throw AwsRefusal.of(
          "InvalidParameterException", "Either SecretIdList or Filters is required, and not both.");
    }
    if (ids.size() > BATCH) {
      throw AwsRefusal.invalid("SecretIdList", "must have length less than or equal to " + BATCH);
    }
    if (ask.has("MaxResults") && filters.isEmpty()) {
      throw AwsRefusal.of("InvalidParameterException", "MaxResults can only go with Filters.");
    }
    AwsPage<String> page =
        AwsPage.of(
            filters.isEmpty() ? ids : filtered(filters), ask, BATCH, "InvalidNextTokenException");
    ObjectNode answer = AwsService.answer();
    ArrayNode values = answer.putArray("SecretValues");
    ArrayNode errors = answer.putArray("Errors");
    for (String id : page.items()) {
      try {
        values.add(read(id, null, null));
      } catch (AwsRefusal refusal) {
        errors
            .addObject()
            .put("SecretId", id)
            .put("ErrorCode", refusal.code())
            .put("Message", refusal.text());
      }
    }
    page.tokenInto(answer);
    return answer;
  }

  /** The names that a filter by name, the only one here, lets through: by their beginning. */
  private List<String> filtered(List<AwsAsk> filters) {
    List<String> prefixes = filters.get(0).texts("Values");
    if (filters.size() != 1 || !filters.get(0).text("Key").equals("name")) {
      throw AwsRefusal.of("InvalidParameterException", "LocalAws has one filter: by name.");
    }
    return secrets.names().stream()
        .filter(name -> prefixes.stream().anyMatch(name::startsWith))
        .toList();
  }

  private synchronized ObjectNode putSecretValue(AwsAsk ask) {
    LocalSecret secret = secrets.living(ask.text("SecretId"));
    Value value = value(ask);
    if (value == null) {
      throw AwsRefusal.of(
          "InvalidRequestException", "You must provide either SecretString or SecretBinary.");
    }
    List<String> stages = ask.texts("VersionStages");
    if (stages.size() > STAGES || stages.stream().anyMatch(String::isEmpty)) {
      throw AwsRefusal.invalid("VersionStages", "must be up to 20 labels of 1 to 256 characters");
    }
    String token = token(ask);
    Version there = secret.version(token);
    if (there == null || there.value() == null) {
      requireKey(secret, "EncryptionFailure");
      List<String> at = stages.isEmpty() ? List.of(LocalSecret.CURRENT) : stages;
      secret.put(token, value, at, clock.instant());
    } else if (!value.same(there.value())) {
      throw AwsRefusal.of(
          "ResourceExistsException",
          "You can't use ClientRequestToken "
              + token
              + " because that value is already in use for a version of secret "
              + secret.arn
              + ".");
    }
    ObjectNode answer = secret.named().put("VersionId", token);
    secret.stagesOf(token).forEach(answer.putArray("VersionStages")::add);
    return answer;
  }

  private synchronized ObjectNode updateSecret(AwsAsk ask) {
    LocalSecret secret = secrets.living(ask.text("SecretId"));
    Value value = value(ask);
    String token = token(ask);
    if (value != null && secret.version(token) != null) {
      throw AwsRefusal.of(
          "ResourceExistsException", "That ClientRequestToken is a version already.");
    }
    describe(secret, ask);
    secret.touch(clock.instant());
    ObjectNode answer = secret.named();
    if (value != null) {
      secret.put(token, value, List.of(LocalSecret.CURRENT), clock.instant());
      answer.put("VersionId", token);
    }
    return answer;
  }

  private synchronized ObjectNode updateSecretVersionStage(AwsAsk ask) {
    LocalSecret secret = secrets.living(ask.text("SecretId"));
    String stage = ask.text("VersionStage");
    String from = ask.find("RemoveFromVersionId");
    String to = ask.find("MoveToVersionId");
    Version now = secret.at(stage);
    if (to != null && secret.version(to) == null) {
      throw AwsRefusal.of("InvalidParameterException", "MoveToVersionId is not a valid version.");
    }
    if (now != null && !now.id().equals(to) && !now.id().equals(from)) {
      throw AwsRefusal.of(
          "InvalidParameterException",
          "The parameter RemoveFromVersionId can't be empty. Staging label "
              + stage
              + " is currently attached to version "
              + now.id()
              + ", so you must explicitly reference that version in RemoveFromVersionId.");
    }
    if (now == null && from != null) {
      throw AwsRefusal.of(
          "InvalidParameterException", "The staging label is not at RemoveFromVersionId.");
    }
    if (to != null) {
      secret.move(stage, to, clock.instant());
    } else if (stage.equals(LocalSecret.CURRENT)) {
      throw AwsRefusal.of(
          "InvalidParameterException",
          "You can only move staging label AWSCURRENT to a different secret version. It can't be"
              + " completely removed.");
    } else {
      secret.remove(stage, clock.instant());
    }
    return secret.named();
  }

  private synchronized ObjectNode describeSecret(AwsAsk ask) {
    return secrets.secret(ask.text("SecretId")).describe();
  }

  private synchronized ObjectNode listSecretVersionIds(AwsAsk ask) {
    LocalSecret secret = secrets.secret(ask.text("SecretId"));
    boolean deprecated = ask.flag("IncludeDeprecated");
    List<Version> versions =
        secret.versions().stream()
            .filter(version -> deprecated || !secret.stagesOf(version.id()).isEmpty())
            .toList();
    AwsPage<Version> page = AwsPage.of(versions, ask, VERSIONS_PAGE, "InvalidNextTokenException");
    ObjectNode answer = secret.named();
    ArrayNode list = answer.putArray("Versions");
    page.items().forEach(version -> list.add(secret.entry(version)));
    page.tokenInto(answer);
    return answer;
  }

  private synchronized ObjectNode deleteSecret(AwsAsk ask) {
    String id = ask.text("SecretId");
    boolean force = ask.flag("ForceDeleteWithoutRecovery");
    if (force && ask.has("RecoveryWindowInDays")) {
      throw AwsRefusal.of(
          "InvalidParameterException",
          "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
    }
    long days = window(ask);
    Instant now = clock.instant();
    LocalSecret secret = secrets.find(id);
    if (secret == null && force) {
      return AwsService.answer().put("Name", id).put("DeletionDate", AwsService.seconds(now));
    }
    secret = force ? secrets.secret(id) : secrets.living(id);
    Instant when = force ? now : now.plus(Duration.ofDays(days));
    secret.delete(when);
    if (force) {
      secrets.remove(secret);
    }
    return secret.named().put("DeletionDate", AwsService.seconds(when));
  }

  private static long window(AwsAsk ask) {
    long days = ask.number("RecoveryWindowInDays", Long.MIN_VALUE, Long.MAX_VALUE).orElse(30);
    if (days < 7 || days > 30) {
      throw AwsRefusal.of(
          "InvalidParameterException",
          "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
    }
    return days;
  }

  private synchronized ObjectNode restoreSecret(AwsAsk ask) {
    LocalSecret secret = secrets.secret(ask.text("SecretId"));
    secret.delete(null);
    return secret.named();
  }

  /** Not under the lock of this: the function calls back. */
  private ObjectNode rotateSecret(AwsAsk ask) {
    String token = token(ask);
    LocalSecret secret = begin(ask, token);
    if (ask.flag("RotateImmediately", true)) {
      rotation.run(secret, token);
    }
    return secret.named().put("VersionId", token);
  }

  private synchronized LocalSecret begin(AwsAsk ask, String token) {
    LocalSecret secret = secrets.living(ask.text("SecretId"));
    rotation.begin(secret, ask, token);
    return secret;
  }

  /** The text or bytes of a request; null if it has none. */
  private static @Nullable Value value(AwsAsk ask) {
    String text = ask.find("SecretString");
    byte[] bytes = ask.findBytes("SecretBinary");
    if (text != null && bytes != null) {
      throw AwsRefusal.of(
          "InvalidParameterException", "You can't specify both a binary and a text secret value.");
    }
    byte[] value = text == null ? bytes : text.getBytes(UTF_8);
    if (value != null && (value.length == 0 || value.length > SECRET_BYTES)) {
      throw AwsRefusal.invalid(
          text == null ? "SecretBinary" : "SecretString",
          "must have between 1 and " + SECRET_BYTES + " bytes");
    }
    return value == null ? null : new Value(value, text != null);
  }

  private static String token(AwsAsk ask) {
    String token = ask.text("ClientRequestToken", UUID.randomUUID().toString());
    if (token.length() < 32 || token.length() > 64) {
      throw AwsRefusal.of(
          "InvalidParameterException", "ClientRequestToken must be 32-64 characters long.");
    }
    return token;
  }

  private void requireKey(LocalSecret secret, String code) {
    if (secret.kmsKeyId != null) {
      try {
        kms.key(secret.kmsKeyId).require(false);
      } catch (AwsRefusal refusal) {
        throw AwsRefusal.of(code, "The KMS key of the secret cannot be used: " + refusal.code());
      }
    }
  }

  @Override
  public String put(String name, String text) {
    return put(name, new Value(text.getBytes(UTF_8), true));
  }

  @Override
  public String put(String name, byte[] bytes) {
    return put(name, new Value(bytes.clone(), false));
  }

  private synchronized String put(String name, Value value) {
    if (secrets.find(name) == null) {
      createSecret(new AwsAsk(AwsService.answer().put("Name", name)));
    }
    String id = UUID.randomUUID().toString();
    secrets.living(name).put(id, value, List.of(LocalSecret.CURRENT), clock.instant());
    return id;
  }

  @Override
  public synchronized String arn(String name) {
    return secrets.secret(name).arn;
  }

  @Override
  public synchronized void delete(String name) {
    secrets.remove(secrets.secret(name));
  }

  @Override
  public void rotationFunction(String arn, LocalAws.RotationFunction function) {
    rotation.function(arn, function);
  }

  @Override
  public String rotate(String name, String functionArn) {
    ObjectNode ask =
        AwsService.answer().put("SecretId", name).put("RotationLambdaARN", functionArn);
    return rotateSecret(new AwsAsk(ask)).path("VersionId").asText();
  }
}
