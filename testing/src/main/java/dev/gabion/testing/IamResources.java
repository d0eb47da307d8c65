package dev.gabion.testing;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a resource that a request names is called in a policy, in one partition, region, account.
 */
record IamResources(String partition, String region, String account) {

  /**
   * The ARN of a resource.
   *
   * @param kind as {@code iam-actions.txt} has it
   * @param names what the request says in the fields of that line
   * @throws IllegalArgumentException if the request does not say enough; its message says what to
   *     do
   */
  String arn(String kind, List<@Nullable String> names) {
    if (kind.equals("bus")) {
      String bus = names.get(0);
      return named("events", "event-bus/", bus == null ? "default" : bus);
    }
    for (String name : names) {
      if (name == null || name.isEmpty()) {
        throw new IllegalArgumentException("the request does not name its " + kind);
      }
    }
    String name = String.valueOf(names.get(0));
    return switch (kind) {
      case "arn" -> whole(name);
      case "secret" -> secret(name);
      case "parameter" -> parameter(name);
      case "key" -> key(name);
      case "bucket" -> bucket(name);
      case "object" ->
          bucket(name)
              + (name.startsWith("arn:") ? "/object/" : "/")
              + String.valueOf(names.get(1));
      case "table" -> named("dynamodb", "table/", name);
      case "index" -> named("dynamodb", "table/", name) + "/index/" + String.valueOf(names.get(1));
      case "queue" -> queue(name);
      case "queue-named" ->
          queueNamed(name, names.size() < 2 ? account : String.valueOf(names.get(1)));
      default -> throw new IllegalArgumentException("there is no kind of resource " + kind);
    };
  }

  /** The name by which KMS knows the service that asks in somebody's name. */
  String viaService(String service) {
    return service + "." + region + ".amazonaws.com";
  }

  private String named(String service, String type, String name) {
    return name.startsWith("arn:") ? name : arn(service, type + name);
  }

  private String arn(String service, String rest) {
    return "arn:" + partition + ":" + service + ":" + region + ":" + account + ":" + rest;
  }

  private static String whole(String name) {
    if (!name.startsWith("arn:")) {
      throw new IllegalArgumentException("the request names a resource by something not an ARN");
    }
    return name;
  }

  /** A secret's ARN ends with six characters that are not known before it is made. */
  private String secret(String id) {
    if (!id.startsWith("arn:")) {
      return arn("secretsmanager", "secret:" + id + "-??????");
    }
    return id.matches(".+-[A-Za-z0-9]{6}")
        ? id.substring(0, id.length() - 6) + "??????"
        : id + "-??????";
  }

  /** A parameter, without the version or label that the request may ask for. */
  private String parameter(String id) {
    if (id.startsWith("arn:")) {
      String[] parts = id.split(":", -1);
      return String.join(":", List.of(parts).subList(0, Math.min(6, parts.length)));
    }
    String name = id.replaceFirst(":.*", "");
    return arn("ssm", "parameter" + (name.startsWith("/") ? "" : "/") + name);
  }

  /** A key, or any key by its alias: a policy cannot name an alias as a resource. */
  private String key(String id) {
    if (isAlias(id)) {
      String[] parts = id.split(":", -1);
      return parts.length < 6
          ? arn("kms", "key/*")
          : String.join(":", List.of(parts).subList(0, 5)) + ":key/*";
    }
    return named("kms", "key/", id);
  }

  static boolean isAlias(String keyId) {
    return keyId.startsWith("alias/") || keyId.contains(":alias/");
  }

  private String bucket(String name) {
    if (name.endsWith("--x-s3")) {
      throw new IllegalArgumentException(
          "a directory bucket is used through s3express:CreateSession, which is not in the table");
    }
    return name.startsWith("arn:") ? name : "arn:" + partition + ":s3:::" + name;
  }

  /** {@code https://sqs.REGION.amazonaws.com/ACCOUNT/NAME}. */
  private String queue(String url) {
    String path = URI.create(url).getPath();
    String[] parts = path == null ? new String[0] : path.split("/", -1);
    if (parts.length < 3) {
      throw new IllegalArgumentException("the request's queue URL does not end with /account/name");
    }
    return queueNamed(parts[parts.length - 1], parts[parts.length - 2]);
  }

  private String queueNamed(String name, String owner) {
    return "arn:" + partition + ":sqs:" + region + ":" + owner + ":" + name;
  }
}
