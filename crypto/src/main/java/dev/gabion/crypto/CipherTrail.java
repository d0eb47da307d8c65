package dev.gabion.crypto;

import dev.gabion.core.AuditEvent.Activity;
import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.Scope;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a cipher leaves on the audit trail: which keys, which suite, the names in the context and
 * never their values, how much; and why not.
 */
final class CipherTrail {
  /** What was asked of the cipher. */
  enum Operation {
    ENCRYPT("encrypt"),
    DECRYPT("decrypt");

    private final String text;

    Operation(String text) {
      this.text = text;
    }
  }

  private CipherTrail() {}

  /** What is the same for every message of one data key. */
  static Map<String, String> facts(
      Operation operation, Suite suite, String keys, Map<String, String> context) {
    return Map.of(
        "operation",
        operation.text,
        "suite",
        "0x0" + Integer.toHexString(suite.id()),
        "key",
        keys,
        "context",
        String.join(" ", new TreeSet<>(context.keySet())));
  }

  /** A message was sealed or opened. */
  static void done(Scope scope, Map<String, String> facts, boolean cached, long bytes) {
    Map<String, String> all = new HashMap<>(facts);
    all.put("data_key", cached ? "cached" : "fetched");
    all.put("bytes", Long.toString(bytes));
    scope.record(Activity.ENCRYPTION, Verdict.ALLOWED, all);
  }

  /** A stream of plaintext is going to be released: how long it is, nobody knows yet. */
  static void started(Scope scope, Map<String, String> facts) {
    Map<String, String> all = new HashMap<>(facts);
    all.put("data_key", "fetched");
    all.put("bytes", "stream");
    scope.record(Activity.ENCRYPTION, Verdict.ALLOWED, all);
  }

  /** There is no data key. */
  static void failed(Scope scope, Operation operation, KeysUnavailable failure) {
    Map<String, String> facts = new HashMap<>();
    facts.put("operation", operation.text);
    facts.put("reason", failure.text());
    facts.put("retryable", Boolean.toString(failure.retryable()));
    if (!failure.code().isEmpty()) {
      facts.put("aws_error", failure.code());
    }
    scope.record(Activity.ENCRYPTION, failure.isRefusal() ? Verdict.DENIED : Verdict.FAILED, facts);
  }

  /** A message does not open. */
  static void refused(Scope scope, Refused refused) {
    scope.record(
        Activity.ENCRYPTION,
        Verdict.DENIED,
        Map.of(
            "operation",
            Operation.DECRYPT.text,
            "reason",
            refused.reason().text(),
            "retryable",
            "false"));
  }
}
