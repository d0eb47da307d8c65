package dev.gabion.examples.orders;

import dev.gabion.core.AuditSink;
import dev.gabion.core.Call;
import dev.gabion.core.SecureHandler;
import dev.gabion.core.Settings;
import dev.gabion.crypto.EnvelopeCipher;
import dev.gabion.crypto.KmsKeys;
import dev.gabion.events.HttpApi;
import dev.gabion.events.JwtAuthorizer;
import dev.gabion.logging.OcsfAudit;
import dev.gabion.validation.BeanRules;

/** Takes an order over HTTP, from the customer whose order it is; the card is stored sealed. */
public final class CreateOrder extends SecureHandler {
  /** Creates the handler as Lambda does. */
  public CreateOrder() {
    this(
        EnvelopeCipher.with(KmsKeys.of(Settings.required("CARD_KEY_ARN"))),
        OrderBook.inMemory(),
        OcsfAudit.of("orders"));
  }

  /** Creates the handler with what a test hands in. */
  CreateOrder(EnvelopeCipher cards, OrderBook book, AuditSink audit) {
    super(
        HttpApi.post(Order.class, Receipt.class)
            .status(201)
            .caller(JwtAuthorizer.scope("orders:write")) // who may call
            .rules(BeanRules.create()) // which input is fit
            .permit((caller, order) -> order.customerId().equals(caller.id())) // who may do this
            .audit(audit) // what is recorded
            .logic((order, call) -> accept(order, call, cards, book)) // what is done
            .uses(cards, book)); // what is started with it
  }

  private static Receipt accept(Order order, Call call, EnvelopeCipher cards, OrderBook book) {
    String orderId = "order-" + call.deliveryId();
    String card =
        cards.encryptText(call, order.card().number(), Order.Card.context(order.customerId()));
    book.enter(orderId, new OrderBook.Entry(order.customerId(), card, order.lines()));
    return new Receipt(orderId, order.lines().size());
  }
}
