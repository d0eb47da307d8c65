package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Text on many lines that shows all it holds, such as a comment.
 *
 * <p>Accepted: what {@link SingleLineText} accepts, and also tab, line feed, and carriage return
 * right before a line feed. A carriage return by itself is refused: it writes over a line.
 */
@Documented
@Constraint(validatedBy = TextRules.MultiLine.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface MultiLineText {
  /** The rule's code, which is all that is ever said. */
  String message() default "multi-line-text";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
