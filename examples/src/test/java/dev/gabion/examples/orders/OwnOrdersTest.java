package dev.gabion.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.testing.HttpReply;
import dev.gabion.testing.InProcess;
import dev.gabion.testing.RecordingAudit;
import dev.gabion.testing.SampleEvents;
import org.junit.jupiter.api.Test;

class OwnOrdersTest {
  @Test
  void onlyACustomersOwnOrderIsTaken() {
    RecordingAudit audit = new RecordingAudit();
    CreateOrder handler = new CreateOrder(OrderBook.inMemory(), audit);
    String body = "{\"customerId\":\"bob\",\"lines\":[{\"sku\":\"TEA-1\",\"quantity\":2}]}";

    HttpReply reply =
        InProcess.send(handler, SampleEvents.post("/orders", body).jwt("ann", "orders:write"));

    assertThat(reply.status()).isEqualTo(403);
    assertThat(audit.outcomes()).hasSize(1);
  }
}
