package dev.gabion.core;

import java.util.Objects;

/**
 * One broken rule: where and which, never the value.
 *
 * @param path the place in the input, such as {@code lines[0].quantity}; never a key that the
 *     sender chose
 * @param rule the rule's code, such as {@code max}
 */
public record Violation(String path, String rule) {
  /** Refuses absent parts. */
  public Violation {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(rule, "rule");
  }
}
