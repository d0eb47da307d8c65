package dev.gabion.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says that a record's component is not to be written where others read: notes, log lines, {@code
 * toString}.
 *
 * <p>It is honoured by {@link Call#note(String, Record)}, by {@link Redacted}, and by the logging
 * room's Jackson module; not by a record's own {@code toString}, unless that calls {@link
 * Redacted#text(Record)}, nor in replies.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Sensitive {
  /** What is written instead. */
  As value() default As.MASK;

  /** Ways to write something sensitive. */
  enum As {
    /** Four asterisks, whatever it is. */
    MASK,
    /** Four asterisks and the last four characters; of less than eight characters, none. */
    LAST_FOUR,
    /**
     * A keyed pseudonym: the same for the same text, and nobody without the key can tell whose it
     * is. Where there is no key, as {@link #MASK}.
     */
    HMAC,
    /** Nothing, not even that it was there. */
    DROP
  }
}
