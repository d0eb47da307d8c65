/** Cached secrets of Secrets Manager and Parameter Store that rotate, and that leak nowhere. */
@NullMarked
package dev.gabion.secrets;

import org.jspecify.annotations.NullMarked;
