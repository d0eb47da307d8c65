package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Bytes in base64, in their one form.
 *
 * <p>Accepted: RFC 4648 section 4, with padding, without line breaks, the unused bits of the last
 * character zero (section 3.5), {@link #min} to {@link #max} bytes. Nothing is decoded to find out.
 */
@Documented
@Constraint(validatedBy = EncodedRules.Standard.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface Base64Data {
  /** The fewest bytes. */
  int min() default 0;

  /** The most bytes. */
  int max() default Integer.MAX_VALUE;

  /** The rule's code, which is all that is ever said. */
  String message() default "base64-data";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
