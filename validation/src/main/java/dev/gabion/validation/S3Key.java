package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The key of an object in S3.
 *
 * <p>Accepted: 1 to 1,024 bytes of UTF-8 (Amazon S3 User Guide: Naming Amazon S3 objects) that
 * {@link SingleLineText} accepts, beginning with {@link #prefix}. Refused: a segment {@code .} or
 * {@code ..}, which clients resolve, and backslash. Percent signs are accepted: S3 takes a key as
 * it is, and so should its reader.
 */
@Documented
@Constraint(validatedBy = PathRules.ObjectKey.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface S3Key {
  /** What every key begins with, such as {@code uploads/}. */
  String prefix() default "";

  /** The rule's code, which is all that is ever said. */
  String message() default "s3-key";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
