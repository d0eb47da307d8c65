/**
 * The path of one event: {@link dev.gabion.core.SecureHandler} and the types its stages speak.
 *
 * <p>Everything else in Gabion stands on this room and nothing here knows the others.
 */
@NullMarked
package dev.gabion.core;

import org.jspecify.annotations.NullMarked;
