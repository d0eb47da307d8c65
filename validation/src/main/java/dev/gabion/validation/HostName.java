package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name of a host, such as {@code www.example.com}.
 *
 * <p>Accepted: RFC 1123 section 2.1, two or more labels of ASCII letters, digits and inner hyphens,
 * 1 to 63 characters each and 253 in all, the last of which begins with a letter. Refused: a single
 * label, a trailing full stop, underscores, other alphabets (in their ASCII form {@code xn--} they
 * are accepted) and addresses.
 */
@Documented
@Constraint(validatedBy = NetRules.Host.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface HostName {
  /** The rule's code, which is all that is ever said. */
  String message() default "host-name";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
