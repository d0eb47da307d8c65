package dev.gabion.examples.orders;

import dev.gabion.core.Managed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Where orders are kept: what the handlers depend on, and what their tests replace. */
public interface OrderBook extends Managed {
  /**
   * An order as it is kept.
   *
   * @param sealedCard the card's number, which {@link ChargeOrder} opens
   */
  record Entry(String customerId, String sealedCard, List<Order.Line> lines) {}

  /** Enters an order under an id that is the same when the request is delivered again. */
  void enter(String orderId, Entry entry);

  /** Finds an order. */
  Optional<Entry> find(String orderId);

  /** A book that forgets everything when the environment ends: enough to try the handlers out. */
  static OrderBook inMemory() {
    Map<String, Entry> orders = new ConcurrentHashMap<>();
    return new OrderBook() {
      @Override
      public void enter(String orderId, Entry entry) {
        orders.putIfAbsent(orderId, entry);
      }

      @Override
      public Optional<Entry> find(String orderId) {
        return Optional.ofNullable(orders.get(orderId));
      }
    };
  }
}
