package dev.gabion.examples.orders;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;

/** What a customer orders. */
public record Order(
    @NotNull @Pattern(regexp = "[a-z0-9-]{1,40}") String customerId,
    @NotEmpty @Size(max = 50) List<@Valid @NotNull Line> lines) {

  /** One article of an order. */
  public record Line(
      @NotNull @Pattern(regexp = "[A-Z0-9-]{1,20}") String sku, @Min(1) @Max(100) int quantity) {}
}
