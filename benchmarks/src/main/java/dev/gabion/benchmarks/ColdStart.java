package dev.gabion.benchmarks;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.gabion.examples.orders.CreateOrder;
import dev.gabion.examples.orders.Order;
import dev.gabion.examples.orders.Receipt;
import dev.gabion.testing.RealRuntime;
import dev.gabion.testing.Reply;
import dev.gabion.testing.RuntimeSetup;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Measures from the start of the process to the first reply, under AWS's runtime interface client
 * and the options of the managed runtime, the subjects in turn.
 */
final class ColdStart {
  private static final byte[] EVENT =
      Orders.event("{\"customerId\":\"ann\",\"lines\":[{\"sku\":\"TEA-1\",\"quantity\":2}]}");

  private ColdStart() {}

  /** Answers what it is told to: the floor under everything. */
  public static final class Nothing implements RequestStreamHandler {
    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context)
        throws IOException {
      out.write("{\"statusCode\":201}".getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The orders example without any protection. */
  public static final class PlainCreateOrder extends PlainHandler<Order> {
    /** Creates the handler as Lambda does. */
    public PlainCreateOrder() {
      super(Order.class, order -> new Receipt("order-1", articles(order)));
    }

    private static int articles(Order order) {
      return order.lines().stream().mapToInt(Order.Line::quantity).sum();
    }
  }

  /** Prints a table of as many rounds; one before them is not counted. */
  static void measure(int rounds) {
    measure(
        rounds, List.of(Nothing.class, PlainCreateOrder.class, CreateOrder.class), RealRuntime::of);
  }

  /** The same for other handlers, each in a setup of its own; they answer 201. */
  static void measure(int rounds, List<Class<?>> subjects, Function<Class<?>, RuntimeSetup> setup) {
    Map<Class<?>, List<Double>> millis = new LinkedHashMap<>();
    subjects.forEach(subject -> toFirstReply(setup.apply(subject)));
    for (int round = 1; round <= rounds; round++) {
      for (Class<?> subject : subjects) {
        double taken = toFirstReply(setup.apply(subject));
        System.out.printf(
            Locale.ROOT, "%2d  %-20s %5.0f ms%n", round, subject.getSimpleName(), taken);
        millis.computeIfAbsent(subject, key -> new ArrayList<>()).add(taken);
      }
    }
    System.out.printf(Locale.ROOT, "%nJDK %s, %d starts each%n%n", Runtime.version(), rounds);
    System.out.println("| handler | median ms | quartiles |\n|---|--:|--:|");
    millis.forEach(
        (subject, all) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %.0f | %.0f – %.0f |%n",
                subject.getSimpleName(),
                Report.quantile(all, 0.5),
                Report.quantile(all, 0.25),
                Report.quantile(all, 0.75)));
  }

  private static double toFirstReply(RuntimeSetup setup) {
    long start = System.nanoTime();
    try (RealRuntime runtime = setup.start()) {
      Reply reply = runtime.invoke(EVENT);
      long end = System.nanoTime();
      if (!reply.text().contains("\"statusCode\":201")) {
        throw new IllegalStateException("The function answered " + reply.text());
      }
      return (end - start) / 1e6;
    }
  }
}
