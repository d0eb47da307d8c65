package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A decimal number in a string, such as an amount, in plain digits.
 *
 * <p>Accepted: by choice {@code -}, an integer part without leading zeros, by choice a full stop
 * and 1 to {@link #scale} digits, as RFC 8259 section 6 has numbers but without exponent; from
 * {@link #min} to {@link #max}. Refused: {@code +}, an exponent, separators, other digits, minus
 * zero. For {@code BigDecimal} there are Jakarta's {@code @Digits}, {@code @DecimalMin} and
 * {@code @DecimalMax}.
 */
@Documented
@Constraint(validatedBy = ValueRules.Decimal.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface DecimalText {
  /** The least number, in the same form. */
  String min();

  /** The greatest number, in the same form. */
  String max();

  /** The most digits after the full stop, 0 to 100. */
  int scale() default 2;

  /** The rule's code, which is all that is ever said. */
  String message() default "decimal-text";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
