package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Text in Unicode normalization form C, so that what looks alike compares alike.
 *
 * <p>Accepted: text that UAX 15 says is in form C by the Unicode version of the JDK, with at most
 * 30 marks in a row (UAX 15 section 13, Stream-Safe Text Format: more would cost more than linear
 * time). Refused: everything else, and lone surrogates.
 */
@Documented
@Constraint(validatedBy = TextRules.Composed.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface Nfc {
  /** The rule's code, which is all that is ever said. */
  String message() default "nfc";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
