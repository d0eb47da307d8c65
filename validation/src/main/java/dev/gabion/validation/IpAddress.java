package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An IP address, written out in full.
 *
 * <p>Accepted: IPv4 as four decimal numbers without leading zeros (RFC 6943 section 3.1.1, strict),
 * IPv6 as RFC 4291 section 2.2 says. Refused: octal, hexadecimal and short forms, zones, brackets,
 * ports.
 */
@Documented
@Constraint(validatedBy = NetRules.Ip.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface IpAddress {
  /** Which families are accepted. */
  Family[] family() default {Family.V4, Family.V6};

  /** Which addresses are accepted, by the IANA special-purpose registries. */
  Scope scope() default Scope.ANY;

  /** The two kinds of addresses. */
  enum Family {
    /** IPv4, RFC 791. */
    V4,
    /** IPv6, RFC 4291. */
    V6
  }

  /** How far an address leads. */
  enum Scope {
    /** Every address. */
    ANY,
    /** Those that lead to the public internet: none with a special purpose. */
    PUBLIC,
    /** Those of a network's own: RFC 1918 and RFC 4193. */
    PRIVATE
  }

  /** The rule's code, which is all that is ever said. */
  String message() default "ip-address";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
