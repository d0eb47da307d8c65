package dev.gabion.validation;

import jakarta.validation.ConstraintDeclarationException;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import java.lang.annotation.Annotation;
import org.jspecify.annotations.Nullable;

/**
 * What this room's constraints have in common: they look at characters, each a constant number of
 * times, keep nothing of them, and leave what is absent to {@code @NotNull}.
 */
abstract class Rule<A extends Annotation> implements ConstraintValidator<A, CharSequence> {
  @Override
  public boolean isValid(@Nullable CharSequence text, ConstraintValidatorContext context) {
    return text == null || accepts(text);
  }

  /** Whether a text is fit, in time that is linear in its length. */
  abstract boolean accepts(CharSequence text);

  /** Fails the start if a constraint's own attributes make no sense. */
  static void demand(boolean fit, String otherwise) {
    if (!fit) {
      throw new ConstraintDeclarationException(otherwise);
    }
  }

  static boolean isDigit(char each) {
    return each >= '0' && each <= '9';
  }

  static boolean isLower(char each) {
    return each >= 'a' && each <= 'z';
  }

  static boolean isUpper(char each) {
    return each >= 'A' && each <= 'Z';
  }

  static boolean isLetter(char each) {
    return isLower(each) || isUpper(each);
  }

  static boolean isHex(char each) {
    return isDigit(each) || (each >= 'a' && each <= 'f') || (each >= 'A' && each <= 'F');
  }

  /** Whether all of {@code text} from an index to another is digits of ASCII. */
  static boolean areDigits(CharSequence text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** The first index of a character at or after another; -1 if there is none. */
  static int indexOf(CharSequence text, char wanted, int from) {
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) == wanted) {
        return i;
      }
    }
    return -1;
  }
}
