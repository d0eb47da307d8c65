package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A country, such as {@code NZ}.
 *
 * <p>Accepted: the codes of ISO 3166-1, in capitals, of the edition that the JDK's {@link
 * java.util.Locale} holds.
 */
@Documented
@Constraint(validatedBy = CodeRules.Country.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface CountryCode {
  /** Which of the two codes is accepted. */
  Form form() default Form.ALPHA_2;

  /** The codes of ISO 3166-1 that are letters. */
  enum Form {
    /** Two letters, such as {@code NZ}. */
    ALPHA_2,
    /** Three letters, such as {@code NZL}. */
    ALPHA_3
  }

  /** The rule's code, which is all that is ever said. */
  String message() default "country-code";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
