package dev.gabion.examples.house.seeded.core;

/** A security interface that an empty lambda implements. */
interface Authenticator {
  void identify(String envelope);
}
