/** Wrong on purpose: what the house rules must find. */
@NullMarked
package dev.gabion.examples.house.seeded.core.internal;

import org.jspecify.annotations.NullMarked;
