package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An instant near the present, such as {@code 2026-03-01T12:00:00Z}.
 *
 * <p>Accepted: RFC 3339 section 5.6 (ISO 8601) in UTC, with capital {@code T} and {@code Z}, by
 * choice a full stop and 1 to 9 digits of a second; from {@link #past} before to {@link #future}
 * after the present of Jakarta's {@code ClockProvider}, both ends among them. Refused: other
 * offsets, leap seconds, hour 24.
 */
@Documented
@Constraint(validatedBy = ValueRules.InstantOf.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface InstantWithin {
  /** How far back it may be, as an ISO 8601 duration such as {@code P30D} or {@code PT5M}. */
  String past();

  /** How far ahead it may be, as an ISO 8601 duration. */
  String future();

  /** The rule's code, which is all that is ever said. */
  String message() default "instant-within";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
