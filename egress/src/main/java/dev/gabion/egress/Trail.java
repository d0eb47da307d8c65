package dev.gabion.egress;

import dev.gabion.core.AuditEvent.Activity;
import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.Scope;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** What the audit trail learns of one call: never its path, query, headers or body. */
final class Trail {
  private final Scope scope;
  private final Map<String, String> facts = new LinkedHashMap<>();
  private final long started = System.nanoTime();

  Trail(Scope scope, @Nullable String method) {
    this.scope = scope;
    if (method != null && Outgoing.isMethod(method)) {
      facts.put("method", method);
    }
  }

  Trail to(String host, int port) {
    facts.put("host", host);
    facts.put("port", Integer.toString(port));
    return this;
  }

  void answered(Exchange exchange, int status) {
    facts.put("status", Integer.toString(status));
    connection(exchange);
    record(Verdict.ALLOWED);
  }

  /** Of an answer that failed after its beginning was recorded, there are two events. */
  void failed(@Nullable Exchange exchange, EgressFailed failure) {
    facts.put("reason", failure.reason().code());
    facts.put("detail", failure.detail());
    if (exchange != null) {
      connection(exchange);
    }
    record(failure.reason().isRefusal() ? Verdict.DENIED : Verdict.FAILED);
  }

  private void connection(Exchange exchange) {
    SSLSession session = exchange.session();
    if (session != null) {
      facts.put("tls", session.getProtocol());
      facts.put("suite", session.getCipherSuite());
    }
    facts.put("connection", exchange.isReused() ? "kept" : "new");
  }

  private void record(Verdict verdict) {
    facts.put("duration-ms", Long.toString((System.nanoTime() - started) / 1_000_000));
    scope.record(Activity.OUTBOUND, verdict, Map.copyOf(facts));
  }
}
