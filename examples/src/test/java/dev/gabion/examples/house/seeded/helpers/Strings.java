package dev.gabion.examples.house.seeded.helpers;

/** Stands in a package that is no room. */
public record Strings(String text) {}
