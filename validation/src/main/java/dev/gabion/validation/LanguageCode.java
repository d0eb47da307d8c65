package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A language, such as {@code mi}.
 *
 * <p>Accepted: the two-letter codes of ISO 639-1, in lower case, of the edition that the JDK's
 * {@link java.util.Locale} holds; the three that were replaced ({@code iw}, {@code in}, {@code ji})
 * are refused.
 */
@Documented
@Constraint(validatedBy = CodeRules.Language.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface LanguageCode {
  /** The rule's code, which is all that is ever said. */
  String message() default "language-code";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
