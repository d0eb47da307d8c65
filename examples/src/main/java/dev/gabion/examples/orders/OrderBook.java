package dev.gabion.examples.orders;

import dev.gabion.core.Managed;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Where orders are kept: what the handler depends on, and what its tests replace. */
public interface OrderBook extends Managed {
  /** Enters an order under an id that is the same when the request is delivered again. */
  void enter(String orderId, Order order);

  /** A book that forgets everything when the environment ends: enough to try the handler out. */
  static OrderBook inMemory() {
    Map<String, Order> orders = new ConcurrentHashMap<>();
    return orders::putIfAbsent;
  }
}
