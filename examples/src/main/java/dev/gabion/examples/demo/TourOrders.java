package dev.gabion.examples.demo;

import dev.gabion.examples.orders.CreateOrder;
import dev.gabion.examples.orders.Order;
import dev.gabion.examples.orders.OrderBook;

/** The orders handler with a book that breaks on one article, and is careless about it. */
public final class TourOrders extends CreateOrder {
  static final String BREAKS = "BREAKS-THE-BOOK";
  static final String SECRET = "correct-horse-battery-staple";

  /** Creates the handler as Lambda does. */
  public TourOrders() {
    super(breaking(OrderBook.inMemory()));
  }

  private static OrderBook breaking(OrderBook book) {
    return (orderId, order) -> {
      if (order.lines().stream().map(Order.Line::sku).anyMatch(BREAKS::equals)) {
        throw new IllegalStateException("jdbc:postgresql://orders?password=" + SECRET);
      }
      book.enter(orderId, order);
    };
  }
}
