package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name of a file, safe on every file system, in every archive and in a shell's argument.
 *
 * <p>Accepted: 1 to 255 bytes of UTF-8 that {@link SingleLineText} accepts, and of which none is
 * {@code / \\ : * ? " < > | %} or a character that is or becomes one of them, or a full stop, by
 * compatibility (Unicode NFKC) or to the eye. Refused also: a name that begins with a full stop,
 * hyphen, tilde or space, or ends with a full stop or space, and the devices of Windows, with or
 * without an extension, in any case: {@code CON PRN AUX NUL COM0-9 LPT0-9 CONIN$ CONOUT$ CLOCK$}
 * (Microsoft: Naming Files, Paths, and Namespaces).
 *
 * <p>As percent signs are refused, there is no encoding, single, double or overlong, to hide in.
 */
@Documented
@Constraint(validatedBy = PathRules.FileName.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface SafeFileName {
  /** The rule's code, which is all that is ever said. */
  String message() default "safe-file-name";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
