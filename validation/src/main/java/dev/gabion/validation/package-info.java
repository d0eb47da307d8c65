/** Bean Validation rules over Hibernate Validator. */
@NullMarked
package dev.gabion.validation;

import org.jspecify.annotations.NullMarked;
