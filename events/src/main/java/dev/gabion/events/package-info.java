/** The doors: one file per event source, envelope and adapter together. */
@NullMarked
package dev.gabion.events;

import org.jspecify.annotations.NullMarked;
