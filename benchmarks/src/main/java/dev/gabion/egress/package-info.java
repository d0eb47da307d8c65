/** What benchmarks need of the egress room from within. */
@NullMarked
package dev.gabion.egress;

import org.jspecify.annotations.NullMarked;
