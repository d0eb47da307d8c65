package dev.gabion.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.crypto.EnvelopeCipher;
import dev.gabion.crypto.LocalKeys;
import dev.gabion.testing.HttpReply;
import dev.gabion.testing.InProcess;
import dev.gabion.testing.RecordingAudit;
import dev.gabion.testing.SampleEvents;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreateOrderTest {
  private static final String ID = "order-JKJaXmPLvHcESHA=";

  private static final String BODY =
      "{\"customerId\":\"ann\",CARD,\"lines\":[{\"sku\":\"TEA-1\",\"quantity\":2}]}";

  private final LocalKeys keys = LocalKeys.insecureDevelopmentKey("a test");
  private final OrderBook book = OrderBook.inMemory();
  private final RecordingAudit audit = new RecordingAudit();
  private final CreateOrder create = new CreateOrder(EnvelopeCipher.with(keys), book, audit);
  private final ChargeOrder charge = new ChargeOrder(EnvelopeCipher.with(keys), book, audit);

  private static SampleEvents.Http order(String card, String body) {
    String whole = body.replace("CARD", "\"card\":{\"number\":\"" + card + "\"}");
    return SampleEvents.post("/orders", whole).jwt("ann", "orders:write");
  }

  private static SampleEvents.Http good() {
    return order("4111111111111111", BODY);
  }

  private HttpReply charge(String orderId) {
    return InProcess.send(
        charge,
        SampleEvents.post("/charges", "{\"orderId\":\"" + orderId + "\",\"cents\":1250}")
            .jwt("billing", "orders:charge"));
  }

  @Test
  void aCustomersOwnOrderIsEnteredWithItsCardSealed() {
    HttpReply reply = InProcess.send(create, good());

    assertThat(reply.status()).isEqualTo(201);
    assertThat(reply.json().path("lines").intValue()).isEqualTo(1);
    OrderBook.Entry entry = book.find(ID).orElseThrow();
    assertThat(entry.customerId()).isEqualTo("ann");
    assertThat(entry.lines()).containsExactly(new Order.Line("TEA-1", 2));
    assertThat(entry.sealedCard()).matches("[A-Za-z0-9+/]{100,}=*");
    assertThat(audit.events().toString()).doesNotContain("4111111111111111");
  }

  @Test
  void billingOpensTheCard() {
    InProcess.send(create, good());

    HttpReply reply = charge(ID);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().path("card").textValue()).isEqualTo("…1111");
    assertThat(audit.events().toString()).doesNotContain("4111111111111111");
  }

  @Test
  void aCardThatWasPutIntoAnotherCustomersOrderDoesNotOpen() {
    InProcess.send(create, good());
    OrderBook.Entry anns = book.find(ID).orElseThrow();
    book.enter("order-bobs", new OrderBook.Entry("bob", anns.sealedCard(), anns.lines()));
    book.enter("order-anns", new OrderBook.Entry("ann", anns.sealedCard(), anns.lines()));

    assertThat(charge("order-bobs").status()).isEqualTo(500);
    assertThat(charge("order-anns").status()).isEqualTo(200); // control: the same, hers
  }

  @Test
  void anOrderThatIsNotThereIsNotCharged() {
    assertThat(charge("order-none").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{\"customerId\":\"bob\",CARD,\"lines\":[{\"sku\":\"TEA-1\",\"quantity\":2}]};   403; -",
        "{\"customerId\":\"ann\",CARD,\"lines\":[]};                                     422; not-empty",
        "{\"customerId\":\"ann\",CARD};                                                  422; not-empty",
        "{\"customerId\":\"ann\",\"lines\":[{\"sku\":\"TEA-1\",\"quantity\":2}]};        422; not-null",
        "{CARD,\"lines\":[{\"sku\":\"TEA-1\",\"quantity\":2}]};                          422; not-null",
        "{\"customerId\":\"ann\",CARD,\"lines\":[{\"sku\":\"TEA-1\",\"quantity\":0}]};   422; min",
        "{\"customerId\":\"ann\",CARD,\"lines\":[{\"sku\":\"TEA-1\",\"quantity\":101}]}; 422; max",
        "{\"customerId\":\"ann\",CARD,\"lines\":[{\"sku\":\"tea 1\",\"quantity\":2}]};   422; pattern",
        "{\"customerId\":\"ann\",CARD,\"lines\":[null]};                                 422; not-null",
      })
  void anyOtherOrderIsNot(String body, int status, String rule) {
    HttpReply reply = InProcess.send(create, order("4111111111111111", body));

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.json().path("violations").path(0).path("rule").asText("-")).isEqualTo(rule);
    assertThat(book.find(ID)).isEqualTo(Optional.empty());
  }

  @Test
  void aCardThatIsNoneIsNotTakenNorSaid() {
    HttpReply reply = InProcess.send(create, order("4111-1111", BODY));
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.json().toString()).contains("card.number").doesNotContain("4111");

    Order.Card card = new Order.Card("4111111111111111");
    assertThat(new Order("ann", card, List.of()).toString()).doesNotContain("4111");
  }
}
