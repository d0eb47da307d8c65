package dev.gabion.examples.orders;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.gabion.logging.OcsfAudit;
import java.io.InputStream;
import java.io.OutputStream;

/** The orders handler with a book that breaks on one article, and is careless about it. */
public final class TourOrders implements RequestStreamHandler {
  /** The article. */
  public static final String BREAKS = "BREAKS-THE-BOOK";

  /** What the book lets slip when it breaks. */
  public static final String SECRET = "correct-horse-battery-staple";

  private final CreateOrder handler =
      new CreateOrder(breaking(OrderBook.inMemory()), OcsfAudit.of("orders"));

  private static OrderBook breaking(OrderBook book) {
    return (orderId, order) -> {
      if (order.lines().stream().map(Order.Line::sku).anyMatch(BREAKS::equals)) {
        throw new IllegalStateException("jdbc:postgresql://orders?password=" + SECRET);
      }
      book.enter(orderId, order);
    };
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) {
    handler.handleRequest(in, out, context);
  }
}
