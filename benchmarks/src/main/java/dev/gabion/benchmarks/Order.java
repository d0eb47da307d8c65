package dev.gabion.benchmarks;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;

/** An order that may grow: what all subjects bind, and the hardened ones check. */
public record Order(
    @NotNull @Pattern(regexp = "[a-z0-9-]{1,40}") String customerId,
    @NotEmpty @Size(max = 2_000) List<@Valid @NotNull Line> lines) {

  /** One article of an order. */
  public record Line(
      @NotNull @Pattern(regexp = "[A-Z0-9-]{1,20}") String sku,
      @Min(1) @Max(100) int quantity,
      @NotNull @Size(max = 200) String note) {}

  /** The whole of what an order is worked into: enough for the logic not to be nothing. */
  Receipt receipt() {
    return new Receipt(customerId, lines.stream().mapToInt(Line::quantity).sum());
  }

  /** What the customer gets. */
  public record Receipt(String customerId, int articles) {}
}
