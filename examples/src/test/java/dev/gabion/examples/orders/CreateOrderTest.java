package dev.gabion.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.testing.HttpReply;
import dev.gabion.testing.InProcess;
import dev.gabion.testing.RecordingAudit;
import dev.gabion.testing.SampleEvents;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreateOrderTest {
  private final List<Order> entered = new ArrayList<>();
  private final CreateOrder handler =
      new CreateOrder((orderId, order) -> entered.add(order), new RecordingAudit());

  private static SampleEvents.Http event(String body) {
    return SampleEvents.post("/orders", body).jwt("ann", "orders:write");
  }

  @Test
  void aCustomersOwnOrderIsEntered() {
    HttpReply reply =
        InProcess.send(
            handler,
            event("{\"customerId\":\"ann\",\"lines\":[{\"sku\":\"TEA-1\",\"quantity\":2}]}"));

    assertThat(reply.status()).isEqualTo(201);
    assertThat(reply.json().path("lines").intValue()).isEqualTo(1);
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
    HttpReply reply = InProcess.send(handler, event(body));

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.json().path("violations").path(0).path("rule").asText("-")).isEqualTo(rule);
    assertThat(entered).isEmpty();
  }
}
