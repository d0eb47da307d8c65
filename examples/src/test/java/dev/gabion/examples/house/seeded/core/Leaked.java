package dev.gabion.examples.house.seeded.core;

/** A public type that nobody listed. */
public record Leaked(String text) {}
