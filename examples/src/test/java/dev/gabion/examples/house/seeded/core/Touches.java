package dev.gabion.examples.house.seeded.core;

/** Touches everything that is reserved. */
final class Touches {
  private Touches() {}

  static void everything() {
    System.out.println(System.getenv("HOME"));
    System.err.println(System.getenv().size());
    new IllegalStateException().printStackTrace();
    Runtime.getRuntime().halt(1);
    System.exit(1);
  }
}
