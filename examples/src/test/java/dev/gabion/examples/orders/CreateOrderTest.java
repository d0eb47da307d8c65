package dev.gabion.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.testing.InProcess;
import dev.gabion.testing.SampleEvents;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreateOrderTest {
  private final List<Order> entered = new ArrayList<>();
  private final CreateOrder handler = new CreateOrder((orderId, order) -> entered.add(order));

  private static String event(String body) {
    return SampleEvents.httpApi().jwt("ann", "orders:write").body(body).json();
  }

  @Test
  void aCustomersOwnOrderIsEntered() {
    String reply =
        InProcess.send(
            handler,
            event("{\"customerId\":\"ann\",\"lines\":[{\"sku\":\"TEA-1\",\"quantity\":2}]}"));

    assertThat(reply).contains("\"statusCode\":201").contains("\\\"articles\\\":2");
    assertThat(entered).containsExactly(new Order("ann", List.of(new Order.Line("TEA-1", 2))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{\"customerId\":\"bob\",\"lines\":[{\"sku\":\"TEA-1\",\"quantity\":2}]};   403; -",
        "{\"customerId\":\"ann\",\"lines\":[]};                                     422; not-empty",
        "{\"customerId\":\"ann\"};                                                  422; not-empty",
        "{\"lines\":[{\"sku\":\"TEA-1\",\"quantity\":2}]};                          422; not-null",
        "{\"customerId\":\"ann\",\"lines\":[{\"sku\":\"TEA-1\",\"quantity\":0}]};   422; min",
        "{\"customerId\":\"ann\",\"lines\":[{\"sku\":\"TEA-1\",\"quantity\":101}]}; 422; max",
        "{\"customerId\":\"ann\",\"lines\":[{\"sku\":\"tea 1\",\"quantity\":2}]};   422; pattern",
        "{\"customerId\":\"ann\",\"lines\":[null]};                                 422; not-null",
      })
  void anyOtherOrderIsNot(String body, int status, String rule) {
    String reply = InProcess.send(handler, event(body));

    assertThat(reply).contains("\"statusCode\":" + status);
    assertThat(reply).contains(status == 422 ? "\\\"rule\\\":\\\"" + rule + "\\\"" : "Forbidden");
    assertThat(entered).isEmpty();
  }
}
