package dev.gabion.examples.sketches;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.core.Redacted;
import dev.gabion.core.Sensitive;
import dev.gabion.logging.Redaction;
import org.junit.jupiter.api.Test;

/** What a record and a document look like in a log. */
class LoggedPaymentsTest {
  private final CardPayment payment = new CardPayment("o-17", "4111111111111111", "Ann Smith");

  @Test
  void aRecordPrintsWithoutWhatIsSensitive() {
    assertThat("accepted " + payment)
        .isEqualTo("accepted CardPayment[orderId=o-17, cardNumber=****1111, holder=****]");
  }

  @Test
  void aDocumentIsWrittenWithoutItsDeclaredPlaces() {
    Redaction redaction =
        Redaction.of("/holder")
            .with(Sensitive.As.LAST_FOUR, "/cardNumber", "/refunds/*/cardNumber");

    assertThat(
            redaction.json(
                "{\"orderId\":\"o-17\",\"cardNumber\":\"4111111111111111\",\"holder\":\"Ann Smith\","
                    + "\"refunds\":[{\"cardNumber\":\"5555555555554444\"}]}"))
        .isEqualTo(
            "{\"orderId\":\"o-17\",\"cardNumber\":\"****1111\",\"holder\":\"****\","
                + "\"refunds\":[{\"cardNumber\":\"****4444\"}]}");
  }
}

record CardPayment(
    String orderId,
    @Sensitive(Sensitive.As.LAST_FOUR) String cardNumber,
    @Sensitive String holder) {
  @Override
  public String toString() {
    return Redacted.text(this);
  }
}
