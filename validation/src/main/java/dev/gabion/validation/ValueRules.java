package dev.gabion.validation;

import jakarta.validation.ConstraintValidatorContext;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Rules of numbers, instants and names of AWS resources. */
final class ValueRules {
  private ValueRules() {}

  static final class Decimal extends Rule<DecimalText> {
    private static final int MOST_DIGITS = 100;

    private BigDecimal min = BigDecimal.ZERO;
    private BigDecimal max = BigDecimal.ZERO;
    private int scale;
    private int longest;

    @Override
    public void initialize(DecimalText rule) {
      scale = rule.scale();
      demand(scale >= 0 && scale <= MOST_DIGITS, "scale must be 0 to 100.");
      demand(
          isBound(rule.min()) && isBound(rule.max()),
          "min and max must be plain numbers such as -0.5 or 1000, of at most 100 characters.");
      min = new BigDecimal(rule.min());
      max = new BigDecimal(rule.max());
      demand(min.compareTo(max) <= 0, "min must not be greater than max.");
      longest = Math.max(rule.min().length(), rule.max().length()) + 1 + scale;
    }

    private static boolean isBound(String bound) {
      return bound.length() <= MOST_DIGITS && isPlain(bound, MOST_DIGITS);
    }

    @Override
    boolean accepts(CharSequence text) {
      if (text.length() > longest || !isPlain(text, scale)) {
        return false;
      }
      BigDecimal number = new BigDecimal(text.toString());
      return number.compareTo(min) >= 0 && number.compareTo(max) <= 0;
    }

    private static boolean isPlain(CharSequence text, int scale) {
      int length = text.length();
      int from = length > 0 && text.charAt(0) == '-' ? 1 : 0;
      int point = indexOf(text, '.', from);
      int end = point < 0 ? length : point;
      boolean whole =
          end > from && areDigits(text, from, end) && (text.charAt(from) != '0' || end == from + 1);
      boolean part =
          point < 0
              || (length > point + 1
                  && length - point - 1 <= scale
                  && areDigits(text, point + 1, length));
      return whole && part && (from == 0 || !isZero(text));
    }

    private static boolean isZero(CharSequence text) {
      for (int i = 0; i < text.length(); i++) {
        if (text.charAt(i) >= '1') {
          return false;
        }
      }
      return true;
    }
  }

  static final class InstantOf extends Rule<InstantWithin> {
    private static final String FORM = "0000-00-00T00:00:00";
    private static final int LONGEST = FORM.length() + ".123456789Z".length();

    private Duration past = Duration.ZERO;
    private Duration future = Duration.ZERO;

    @Override
    public void initialize(InstantWithin rule) {
      past = duration(rule.past());
      future = duration(rule.future());
    }

    private static Duration duration(String text) {
      Duration duration = Duration.ofSeconds(-1);
      try {
        duration = Duration.parse(text);
      } catch (DateTimeException malformed) {
        // said below
      }
      demand(
          !duration.isNegative() && duration.toDays() <= 36_500,
          "past and future must be ISO 8601 durations such as P30D or PT5M, up to 100 years.");
      return duration;
    }

    @Override
    public boolean isValid(@Nullable CharSequence text, ConstraintValidatorContext context) {
      return text == null || accepts(text, context.getClockProvider().getClock());
    }

    @Override
    boolean accepts(CharSequence text) {
      return accepts(text, Clock.systemUTC());
    }

    boolean accepts(CharSequence text, Clock clock) {
      Instant instant = read(text);
      if (instant == null) {
        return false;
      }
      Instant now = clock.instant();
      return !instant.isBefore(now.minus(past)) && !instant.isAfter(now.plus(future));
    }

    private static @Nullable Instant read(CharSequence text) {
      int length = text.length();
      int seconds = FORM.length();
      if (length <= seconds || length > LONGEST || text.charAt(length - 1) != 'Z') {
        return null;
      }
      for (int i = 0; i < seconds; i++) {
        char form = FORM.charAt(i);
        char each = text.charAt(i);
        if (form == '0' ? !isDigit(each) : each != form) {
          return null;
        }
      }
      int nanos = length - 1 == seconds ? 0 : nanos(text, seconds, length - 1);
      if (nanos < 0) {
        return null;
      }
      try {
        return LocalDateTime.of(
                number(text, 0, 4),
                number(text, 5, 7),
                number(text, 8, 10),
                number(text, 11, 13),
                number(text, 14, 16),
                number(text, 17, 19),
                nanos)
            .toInstant(ZoneOffset.UTC);
      } catch (DateTimeException noDay) {
        return null;
      }
    }

