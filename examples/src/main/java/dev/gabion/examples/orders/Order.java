package dev.gabion.examples.orders;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;

/** What a customer orders. */
public record Order(
    @NotNull @Pattern(regexp = "[a-z0-9-]{1,40}") String customerId,
    @NotNull @Valid Card card,
    @NotEmpty @Size(max = 50) List<@Valid @NotNull Line> lines) {

  /** What pays for it. */
  public record Card(@NotNull @Pattern(regexp = "[0-9]{12,19}") String number) {
    /** What a sealed number is bound to: it opens for this customer's card and for nothing else. */
    public static Map<String, String> context(String customerId) {
      return Map.of("purpose", "card", "customer", customerId);
    }

    /** Says nothing of the number. */
    @Override
    public String toString() {
      return "Card[…]";
    }
  }

  /** One article of an order. */
  public record Line(
      @NotNull @Pattern(regexp = "[A-Z0-9-]{1,20}") String sku, @Min(1) @Max(100) int quantity) {}
}
