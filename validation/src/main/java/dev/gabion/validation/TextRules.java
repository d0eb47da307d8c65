package dev.gabion.validation;

import java.text.Normalizer;

/** Rules of text that people read. */
final class TextRules {
  private TextRules() {}

  static final class SingleLine extends Rule<SingleLineText> {
    @Override
    boolean accepts(CharSequence text) {
      return Characters.arePlain(text, false);
    }
  }

  static final class MultiLine extends Rule<MultiLineText> {
    @Override
    boolean accepts(CharSequence text) {
      return Characters.arePlain(text, true);
    }
  }

  static final class Composed extends Rule<Nfc> {
    /** Normalizing sorts marks in a row, which costs more than linear time. */
    private static final int MOST_MARKS = 30;

    /** The first character that normalizing can change. */
    private static final int FIRST_CHANGED = 0x300;

    @Override
    boolean accepts(CharSequence text) {
      boolean changeable = false;
      int marks = 0;
      int point;
      for (int i = 0; i < text.length(); i += Character.charCount(point)) {
        point = Character.codePointAt(text, i);
        if (point < FIRST_CHANGED) {
          marks = 0;
          continue;
        }
        changeable = true;
        marks = Characters.isMark(point) ? marks + 1 : 0;
        if (marks > MOST_MARKS || Character.getType(point) == Character.SURROGATE) {
          return false;
        }
      }
      return !changeable || Normalizer.isNormalized(text, Normalizer.Form.NFC);
    }
  }
}
