package dev.gabion.benchmarks;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditSink;
import dev.gabion.core.Scope;
import dev.gabion.core.SecureHandler;
import dev.gabion.events.HttpApi;
import dev.gabion.events.JwtAuthorizer;
import dev.gabion.validation.BeanRules;
import org.jspecify.annotations.Nullable;

/** The same logic behind the whole path, its choices as a user would make them. */
final class HardenedHandler extends SecureHandler {
  HardenedHandler(BeanRules rules, AuditSink audit) {
    super(
        HttpApi.post(Order.class, Order.Receipt.class)
            .status(201)
            .caller(JwtAuthorizer.scope("orders:write"))
            .rules(rules)
            .permit((caller, order) -> order.customerId().equals(caller.id()))
            .audit(audit)
            .logic((order, call) -> order.receipt()));
  }

  /** A sink that keeps the latest event and renders none: the path without its audit line. */
  static final class Latest implements AuditSink {
    private volatile @Nullable AuditEvent event;

    @Override
    public void ready(Scope scope) {}

    @Override
    public void write(AuditEvent latest) {
      event = latest;
    }

    AuditEvent event() {
      AuditEvent latest = event;
      if (latest == null) {
        throw new IllegalStateException("No event was recorded yet.");
      }
      return latest;
    }
  }
}
