/** The one way to make AWS SDK clients: nothing guessed, TLS alone, and never past the deadline. */
@NullMarked
package dev.gabion.aws;

import org.jspecify.annotations.NullMarked;
