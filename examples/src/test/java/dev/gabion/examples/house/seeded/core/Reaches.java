package dev.gabion.examples.house.seeded.core;

import dev.gabion.examples.house.seeded.events.Door;

/** A lower room that uses an upper one. */
record Reaches(Door door) {}
