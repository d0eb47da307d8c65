package dev.gabion.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gabion.core.AuditEvent.Activity;
import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.Scope;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
        "keys",
        keys,
        "context",
        String.join(" ", new TreeSet<>(context.keySet())));
  }

  /** A message was sealed or opened. */
  static void done(Scope scope, Map<String, String> facts, boolean cached, long bytes) {
    Map<String, String> all = new HashMap<>(facts);
    all.put("data-key", cached ? "cached" : "fetched");
    all.put("bytes", Long.toString(bytes));
    scope.record(Activity.ENCRYPTION, Verdict.ALLOWED, all);
  }

  /** A stream of plaintext is going to be released: how long it is, nobody knows yet. */
  static void started(Scope scope, Map<String, String> facts) {
    Map<String, String> all = new HashMap<>(facts);
    all.put("data-key", "fetched");
    all.put("bytes", "stream");
    scope.record(Activity.ENCRYPTION, Verdict.ALLOWED, all);
  }

  /** What a message says of itself, which nobody has proven: its KMS keys, three at most. */
  static Map<String, String> claims(MessageHeader header, long bytes) {
    String keys =
        header.encryptedDataKeys().stream()
            .limit(3)
            .map(key -> KeyArn.find(new String(key.information(), UTF_8)))
            .map(arn -> arn == null ? "?" : arn.text())
            .collect(Collectors.joining(" "));
    Map<String, String> facts =
        new HashMap<>(facts(Operation.DECRYPT, header.suite(), keys, header.context()));
    facts.put("bytes", bytes < 0 ? "stream" : Long.toString(bytes));
    return facts;
  }

  /** Whoever writes the plaintext of a stream has failed: the message opens nowhere. */
  static void abandoned(Scope scope, Map<String, String> facts) {
    Map<String, String> all = new HashMap<>(facts);
    all.put("reason", "abandoned");
    scope.record(Activity.ENCRYPTION, Verdict.FAILED, all);
  }

  /** There is no data key. */
  static void failed(
      Scope scope, Operation operation, KeysUnavailable failure, Map<String, String> known) {
    Map<String, String> facts = new HashMap<>(known);
    facts.put("operation", operation.text);
    facts.put("reason", failure.text());
    facts.put("retryable", Boolean.toString(failure.retryable()));
    if (!failure.code().isEmpty()) {
      facts.put("code", failure.code());
    }
    scope.record(Activity.ENCRYPTION, failure.isRefusal() ? Verdict.DENIED : Verdict.FAILED, facts);
  }

  /** A message does not open. */
  static void refused(Scope scope, Refused refused, Map<String, String> known) {
    Map<String, String> facts = new HashMap<>(known);
    facts.put("operation", Operation.DECRYPT.text);
    facts.put("reason", refused.reason().text());
    facts.put("retryable", "false");
    scope.record(Activity.ENCRYPTION, Verdict.DENIED, facts);
  }
}
