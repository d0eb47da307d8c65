package dev.gabion.examples.sketches;

import dev.gabion.core.AuditSink;
import dev.gabion.core.SecretSource;
import dev.gabion.core.SecretValue;
import dev.gabion.core.SecureHandler;
import dev.gabion.events.HttpApi;
import dev.gabion.events.JwtAuthorizer;
import dev.gabion.examples.orders.Order;
import dev.gabion.examples.orders.Receipt;
import dev.gabion.logging.OcsfAudit;
import dev.gabion.secrets.Secrets;
import dev.gabion.validation.BeanRules;

/** Has an order shipped by a warehouse whose password rotates. */
public final class ShipOrder extends SecureHandler {
  public ShipOrder(Warehouse warehouse) {
    this(
        warehouse,
        Secrets.secretsManager().secret("prod/warehouse").field("password"), // declared
        OcsfAudit.of("orders"));
  }

  ShipOrder(Warehouse warehouse, SecretSource password, AuditSink audit) {
    super(
        HttpApi.post(Order.class, Receipt.class)
            .caller(JwtAuthorizer.scope("orders:ship"))
            .rules(BeanRules.create())
            .permit((caller, order) -> order.customerId().equals(caller.id()))
            .audit(audit)
            .logic(
                (order, call) ->
                    password.use(
                        call,
                        value -> warehouse.ship(order, value), // lent while this runs
                        failure -> failure instanceof WrongPassword)) // rotated? once more
            .uses(password)); // fetched at INIT, wiped before a snapshot
  }

  /** Logs in for each order. */
  interface Warehouse {
    Receipt ship(Order order, SecretValue password) throws WrongPassword;
  }

  static final class WrongPassword extends Exception {
    private static final long serialVersionUID = 1;
  }
}
