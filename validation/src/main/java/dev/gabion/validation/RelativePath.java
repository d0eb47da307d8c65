package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A path below a folder that its user chooses, which cannot leave it.
 *
 * <p>Accepted: up to 1,024 bytes of UTF-8, names that {@link SafeFileName} accepts with one {@code
 * /} between them. So no name is {@code .} or {@code ..} or empty, nothing is absolute, and no
 * drive, stream, backslash or encoding has a place.
 */
@Documented
@Constraint(validatedBy = PathRules.Relative.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface RelativePath {
  /** The rule's code, which is all that is ever said. */
  String message() default "relative-path";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
