/** What an event costs on the path, beside a handler that only parses. */
@NullMarked
package dev.gabion.benchmarks;

import org.jspecify.annotations.NullMarked;