    /** The nanoseconds after a full stop; -1 if it is none or no digit follows. */
    private static int nanos(CharSequence text, int point, int to) {
      if (text.charAt(point) != '.' || to == point + 1 || !areDigits(text, point + 1, to)) {
        return -1;
      }
      int nanos = number(text, point + 1, to);
      for (int digits = to - point - 1; digits < 9; digits++) {
        nanos *= 10;
      }
      return nanos;
    }

    private static int number(CharSequence text, int from, int to) {
      return Integer.parseInt(text, from, to, 10);
    }
  }

  static final class Arn extends Rule<AwsArn> {
    private static final int LONGEST = 2048;

    private Set<String> partitions = Set.of();
    private Set<String> services = Set.of();
    private Set<String> regions = Set.of();
    private Set<String> accounts = Set.of();

    @Override
    public void initialize(AwsArn rule) {
      partitions = Set.copyOf(List.of(rule.partition()));
      services = Set.copyOf(List.of(rule.service()));
      regions = Set.copyOf(List.of(rule.region()));
      accounts = Set.copyOf(List.of(rule.account()));
      demand(partitions.stream().allMatch(Arn::isPartition), "partition names none, such as aws.");
      demand(services.stream().allMatch(Arn::isService), "service names none, such as s3.");
      demand(regions.stream().allMatch(Arn::isRegion), "region names none, such as eu-west-1.");
      demand(accounts.stream().allMatch(Arn::isAccount), "account must be 12 digits, or empty.");
    }

    @Override
    boolean accepts(CharSequence text) {
      if (text.length() > LONGEST || !NetRules.startsWith(text, "arn:")) {
        return false;
      }
      int partition = 4;
      int service = after(text, partition);
      int region = after(text, service);
      int account = after(text, region);
      int resource = after(text, account);
      if (resource < 0) {
        return false;
      }
      return isOne(part(text, partition, service), partitions, Arn::isPartition)
          && isOne(part(text, service, region), services, Arn::isService)
          && isOne(part(text, region, account), regions, Arn::isRegion)
          && isOne(part(text, account, resource), accounts, Arn::isAccount)
          && isResource(text, resource);
    }

    private static String part(CharSequence text, int from, int next) {
      return text.subSequence(from, next - 1).toString();
    }

    /** What is after the next colon; -1 if there is none. */
    private static int after(CharSequence text, int from) {
      int colon = from < 0 ? -1 : indexOf(text, ':', from);
      return colon < 0 ? -1 : colon + 1;
    }

    private static boolean isOne(String part, Set<String> named, Predicate<String> form) {
      return named.isEmpty() ? form.test(part) : named.contains(part);
    }

    private static boolean isPartition(String part) {
      return part.equals("aws") || (part.startsWith("aws-") && areWords(part));
    }

    private static boolean isService(String part) {
      return !part.isEmpty() && areWords(part);
    }

    /** Empty, or as {@code us-gov-west-1}. */
    private static boolean isRegion(String part) {
      return part.isEmpty()
          || (areWords(part) && part.indexOf('-') == 2 && isDigit(part.charAt(part.length() - 1)));
    }

    private static boolean isAccount(String part) {
      return part.isEmpty() || (part.length() == 12 && areDigits(part, 0, 12));
    }

    /** Lower-case letters and digits, with single hyphens between them. */
    private static boolean areWords(String part) {
      char before = '-';
      for (int i = 0; i < part.length(); i++) {
        char each = part.charAt(i);
        if (!isLower(each) && !isDigit(each) && (each != '-' || before == '-')) {
          return false;
        }
        before = each;
      }
      return before != '-';
    }

    private static boolean isResource(CharSequence text, int from) {
      for (int i = from; i < text.length(); i++) {
        char each = text.charAt(i);
        if (each <= ' ' || each > '~' || each == '*' || each == '?') {
          return false;
        }
      }
      return from < text.length();
    }
  }
}
