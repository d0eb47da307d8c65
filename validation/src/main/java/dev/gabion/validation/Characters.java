package dev.gabion.validation;

/** Which characters show that they are there, by what the JDK knows of Unicode. */
final class Characters {
  private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
  private static final int ZERO_WIDTH_JOINER = 0x200d;
  private static final int LEFT_RIGHT_ARROW = 0x2194;

  private Characters() {}

  /** Whether nothing in a text is hidden, turns it round or stands for nothing. */
  static boolean arePlain(CharSequence text, boolean lines) {
    int point;
    for (int i = 0; i < text.length(); i += Character.charCount(point)) {
      point = Character.codePointAt(text, i);
      boolean visible = point >= ' ' && point <= '~';
      if (!visible && !(lines && isBreak(text, i)) && !isPlain(text, i, point)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBreak(CharSequence text, int at) {
    char each = text.charAt(at);
    return each == '\n'
        || each == '\t'
        || (each == '\r' && at + 1 < text.length() && text.charAt(at + 1) == '\n');
  }

  private static boolean isPlain(CharSequence text, int at, int point) {
    if (point == ZERO_WIDTH_JOINER || point == ZERO_WIDTH_NON_JOINER) {
      return at > 0 && joins(text, at, point);
    }
    if (isSelector(point)) {
      return at > 0 && isSelectable(Character.codePointBefore(text, at));
    }
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.FORMAT -> isVisibleFormat(point);
      default -> !isIgnored(point) && !isNoCharacter(point);
    };
  }

  /** Whether a joiner is where writing needs one. */
  private static boolean joins(CharSequence text, int at, int joiner) {
    int before = Character.codePointBefore(text, at);
    int after = at + 1 < text.length() ? Character.codePointAt(text, at + 1) : -1;
    if (joiner == ZERO_WIDTH_NON_JOINER) {
      return isJoined(before) && isJoined(after);
    }
    return isJoined(before) || (isPictureEnd(before) && isPicture(after));
  }

  /** UTS 51: what a picture can consist of; those that this JDK is too old for are unassigned. */
  private static boolean isPicture(int point) {
    return point == LEFT_RIGHT_ARROW
        || Character.getType(point) == Character.OTHER_SYMBOL
        || (point >= 0x1f000 && point <= 0x1faff && !Character.isDefined(point));
  }

  /** A picture may end with its skin's colour, or with the selector that asks for colour. */
  private static boolean isPictureEnd(int point) {
    return isPicture(point) || point == 0xfe0f || (point >= 0x1f3fb && point <= 0x1f3ff);
  }

  /** A letter or mark of a script in which letters change with their neighbours. */
  private static boolean isJoined(int point) {
    if (!Character.isLetter(point) && !isMark(point)) {
      return false;
    }
    return switch (Character.UnicodeScript.of(point)) {
      case ARABIC,
          SYRIAC,
          MANDAIC,
          NKO,
          MONGOLIAN,
          PHAGS_PA,
          DEVANAGARI,
          BENGALI,
          GURMUKHI,
          GUJARATI,
          ORIYA,
          TAMIL,
          TELUGU,
          KANNADA,
          MALAYALAM,
          SINHALA,
          MYANMAR,
          KHMER,
          TIBETAN ->
          true;
      case INHERITED -> (point >= 0x64b && point <= 0x655) || point == 0x670;
      default -> false;
    };
  }

  private static boolean isSelector(int point) {
    return (point >= 0xfe00 && point <= 0xfe0f)
        || (point >= 0xe0100 && point <= 0xe01ef)
        || (point >= 0x180b && point <= 0x180d)
        || point == 0x180f;
  }

  /** What may have a second form; never a selector, or a row of them could hide a text. */
  private static boolean isSelectable(int point) {
    if (isSelector(point)) {
      return false;
    }
    return switch (Character.getType(point)) {
      case Character.OTHER_SYMBOL,
          Character.MATH_SYMBOL,
          Character.OTHER_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.DECIMAL_DIGIT_NUMBER ->
          true;
      case Character.OTHER_LETTER, Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK ->
          isSelectableLetter(point);
      default -> isPictureEnd(point);
    };
  }

  private static boolean isSelectableLetter(int point) {
    return switch (Character.UnicodeScript.of(point)) {
      case HAN, MONGOLIAN, MYANMAR, PHAGS_PA -> true;
      default -> false;
    };
  }

  static boolean isMark(int point) {
    int type = Character.getType(point);
    return type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.ENCLOSING_MARK;
  }

  /** Formats that have ink: signs that stand before or around numbers (Prepended_Concatenation). */
  private static boolean isVisibleFormat(int point) {
    return (point >= 0x600 && point <= 0x605)
        || point == 0x6dd
        || point == 0x70f
        || point == 0x890
        || point == 0x891
        || point == 0x8e2
        || point == 0x110bd
        || point == 0x110cd;
  }

  /** Default_Ignorable_Code_Point, but formats and selectors. */
  private static boolean isIgnored(int point) {
    return point == 0x34f
        || point == 0x115f
        || point == 0x1160
        || point == 0x17b4
        || point == 0x17b5
        || point == 0x2065
        || point == 0x3164
        || point == 0xffa0
        || (point >= 0xfff0 && point <= 0xfff8)
        || (point >= 0xe0000 && point <= 0xe0fff);
  }

  private static boolean isNoCharacter(int point) {
    return (point & 0xfffe) == 0xfffe || (point >= 0xfdd0 && point <= 0xfdef);
  }

  /** How many bytes a text is in UTF-8, looking at no more than show that it is too many. */
  static int utf8Length(CharSequence text, int most) {
    int bytes = 0;
    for (int i = 0; i < text.length() && bytes <= most; i++) {
      char each = text.charAt(i);
      if (each < 0x80) {
        bytes += 1;
      } else if (each < 0x800 || Character.isSurrogate(each)) {
        bytes += 2; // a pair of surrogates is four bytes
      } else {
        bytes += 3;
      }
    }
    return bytes;
  }

  /** Whether every surrogate is one of a pair. */
  static boolean arePaired(CharSequence text) {
    int point;
    for (int i = 0; i < text.length(); i += Character.charCount(point)) {
      point = Character.codePointAt(text, i);
      if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
        return false;
      }
    }
    return true;
  }
}
