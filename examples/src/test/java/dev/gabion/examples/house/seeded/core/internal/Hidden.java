package dev.gabion.examples.house.seeded.core.internal;

/** Stands in a package below a room's. */
record Hidden(String text) {}
