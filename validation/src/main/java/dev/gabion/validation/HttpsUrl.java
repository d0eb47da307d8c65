package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An HTTPS URL of an allowed host that every parser reads the same.
 *
 * <p>Accepted: RFC 3986 with scheme {@code https} in lower case, up to 2,048 characters of ASCII: a
 * host that {@link HostName} accepts and {@link #hosts} names, by choice {@code :443}, a path and a
 * query. Refused: user information, another port, addresses, a fragment, backslash, control
 * characters and spaces, everything that is no ASCII (so also ideographic full stops and IDNA
 * look-alikes), a {@code %} that no two hexadecimal digits follow, and in the path an empty segment
 * but the last, dot segments and encoded forms ({@code %2E}, {@code %2F}, {@code %5C}, {@code %25},
 * control characters).
 *
 * <p>Who fetches it still needs an egress policy: a name may lead to any address.
 */
@Documented
@Constraint(validatedBy = NetRules.Url.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface HttpsUrl {
  /**
   * The allowed hosts, at least one: {@code example.com} is that host, {@code *.example.com} every
   * host below it.
   */
  String[] hosts();

  /** The rule's code, which is all that is ever said. */
  String message() default "https-url";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
