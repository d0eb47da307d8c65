package dev.gabion.examples.house.seeded.core;

import org.assertj.core.description.Description;

/** A room that uses a library that is not its own. */
record Borrows(Description description) {}
