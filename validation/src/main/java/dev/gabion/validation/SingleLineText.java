package dev.gabion.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Text on one line that shows all it holds, such as a name or a subject.
 *
 * <p>Accepted: every character that Unicode assigns a visible form or a space, of every script.
 * Refused: control characters (C0, DEL, C1, so also tab and every line break), line and paragraph
 * separators, bidirectional marks, embeddings, overrides and isolates (Unicode UAX 9), zero-width
 * and other characters that Unicode says to ignore by default (soft hyphen, word joiner, byte order
 * mark, fillers, tags), lone surrogates, private use and noncharacters.
 *
 * <p>Three kinds of invisible characters are accepted where writing needs them, and nowhere else:
 *
 * <ul>
 *   <li>ZERO WIDTH JOINER between two pictographs, as in a family emoji (Unicode UTS 51);
 *   <li>ZERO WIDTH JOINER after a letter or mark of a script that joins letters (Arabic and its
 *       kin, Mongolian, the scripts of India, Sri Lanka, Myanmar, Khmer, Tibetan), and ZERO WIDTH
 *       NON-JOINER between two of them, close to RFC 5892 appendix A;
 *   <li>one variation selector after a symbol, a punctuation mark, a digit, a Han, Mongolian,
 *       Myanmar or Phags-pa letter.
 * </ul>
 *
 * <p>Flags of regions made of tag characters are thus refused: tags hide whole texts.
 */
@Documented
@Constraint(validatedBy = TextRules.SingleLine.class)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.ANNOTATION_TYPE,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface SingleLineText {
  /** The rule's code, which is all that is ever said. */
  String message() default "single-line-text";

  /** Stays empty: only the default group is checked. */
  Class<?>[] groups() default {};

  /** Stays empty: nothing reads it. */
  Class<? extends Payload>[] payload() default {};
}
