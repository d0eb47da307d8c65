/** Handlers to copy. */
@NullMarked
package dev.gabion.examples;

import org.jspecify.annotations.NullMarked;
