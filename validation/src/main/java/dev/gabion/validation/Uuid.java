package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A UUID in its one form, such as {@code 0198c1f2-7b1e-7c3a-9d55-0f2b6d3a8e11}.
 *
 * <p>Accepted: RFC 9562 section 4, 36 characters, hexadecimal digits in lower case, hyphens.
 * Refused: capitals, braces, {@code urn:uuid:}, no hyphens: one identifier has one spelling.
 */
@Documented
@Constraint(validatedBy = CodeRules.UuidOf.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface Uuid {
  /**
   * The accepted versions, 1 to 8, of which the variant must then be that of RFC 9562 too; none
   * named: every UUID, nil and max among them.
   */
  int[] version() default {};

  /** The rule's code, which is all that is ever said. */
  String message() default "uuid";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
