package dev.gabion.testing;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The secrets of one region, by whatever a client may call them. */
final class LocalSecrets {
  private final Map<String, LocalSecret> secrets = new TreeMap<>();
  private final String arnPrefix;
  private final Clock clock;

  LocalSecrets(String arnPrefix, Clock clock) {
    this.arnPrefix = arnPrefix;
    this.clock = clock;
  }

  LocalSecret create(String name) {
    LocalSecret secret =
        new LocalSecret(name, arnPrefix + name + "-" + LocalPasswords.suffix(), clock.instant());
    secrets.put(name, secret);
    return secret;
  }

  void remove(LocalSecret secret) {
    secrets.remove(secret.name);
  }

  /** The names of those that are not deleted, sorted. */
  List<String> names() {
    return secrets.values().stream()
        .filter(secret -> !secret.isDeleted())
        .map(secret -> secret.name)
        .toList();
  }

  /** A secret that can be used. */
  LocalSecret living(String id) {
    LocalSecret secret = secret(id);
    if (secret.isDeleted()) {
      throw AwsRefusal.of(
          "InvalidRequestException",
          "You can't perform this operation on the secret because it was marked for deletion.");
    }
    return secret;
  }

  /** A secret, which may be marked for deletion. */
  LocalSecret secret(String id) {
    LocalSecret secret = find(id);
    if (secret == null) {
      throw notFound("Secrets Manager can't find the specified secret.");
    }
    return secret;
  }

  /**
   * Finds a secret by its name, its ARN, or its ARN without the hyphen and the six characters at
   * the end ("Find a secret from a partial ARN"): what ends like a whole ARN is taken for one.
   */
  @Nullable LocalSecret find(String id) {
    LocalSecret secret = secrets.get(id);
    if (id.startsWith(arnPrefix)) {
      String rest = id.substring(arnPrefix.length());
      boolean whole = rest.matches(".+-[A-Za-z0-9]{6}");
      secret = secrets.get(whole ? rest.substring(0, rest.length() - 7) : rest);
      if (whole && secret != null && !secret.arn.equals(id)) {
        return null;
      }
    }
    return secret == null || secret.isGone(clock.instant()) ? null : secret;
  }

  static AwsRefusal notFound(String message) {
    return AwsRefusal.of("ResourceNotFoundException", message);
  }
}
