package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An e-mail address as nearly everybody has it: a stated part of RFC 5321.
 *
 * <p>Accepted: up to 254 characters of ASCII; before the {@code @} a dot-string of RFC 5321 section
 * 4.1.2, 1 to 64 characters; after it what {@link HostName} accepts. Refused: quoted strings,
 * comments, address literals, other alphabets, spaces, a name around it. Whether it exists only a
 * mail can tell.
 */
@Documented
@Constraint(validatedBy = NetRules.Email.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface EmailAddress {
  /** The rule's code, which is all that is ever said. */
  String message() default "email-address";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
