package dev.gabion.validation;

import java.text.Normalizer;
import java.util.Locale;

/** Rules of names, paths, keys and pointers. */
final class PathRules {
  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_PATH = 1024;

  private PathRules() {}

  static final class FileName extends Rule<SafeFileName> {
    @Override
    boolean accepts(CharSequence text) {
      return isName(text);
    }
  }

  static final class Relative extends Rule<RelativePath> {
    @Override
    boolean accepts(CharSequence text) {
      if (Characters.utf8Length(text, LONGEST_PATH) > LONGEST_PATH) {
        return false;
      }
      int from = 0;
      for (int to = indexOf(text, '/', 0); to >= 0; to = indexOf(text, '/', from)) {
        if (!isName(text.subSequence(from, to))) {
          return false;
        }
        from = to + 1;
      }
      return isName(text.subSequence(from, text.length()));
    }
  }

  static final class ObjectKey extends Rule<S3Key> {
    private String prefix = "";

    @Override
    public void initialize(S3Key rule) {
      prefix = rule.prefix();
      demand(prefix.isEmpty() || accepts(prefix), "prefix is itself no fit key.");
    }

    @Override
    boolean accepts(CharSequence text) {
      return text.length() > 0
          && Characters.utf8Length(text, LONGEST_PATH) <= LONGEST_PATH
          && CharSequence.compare(text.subSequence(0, shorter(text)), prefix) == 0
          && indexOf(text, '\\', 0) < 0
          && !hasDots(text)
          && Characters.arePlain(text, false);
    }

    private int shorter(CharSequence text) {
      return Math.min(prefix.length(), text.length());
    }

    /** Whether a segment is one or two full stops. */
    private static boolean hasDots(CharSequence text) {
      int dots = 0; // of a segment that has nothing else; -1 if it has
      for (int i = 0; i < text.length(); i++) {
        char each = text.charAt(i);
        if (each == '/') {
          if (dots == 1 || dots == 2) {
            return true;
          }
          dots = 0;
        } else {
          dots = each == '.' && dots >= 0 ? dots + 1 : -1;
        }
      }
      return dots == 1 || dots == 2;
    }
  }

  static final class Pointer extends Rule<JsonPointer> {
    @Override
    boolean accepts(CharSequence text) {
      if (text.length() > 0 && text.charAt(0) != '/') {
        return false;
      }
      for (int tilde = indexOf(text, '~', 0); tilde >= 0; tilde = indexOf(text, '~', tilde + 1)) {
        if (tilde + 1 == text.length()
            || (text.charAt(tilde + 1) != '0' && text.charAt(tilde + 1) != '1')) {
          return false;
        }
      }
      return Characters.arePaired(text);
    }
  }

  private static boolean isName(CharSequence name) {
    return name.length() > 0
        && Characters.utf8Length(name, LONGEST_NAME) <= LONGEST_NAME
        && Characters.arePlain(name, false)
        && ".-~".indexOf(name.charAt(0)) < 0
        && name.charAt(name.length() - 1) != '.'
        && !isSpace(name.charAt(0))
        && !isSpace(name.charAt(name.length() - 1))
        && areHarmless(name)
        && !isDevice(name);
  }

  private static boolean isSpace(char each) {
    return Character.isSpaceChar(each);
  }

  private static boolean areHarmless(CharSequence name) {
    int point;
    for (int i = 0; i < name.length(); i += Character.charCount(point)) {
      point = Character.codePointAt(name, i);
      if (point < 0x80 ? isHarmful(point) : isLookAlike(point)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isHarmful(int point) {
    return "/\\:*?\"<>|%".indexOf(point) >= 0;
  }

  /**
   * Whether a character is, or looks like, a harmful one or a full stop. Letters and marks of every
   * script only ever become letters and marks.
   */
  private static boolean isLookAlike(int point) {
    if ("\u2044\u2215\u29f8\u2216\u29f5\ua789\u2236".indexOf(point) >= 0) {
      return true;
    }
    return !Character.isLetter(point)
        && !Characters.isMark(point)
        && Normalizer.normalize(Character.toString(point), Normalizer.Form.NFKC)
            .chars()
            .anyMatch(each -> each == '.' || isHarmful(each));
  }

  /** Whether Windows takes a name for a device: up to its first full stop, without spaces. */
  private static boolean isDevice(CharSequence name) {
    int end = Rule.indexOf(name, '.', 0);
    end = end < 0 ? name.length() : end;
    while (end > 0 && name.charAt(end - 1) == ' ') {
      end--;
    }
    if (end < 3 || end > 7) {
      return false;
    }
    String device = name.subSequence(0, end).toString().toUpperCase(Locale.ROOT);
    return switch (device) {
      case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$" -> true;
      default ->
          end == 4
              && (device.startsWith("COM") || device.startsWith("LPT"))
              && "0123456789\u00b9\u00b2\u00b3".indexOf(device.charAt(3)) >= 0;
    };
  }
}
