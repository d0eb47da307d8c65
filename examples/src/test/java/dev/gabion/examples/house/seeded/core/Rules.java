package dev.gabion.examples.house.seeded.core;

/** A security interface of which only one method must be written. */
interface Rules {
  void check(String input);

  default String describe() {
    return "none";
  }
}
