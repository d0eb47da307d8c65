/** An order taken over HTTP: the example to copy first. */
@NullMarked
package dev.gabion.examples.orders;

import org.jspecify.annotations.NullMarked;
