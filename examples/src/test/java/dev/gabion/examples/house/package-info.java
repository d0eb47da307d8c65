/** The house rules: what the build says about classes, jars and public names, in every room. */
@NullMarked
package dev.gabion.examples.house;

import org.jspecify.annotations.NullMarked;
