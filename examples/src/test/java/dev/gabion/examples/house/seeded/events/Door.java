package dev.gabion.examples.house.seeded.events;

import dev.gabion.examples.house.seeded.logging.Unmarked;

/** A room that uses its neighbour. */
public record Door(Unmarked neighbour) {}
