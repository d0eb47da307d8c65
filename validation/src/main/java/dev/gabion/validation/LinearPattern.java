package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Text that a regular expression matches as a whole, in linear time.
 *
 * <p>Accepted: what RE2/J matches from the first character to the last; its syntax is that of RE2.
 * The start fails on a pattern that cannot run in linear time (backreferences, lookaround,
 * possessive quantifiers), is longer than 1,000 characters, repeats more than 1,000 times or
 * compiles to more than 5,000 instructions: the time of a check grows with the text times these.
 */
@Documented
@Constraint(validatedBy = PatternRule.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface LinearPattern {
  /** The expression, in RE2's syntax. */
  String value();

  /** The rule's code, which is all that is ever said. */
  String message() default "linear-pattern";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
