package dev.gabion.examples.orders;

import dev.gabion.core.AuditSink;
import dev.gabion.core.Call;
import dev.gabion.core.Permit;
import dev.gabion.core.Rejection;
import dev.gabion.core.SecureHandler;
import dev.gabion.core.Settings;
import dev.gabion.crypto.EnvelopeCipher;
import dev.gabion.crypto.KmsKeys;
import dev.gabion.events.HttpApi;
import dev.gabion.events.JwtAuthorizer;
import dev.gabion.logging.OcsfAudit;
import dev.gabion.validation.BeanRules;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/** Charges the card of an order: the one place that opens what {@link CreateOrder} has sealed. */
public final class ChargeOrder extends SecureHandler {
  /** What billing asks for. */
  public record Charge(
      @NotNull @Pattern(regexp = "order-[A-Za-z0-9=_-]{1,64}") String orderId,
      @Min(1) @Max(1_000_000) int cents) {}

  /** What billing gets: of the card no more than its last four digits. */
  public record Charged(String orderId, String card, int cents) {}

  /** Creates the handler as Lambda does. */
  public ChargeOrder() {
    this(
        EnvelopeCipher.with(KmsKeys.of(Settings.required("CARD_KEY_ARN"))),
        OrderBook.inMemory(),
        OcsfAudit.of("orders"));
  }

  /** Creates the handler with what a test hands in. */
  ChargeOrder(EnvelopeCipher cards, OrderBook book, AuditSink audit) {
    super(
        HttpApi.post(Charge.class, Charged.class)
            .caller(JwtAuthorizer.scope("orders:charge"))
            .rules(BeanRules.create())
            .permit(Permit.insecureEveryCaller("the scope is billing's, and it charges any order"))
            .audit(audit)
            .logic((charge, call) -> charge(charge, call, cards, book))
            .uses(cards, book));
  }

  private static Charged charge(Charge charge, Call call, EnvelopeCipher cards, OrderBook book) {
    OrderBook.Entry entry = book.find(charge.orderId()).orElseThrow(Rejection::notFound);
    String number =
        cards.decryptText(call, entry.sealedCard(), Order.Card.context(entry.customerId()));
    // Here the number goes to whoever moves the money.
    return new Charged(
        charge.orderId(), "…" + number.substring(number.length() - 4), charge.cents());
  }
}
