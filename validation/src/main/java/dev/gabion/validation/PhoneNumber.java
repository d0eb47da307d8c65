package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An international phone number, such as {@code +4930123456}.
 *
 * <p>Accepted: ITU-T E.164, a plus sign and 7 to 15 digits of ASCII, the first of which is not 0.
 * Refused: spaces, hyphens, brackets, extensions, {@code 00} for the plus sign. Whether the country
 * code is in use is not asked.
 */
@Documented
@Constraint(validatedBy = CodeRules.Phone.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface PhoneNumber {
  /** The rule's code, which is all that is ever said. */
  String message() default "phone-number";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
