package dev.gabion.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RedactedTest {
  record Card(
      @Sensitive String holder,
      @Sensitive(Sensitive.As.LAST_FOUR) String number,
      @Sensitive(Sensitive.As.HMAC) String customer,
      @Sensitive(Sensitive.As.DROP) String code,
      int year) {}

  record Honest(@Sensitive String name) {
    @Override
    public String toString() {
      return Redacted.text(this);
    }
  }

  record Holder(
      Card card,
      List<Card> cards,
      Optional<Card> maybe,
      Map<String, Card> named,
      Object array,
      Map.Entry<String, Card> entry,
      AtomicReference<Card> reference,
      @Sensitive Card hidden,
      @Nullable Card none) {}

  private static final Card CARD = new Card("Ann Smith", "4111111111111111", "c-17", "737", 2030);
  private static final String WRITTEN =
      "Card[holder=****, number=****1111, customer=****, year=2030]";

  @Test
  void aRecordIsWrittenWithoutWhatIsSensitive() {
    assertThat(Redacted.text(CARD)).isEqualTo(WRITTEN);
    assertThat(new Honest("Ann Smith")).hasToString("Honest[name=****]");
  }

  @Test
  void itsOwnToStringWouldWriteAll() {
    assertThat(CARD.toString()).contains("Ann Smith", "4111111111111111", "c-17", "737");
  }

  @Test
  void recordsAreLookedForInWhateverHoldsThem() {
    Holder holder =
        new Holder(
            CARD,
            List.of(CARD),
            Optional.of(CARD),
            Map.of("main", CARD),
            new Card[] {CARD},
            Map.entry("main", CARD),
            new AtomicReference<>(CARD),
            CARD,
            null);

    assertThat(Redacted.text(holder))
        .isEqualTo(
            "Holder[card=%1$s, cards=[%1$s], maybe=%1$s, named={main=%1$s}, array=[%1$s], entry=main=%1$s, reference=%1$s, hidden=****, none=null]"
                .formatted(WRITTEN));
  }

  @Test
  void aPseudonymIsMadeWhereThereIsAWayTo() {
    assertThat(Redacted.text(CARD, text -> "~" + text.length())).contains("customer=~4");
  }

  @Test
  void ofAShortTextNothingIsLeft() {
    Card shorter = new Card("", "1234567", "", "", 1);

    assertThat(Redacted.text(shorter)).contains("number=****,").doesNotContain("4567");
    assertThat(Redacted.text("😀😀😀😀😀😀😀x", Sensitive.As.LAST_FOUR, t -> t))
        .isEqualTo("****😀😀😀x");
  }

  record Loop(List<Object> inner) {}

  @Test
  void whatHoldsItselfEnds() {
    Loop loop = new Loop(new ArrayList<>());
    loop.inner.add(loop);

    assertThat(Redacted.text(loop)).hasSizeLessThan(100).contains("…");
    assertThat(Redacted.text(new Loop(new ArrayList<>(Collections.nCopies(1_000, 1)))))
        .hasSizeLessThan(400)
        .endsWith("…]]");
  }

  record Hostile(@Sensitive(Sensitive.As.LAST_FOUR) String name) {
    @Override
    public String name() {
      throw new IllegalStateException("4111111111111111");
    }
  }

  @Test
  void anAccessorThatThrowsSaysNothing() {
    assertThat(Redacted.text(new Hostile("Ann"))).isEqualTo("Hostile[name=****]");
  }
}
