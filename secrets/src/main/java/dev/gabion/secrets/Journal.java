package dev.gabion.secrets;

import dev.gabion.core.AuditEvent.Activity;
import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.IssuedSecrets;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretUnavailable.Reason;
import dev.gabion.core.SecretValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What others learn of secrets: the audit trail their names, whoever scrubs logs their values. */
final class Journal {
  /**
   * Fields that identify a database and its user, and are found in many a log line ("JSON structure
   * of AWS Secrets Manager secrets").
   */
  private static final Set<String> NOT_SECRET =
      Set.of(
          "engine",
          "host",
          "port",
          "dbname",
          "username",
          "masterarn",
          "dbInstanceIdentifier",
          "dbClusterIdentifier");

  /** What is shorter is found in text that has nothing to do with the secret. */
  private static final int SHORTEST = 8;

  private final String source;
  private final IssuedSecrets issued;

  Journal(String source, IssuedSecrets issued) {
    this.source = source;
    this.issued = issued;
  }

  /** Tells of a version's values: each whole, and the texts in it if it is a JSON object. */
  void issued(Held held) {
    held.values().values().forEach(this::issued);
  }

  /** Tells of a value: whole, and the texts in it if it is a JSON object. */
  void issued(SecretValue value) {
    issued.issued(value);
    value.forEachText(
        (name, text) -> {
          if (!NOT_SECRET.contains(name) && text.size() >= SHORTEST) {
            issued.issued(text);
          }
        });
  }

  /** A source gave a version. */
  void fetched(Scope scope, Wanted wanted, Held held, boolean again) {
    record(scope, Verdict.ALLOWED, again ? "refreshed" : "fetched", wanted, held, null);
  }

  /** An old version is lent because the source does not answer. */
  void stale(Scope scope, Wanted wanted, Held held, Fault fault) {
    record(scope, Verdict.ALLOWED, "stale", wanted, held, fault);
  }

  /** There is nothing to lend. */
  void refused(Scope scope, Wanted wanted, Fault fault) {
    boolean no = fault.reason() == Reason.DENIED || fault.reason() == Reason.MISSING;
    record(scope, no ? Verdict.DENIED : Verdict.FAILED, "refused", wanted, null, fault);
  }

  private void record(
      Scope scope,
      Verdict verdict,
      String event,
      Wanted wanted,
      @Nullable Held held,
      @Nullable Fault fault) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("secret", wanted.name());
    facts.put("event", event);
    facts.put("source", source);
    if (wanted.stage() != null) {
      facts.put("stage", wanted.stage());
    }
    if (held != null) {
      facts.put("version", held.version());
      facts.put("age-seconds", Long.toString(held.ageMillis() / 1000));
    } else if (wanted.version() != null) {
      facts.put("version", wanted.version());
    }
    if (fault != null) {
      facts.put("code", fault.code());
    }
    scope.record(Activity.SECRET, verdict, facts);
  }
}
