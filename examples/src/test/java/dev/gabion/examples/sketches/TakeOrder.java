package dev.gabion.examples.sketches;

import dev.gabion.core.AuditSink;
import dev.gabion.core.SecretSource;
import dev.gabion.core.SecureHandler;
import dev.gabion.events.HttpApi;
import dev.gabion.examples.orders.Order;
import dev.gabion.examples.orders.Receipt;
import dev.gabion.identity.ReplayStore;
import dev.gabion.identity.WebhookSignature;
import dev.gabion.logging.OcsfAudit;
import dev.gabion.secrets.Secrets;
import dev.gabion.validation.BeanRules;

/** Takes orders that a shop signs as Stripe does. */
public final class TakeOrder extends SecureHandler {
  public TakeOrder() {
    this(Secrets.secretsManager().secret("prod/shop-webhook"), OcsfAudit.of("orders"));
  }

  TakeOrder(SecretSource key, AuditSink audit) {
    super(
        HttpApi.post(Order.class, Receipt.class)
            .caller(
                WebhookSignature.stripe("shop", key) // over the bytes, before they are parsed
                    .once(ReplayStore.inMemory(10_000))) // in this environment
            .rules(BeanRules.create())
            .permit((caller, order) -> caller.id().equals("shop"))
            .audit(audit)
            .logic((order, call) -> new Receipt("taken", order.lines().size()))
            .uses(key));
  }
}
