package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One secret: its versions, and the stages that name them. A stage is at one version at most, and a
 * version without a stage is deprecated.
 *
 * <p>Source: AWS Secrets Manager User Guide, "Secret versions".
 */
final class LocalSecret {
  static final String CURRENT = "AWSCURRENT";
  static final String PREVIOUS = "AWSPREVIOUS";
  static final String PENDING = "AWSPENDING";

  /**
   * What a version holds.
   *
   * @param isText whether it was given as text
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by same()
  record Value(byte[] bytes, boolean isText) {
    boolean same(@Nullable Value other) {
      return other != null && isText == other.isText && MessageDigest.isEqual(bytes, other.bytes);
    }

    @Override
    public String toString() {
      return "Value[…]";
    }
  }

  /** A version; without a value while its rotation has only begun. */
  record Version(String id, @Nullable Value value, Instant created) {}

  final String name;
  final String arn;
  final Instant created;
  private final Map<String, Version> versions = new LinkedHashMap<>();
  private final Map<String, String> stages = new TreeMap<>();
  private Instant changed;
  private @Nullable Instant deletion;
  String description = "";
  @Nullable String kmsKeyId;
  String rotationFunction = "";
  long rotationDays = 30;
  @Nullable Instant rotated;

  LocalSecret(String name, String arn, Instant now) {
    this.name = name;
    this.arn = arn;
    this.created = now;
    this.changed = now;
  }

  @Nullable Version version(String id) {
    return versions.get(id);
  }

  /** The version at a stage; null if there is none. */
  @Nullable Version at(String stage) {
    String id = stages.get(stage);
    return id == null ? null : versions.get(id);
  }

  List<String> stagesOf(String versionId) {
    return stages.keySet().stream().filter(stage -> versionId.equals(stages.get(stage))).toList();
  }

  List<Version> versions() {
    return List.copyOf(versions.values());
  }

  /** Adds or fills a version and puts the stages at it. */
  void put(String id, @Nullable Value value, List<String> at, Instant now) {
    boolean first = versions.values().stream().allMatch(version -> version.value() == null);
    versions.put(id, new Version(id, value, now));
    at.forEach(stage -> move(stage, id, now));
    if (first && value != null) {
      move(CURRENT, id, now);
    }
  }

  /** Moves a stage; the version that AWSCURRENT leaves becomes AWSPREVIOUS. */
  void move(String stage, String to, Instant now) {
    changed = now;
    String from = stages.put(stage, to);
    if (stage.equals(CURRENT) && from != null && !from.equals(to)) {
      stages.put(PREVIOUS, from);
    }
  }

  void remove(String stage, Instant now) {
    changed = now;
    stages.remove(stage);
  }

  void touch(Instant now) {
    changed = now;
  }

  boolean isDeleted() {
    return deletion != null;
  }

  boolean isGone(Instant now) {
    return deletion != null && !now.isBefore(deletion);
  }

  void delete(@Nullable Instant when) {
    deletion = when;
  }

  boolean isRotating() {
    String pending = stages.get(PENDING);
    return pending != null && !pending.equals(stages.get(CURRENT));
  }

  /** The members with which most answers begin. */
  ObjectNode named() {
    return AwsService.answer().put("ARN", arn).put("Name", name);
  }

  /** What GetSecretValue says of a version. */
  ObjectNode read(Version version, Value value) {
    ObjectNode answer =
        named()
            .put("VersionId", version.id())
            .put("CreatedDate", AwsService.seconds(version.created()));
    stagesOf(version.id()).forEach(answer.putArray("VersionStages")::add);
    return value.isText()
        ? answer.put("SecretString", new String(value.bytes(), UTF_8))
        : answer.put("SecretBinary", value.bytes());
  }

  /** What DescribeSecret says. */
  ObjectNode describe() {
    ObjectNode answer =
        named()
            .put("CreatedDate", AwsService.seconds(created))
            .put("LastChangedDate", AwsService.seconds(changed));
    if (!description.isEmpty()) {
      answer.put("Description", description);
    }
    if (kmsKeyId != null) {
      answer.put("KmsKeyId", kmsKeyId);
    }
    if (!rotationFunction.isEmpty()) {
      answer.put("RotationEnabled", true).put("RotationLambdaARN", rotationFunction);
      answer.putObject("RotationRules").put("AutomaticallyAfterDays", rotationDays);
    }
    if (rotated != null) {
      answer.put("LastRotatedDate", AwsService.seconds(rotated));
    }
    if (deletion != null) {
      answer.put("DeletedDate", AwsService.seconds(deletion));
    }
    ObjectNode staged = answer.putObject("VersionIdsToStages");
    for (Version version : versions.values()) {
      List<String> at = stagesOf(version.id());
      if (!at.isEmpty()) {
        at.forEach(staged.putArray(version.id())::add);
      }
    }
    return answer;
  }

  /** What ListSecretVersionIds says of a version. */
  ObjectNode entry(Version version) {
    ObjectNode entry =
        AwsService.answer()
            .put("VersionId", version.id())
            .put("CreatedDate", AwsService.seconds(version.created()));
    ArrayNode at = entry.putArray("VersionStages");
    stagesOf(version.id()).forEach(at::add);
    return entry;
  }
}
