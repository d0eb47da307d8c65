package dev.gabion.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.crypto.EnvelopeCipher;
import dev.gabion.crypto.LocalKeys;
import dev.gabion.testing.HttpReply;
import dev.gabion.testing.InProcess;
import dev.gabion.testing.RecordingAudit;
import dev.gabion.testing.SampleEvents;
import org.junit.jupiter.api.Test;

class OwnOrdersTest {
  @Test
  void onlyACustomersOwnOrderIsTaken() {
    RecordingAudit audit = new RecordingAudit();
    EnvelopeCipher cards = EnvelopeCipher.with(LocalKeys.insecureDevelopmentKey("a test"));
    CreateOrder handler = new CreateOrder(cards, OrderBook.inMemory(), audit);
    String body =
        """
        {"customerId":"bob","card":{"number":"4111111111111111"},"lines":[{"sku":"TEA-1","quantity":2}]}
        """;

    HttpReply reply =
        InProcess.send(handler, SampleEvents.post("/orders", body).jwt("ann", "orders:write"));

    assertThat(reply.status()).isEqualTo(403);
    assertThat(audit.outcomes()).hasSize(1);
  }
}
