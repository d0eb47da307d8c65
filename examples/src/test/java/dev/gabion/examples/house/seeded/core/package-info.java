/** Wrong on purpose: what the house rules must find. */
@NullMarked
package dev.gabion.examples.house.seeded.core;

import org.jspecify.annotations.NullMarked;
