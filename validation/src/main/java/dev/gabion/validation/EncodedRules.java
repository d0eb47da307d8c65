package dev.gabion.validation;

import java.lang.annotation.Annotation;

/** Rules of bytes in base64, which are counted and not decoded. */
final class EncodedRules {
  private EncodedRules() {}

  static final class Standard extends Encoded<Base64Data> {
    Standard() {
      super("+/", true);
    }

    @Override
    public void initialize(Base64Data rule) {
      bound(rule.min(), rule.max());
    }
  }

  static final class Url extends Encoded<Base64UrlData> {
    Url() {
      super("-_", false);
    }

    @Override
    public void initialize(Base64UrlData rule) {
      bound(rule.min(), rule.max());
    }
  }

  private abstract static class Encoded<A extends Annotation> extends Rule<A> {
    private final String lastTwo;
    private final boolean padded;
    private int min;
    private int max;

    Encoded(String lastTwo, boolean padded) {
      this.lastTwo = lastTwo;
      this.padded = padded;
    }

    void bound(int fewest, int most) {
      demand(fewest >= 0 && fewest <= most, "min and max must be 0 <= min <= max.");
      min = fewest;
      max = most;
    }

    @Override
    boolean accepts(CharSequence text) {
      int digits = text.length();
      if (padded) {
        if (digits % 4 != 0) {
          return false;
        }
        for (int i = 0; i < 2 && digits > 0 && text.charAt(digits - 1) == '='; i++) {
          digits--;
        }
      }
      int rest = digits % 4;
      long bytes = digits / 4 * 3L + Math.max(rest - 1, 0);
      if (rest == 1 || bytes < min || bytes > max) {
        return false;
      }
      int last = 0;
      for (int i = 0; i < digits; i++) {
        last = value(text.charAt(i));
        if (last < 0) {
          return false;
        }
      }
      int unused = rest == 2 ? 0b1111 : rest == 3 ? 0b11 : 0;
      return (last & unused) == 0;
    }

    /** The six bits of a digit; -1 if it is none. */
    private int value(char each) {
      if (isUpper(each)) {
        return each - 'A';
      }
      if (isLower(each)) {
        return each - 'a' + 26;
      }
      if (isDigit(each)) {
        return each - '0' + 52;
      }
      int other = lastTwo.indexOf(each);
      return other < 0 ? -1 : 62 + other;
    }
  }
}
