/** The demo: a tour of events through the orders handler in the real runtime. */
@NullMarked
package dev.gabion.examples.demo;

import org.jspecify.annotations.NullMarked;
