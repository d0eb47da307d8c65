package dev.gabion.logging;

import dev.gabion.core.Settings;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the function's log demands of a line, so that it is kept at every level.
 *
 * <p>In JSON format a line without a valid {@code timestamp} and {@code level} counts as INFO, and
 * what is below {@code AWS_LAMBDA_LOG_LEVEL} is dropped (AWS Lambda Developer Guide, "Log-level
 * filtering"). So both are put in front of the line, the level as high as what is set.
 */
final class LogFormat {
  private static final Pattern NAME = Pattern.compile("[A-Za-z]{1,16}");

  /** What is kept whatever is set. */
  private static final String HIGHEST = "FATAL";

  private final @Nullable String level;

  private LogFormat(@Nullable String level) {
    this.level = level;
  }

  static LogFormat of(Settings settings) {
    if (!settings.find("AWS_LAMBDA_LOG_FORMAT").filter("JSON"::equals).isPresent()) {
      return new LogFormat(null);
    }
    String level = settings.find("AWS_LAMBDA_LOG_LEVEL").orElse("INFO");
    return new LogFormat(NAME.matcher(level).matches() ? level : HIGHEST);
  }

  /** Puts in front of a line what the log asks for; nothing in text format. */
  void complete(JsonLine line, Instant time) {
    if (level != null) {
      line.insert(1, "\"timestamp\":\"" + text(time) + "\",\"level\":\"" + level + "\",");
    }
  }

  /** RFC 3339, in UTC and to the millisecond; by hand, since a formatter takes long to load. */
  static String text(Instant time) {
    LocalDateTime utc =
        LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), ZoneOffset.UTC);
    StringBuilder text = new StringBuilder(24);
    padded(text, utc.getYear(), 1_000).append('-');
    padded(text, utc.getMonthValue(), 10).append('-');
    padded(text, utc.getDayOfMonth(), 10).append('T');
    padded(text, utc.getHour(), 10).append(':');
    padded(text, utc.getMinute(), 10).append(':');
    padded(text, utc.getSecond(), 10).append('.');
    return padded(text, utc.getNano() / 1_000_000, 100).append('Z').toString();
  }

  private static StringBuilder padded(StringBuilder text, int value, int highest) {
    for (int place = highest; place > 0; place /= 10) {
      text.append((char) ('0' + value / place % 10));
    }
    return text;
  }
}
