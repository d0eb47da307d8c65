/** Audit events in OCSF, one JSON line each, handed straight to the runtime's pipe. */
@NullMarked
package dev.gabion.logging;

import org.jspecify.annotations.NullMarked;
