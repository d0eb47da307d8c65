package dev.gabion.logging;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.Outcome;
import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.Stop;

/**
 * What an event is called in the OWASP Application Logging Vocabulary, so that one alarm serves
 * many applications; written as {@code metadata.event_code}. The verdict stands beside it: the name
 * of what was tried is the same whether it was done or not, where the vocabulary has but one.
 */
final class Vocabulary {
  private Vocabulary() {}

  static String of(AuditEvent event) {
    return switch (event.activity()) {
      case OUTCOME -> outcome(event);
      case AUTHENTICATION ->
          event.verdict() == Verdict.ALLOWED ? "authn_login_success" : "authn_login_fail";
      case SECRET -> event.verdict() == Verdict.DENIED ? "authz_fail" : "sensitive_read";
      case ENCRYPTION -> encryption(event);
      case OUTBOUND -> outbound(event);
      case FAULT -> "sys_crash";
    };
  }

  private static String outbound(AuditEvent event) {
    if (event.verdict() == Verdict.DENIED) {
      return "authz_fail";
    }
    return asked(ApiActivity.activity(event.facts().get("method")));
  }

  private static String outcome(AuditEvent event) {
    if (event.verdict() == Verdict.FAILED) {
      return "sys_crash";
    }
    Outcome outcome = event.outcome();
    int status = outcome == null ? 0 : outcome.status();
    if (event.verdict() == Verdict.DENIED) {
      if (status == 401) {
        return "authn_login_fail";
      }
      if (status == 403) {
        return "authz_fail";
      }
      if (status == 413) {
        return "excess_rate_limit_exceeded";
      }
      if (event.stop() != Stop.LOGIC) {
        boolean extraneous = outcome != null && outcome.reason().startsWith("unknown-");
        return extraneous ? "malicious_extraneous" : "input_validation_fail";
      }
      if (status == 409) {
        return "sequence_fail";
      }
    }
    SourceFacts source = event.source();
    return asked(ApiActivity.activity(source == null ? null : source.method()));
  }

  private static String asked(int activity) {
    return switch (activity) {
      case 1 -> "sensitive_create";
      case 2 -> "sensitive_read";
      case 4 -> "sensitive_delete";
      default -> "sensitive_update";
    };
  }

  private static String encryption(AuditEvent event) {
    boolean decrypts = DatastoreActivity.operation(event).equals("decrypt");
    if (event.verdict() == Verdict.ALLOWED) {
      return decrypts ? "sensitive_read" : "sensitive_update";
    }
    return decrypts ? "crypt_decrypt_fail" : "crypt_encrypt_fail";
  }
}
