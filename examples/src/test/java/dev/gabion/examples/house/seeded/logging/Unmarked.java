package dev.gabion.examples.house.seeded.logging;

import dev.gabion.examples.house.seeded.helpers.Strings;

/** Stands in a package without a mark. */
public record Unmarked(Strings strings) {}
