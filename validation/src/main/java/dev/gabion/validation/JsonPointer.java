package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A JSON pointer, such as {@code /lines/0/quantity}.
 *
 * <p>Accepted: RFC 6901 section 3 exactly: empty, or tokens that each begin with {@code /}, {@code
 * ~} only as {@code ~0} or {@code ~1}. Refused: lone surrogates, and the fragment form {@code #/…}.
 */
@Documented
@Constraint(validatedBy = PathRules.Pointer.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface JsonPointer {
  /** The rule's code, which is all that is ever said. */
  String message() default "json-pointer";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
