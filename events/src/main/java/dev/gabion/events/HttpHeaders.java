package dev.gabion.events;

import dev.gabion.core.Limits;
import dev.gabion.core.Rejection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The header lines of a request, by name in lower case (RFC 9110 section 5.1). */
final class HttpHeaders {
  private final Map<String, List<String>> lines;
  private final boolean ambiguous;
  private final int count;
  private final long chars;

  private HttpHeaders(Map<String, List<String>> lines, boolean ambiguous, int count, long chars) {
    this.lines = lines;
    this.ambiguous = ambiguous;
    this.count = count;
    this.chars = chars;
  }

  /** The lines by name as the event has them: one name in two spellings is ambiguous. */
  static HttpHeaders of(Map<String, List<String>> given) {
    Map<String, List<String>> lines = new HashMap<>();
    boolean ambiguous = false;
    int count = 0;
    long chars = 0;
    for (Map.Entry<String, List<String>> line : given.entrySet()) {
      for (String value : line.getValue()) {
        count++;
        chars += line.getKey().length() + value.length();
      }
      String name = line.getKey().toLowerCase(Locale.ROOT);
      ambiguous |= lines.put(name, List.copyOf(line.getValue())) != null;
    }
    return new HttpHeaders(lines, ambiguous, count, chars);
  }

  /** The value of a header; of several lines all, with commas between (RFC 9110 section 5.3). */
  Optional<String> get(String name) {
    List<String> values = all(name);
    return values.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", values));
  }

  /** The value of a header that has one line and no more. */
  Optional<String> only(String name) {
    List<String> values = all(name);
    return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
  }

  /** The values of a header's lines, in their order. */
  List<String> all(String name) {
    return lines.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  /**
   * Refuses what exceeds the budget, and one name that is spelt in two ways.
   *
   * @param cookies what the event has taken out of the header lines
   */
  void check(List<String> cookies, Limits limits) {
    long more = cookies.stream().mapToLong(String::length).sum();
    if (count + cookies.size() > limits.of(Limits.Bound.HEADERS)
        || chars + more > limits.of(Limits.Bound.HEADER_CHARS)) {
      throw Rejection.of(Rejection.Code.TOO_LARGE, "headers");
    }
    if (ambiguous) {
      throw Rejection.of(Rejection.Code.MALFORMED, "duplicate-header");
    }
  }
}
