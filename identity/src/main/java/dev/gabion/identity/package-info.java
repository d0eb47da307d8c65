/** Who calls: proofs that a request itself carries, checked before anything of it is believed. */
@NullMarked
package dev.gabion.identity;

import org.jspecify.annotations.NullMarked;
