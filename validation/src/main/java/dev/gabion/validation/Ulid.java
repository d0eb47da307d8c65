package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A ULID in its one form, such as {@code 01ARZ3NDEKTSV4RRFFQ69G5FAV}.
 *
 * <p>Accepted: 26 characters of Crockford's base 32 in capitals (no {@code I L O U}), the first at
 * most {@code 7}, as the ULID specification says.
 */
@Documented
@Constraint(validatedBy = CodeRules.UlidOf.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface Ulid {
  /** The rule's code, which is all that is ever said. */
  String message() default "ulid";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
