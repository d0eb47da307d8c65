package dev.gabion.benchmarks;

import com.amazonaws.services.lambda.runtime.Context;
import dev.gabion.testing.Invocation;
import dev.gabion.testing.SampleContext;
import dev.gabion.testing.SampleEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Orders of a size, as the events that all subjects are sent. */
final class Orders {
  static final String CUSTOMER = "ann";
  private static final String NOTE = "leave at the door, and ring twice if it rains, please";

  private Orders() {}

  /** An order's JSON of {@code kilobytes} times 1,024 bytes, in lines of some hundred each. */
  static String body(int kilobytes) {
    int size = kilobytes * 1024;
    StringBuilder body = new StringBuilder(size);
    body.append("{\"customerId\":\"").append(CUSTOMER).append("\",\"lines\":[");
    String line = line(0, NOTE);
    for (int i = 0; body.length() + 2 * line.length() < size; i++) {
      body.append(line(i, NOTE)).append(',');
    }
    String last = line(9_999, "");
    return body.append(line(9_999, "x".repeat(size - body.length() - last.length() - 2)))
        .append("]}")
        .toString();
  }

  private static String line(int number, String note) {
    return String.format(
        Locale.ROOT,
        "{\"sku\":\"TEA-%04d\",\"quantity\":%d,\"note\":\"%s\"}",
        number,
        1 + number % 100,
        note);
  }

  static byte[] event(String body) {
    return SampleEvents.httpApi().jwt(CUSTOMER, "orders:write").body(body).bytes();
  }

  /** A context with more time left than any measurement takes. */
  static Context context() {
    return SampleContext.of(Invocation.of("").deadline(Instant.now().plus(Duration.ofDays(1))));
  }
}
