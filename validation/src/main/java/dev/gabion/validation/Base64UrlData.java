package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Bytes in base64url, in their one form, as in a JWT.
 *
 * <p>Accepted: RFC 4648 section 5 without padding, as RFC 7515 section 2 has it, the unused bits of
 * the last character zero, {@link #min} to {@link #max} bytes. Nothing is decoded to find out.
 */
@Documented
@Constraint(validatedBy = EncodedRules.Url.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface Base64UrlData {
  /** The fewest bytes. */
  int min() default 0;

  /** The most bytes. */
  int max() default Integer.MAX_VALUE;

  /** The rule's code, which is all that is ever said. */
  String message() default "base64-url-data";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
