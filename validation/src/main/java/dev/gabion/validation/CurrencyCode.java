package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A currency, such as {@code EUR}.
 *
 * <p>Accepted: the three-letter codes of ISO 4217, in capitals, of the edition that the JDK's
 * {@link java.util.Currency} holds, those that are no longer in use among them.
 */
@Documented
@Constraint(validatedBy = CodeRules.CurrencyOf.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface CurrencyCode {
  /** The rule's code, which is all that is ever said. */
  String message() default "currency-code";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
