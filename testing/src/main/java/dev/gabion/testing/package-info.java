/** What Gabion tests itself with: the real runtime client, sample events, recording doubles. */
@NullMarked
package dev.gabion.testing;

import org.jspecify.annotations.NullMarked;
