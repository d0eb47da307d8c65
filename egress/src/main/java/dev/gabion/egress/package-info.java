/** Outbound HTTPS: to declared hosts alone, nowhere inside, and never past the deadline. */
@NullMarked
package dev.gabion.egress;

import org.jspecify.annotations.NullMarked;
