package dev.gabion.validation;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.Currency;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Rules of short codes and identifiers. */
final class CodeRules {
  private CodeRules() {}

  static final class Phone extends Rule<PhoneNumber> {
    @Override
    boolean accepts(CharSequence text) {
      int digits = text.length() - 1;
      return digits >= 7
          && digits <= 15
          && text.charAt(0) == '+'
          && text.charAt(1) != '0'
          && areDigits(text, 1, text.length());
    }
  }

  static final class CurrencyOf extends Rule<CurrencyCode> {
    private final Set<String> codes =
        Currency.getAvailableCurrencies().stream()
            .map(Currency::getCurrencyCode)
            .collect(toUnmodifiableSet());

    @Override
    boolean accepts(CharSequence text) {
      return text.length() == 3 && codes.contains(text.toString());
    }
  }

  static final class Country extends Rule<CountryCode> {
    private Set<String> codes = Set.of();
    private int length;

    @Override
    public void initialize(CountryCode rule) {
      switch (rule.form()) {
        case ALPHA_2 -> {
          codes = Set.of(Locale.getISOCountries());
          length = 2;
        }
        case ALPHA_3 -> {
          codes = Set.copyOf(Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA3));
          length = 3;
        }
      }
    }

    @Override
    boolean accepts(CharSequence text) {
      return text.length() == length && codes.contains(text.toString());
    }
  }

  static final class Language extends Rule<LanguageCode> {
    private final Set<String> codes =
        Stream.of(Locale.getISOLanguages())
            .filter(code -> !Set.of("iw", "in", "ji").contains(code))
            .collect(toUnmodifiableSet());

    @Override
    boolean accepts(CharSequence text) {
      return text.length() == 2 && codes.contains(text.toString());
    }
  }

  static final class UuidOf extends Rule<Uuid> {
    private static final int LENGTH = 36;
    private static final int VERSION = 14;
    private static final int VARIANT = 19;

    /** The digits that may stand for the version; none named if empty. */
    private String versions = "";

    @Override
    public void initialize(Uuid rule) {
      StringBuilder digits = new StringBuilder();
      for (int version : rule.version()) {
        demand(version >= 1 && version <= 8, "version names one that RFC 9562 does not: 1 to 8.");
        digits.append(version);
      }
      versions = digits.toString();
    }

    @Override
    boolean accepts(CharSequence text) {
      if (text.length() != LENGTH) {
        return false;
      }
      for (int i = 0; i < LENGTH; i++) {
        char each = text.charAt(i);
        boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen ? each != '-' : !isHex(each) || isUpper(each)) {
          return false;
        }
      }
      return versions.isEmpty()
          || (versions.indexOf(text.charAt(VERSION)) >= 0
              && "89ab".indexOf(text.charAt(VARIANT)) >= 0);
    }
  }

  static final class UlidOf extends Rule<Ulid> {
    @Override
    boolean accepts(CharSequence text) {
      if (text.length() != 26 || text.charAt(0) > '7') {
        return false;
      }
      for (int i = 0; i < text.length(); i++) {
        char each = text.charAt(i);
        if (!isDigit(each) && (!isUpper(each) || "ILOU".indexOf(each) >= 0)) {
          return false;
        }
      }
      return true;
    }
  }
}
