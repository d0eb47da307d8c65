package dev.gabion.events;

import dev.gabion.core.Limits;
import dev.gabion.core.Rejection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The header lines of a request, by name in lower case (RFC 9110 section 5.1). */
final class HttpHeaders {
  private final Map<String, String> lines;
  private final boolean ambiguous;
  private final int chars;

  private HttpHeaders(Map<String, String> lines, boolean ambiguous, int chars) {
    this.lines = lines;
    this.ambiguous = ambiguous;
    this.chars = chars;
  }

  static HttpHeaders of(Map<String, String> given) {
    Map<String, String> lines = new HashMap<>();
    boolean ambiguous = false;
    int chars = 0;
    for (Map.Entry<String, String> line : given.entrySet()) {
      chars += line.getKey().length() + line.getValue().length();
      String name = line.getKey().toLowerCase(Locale.ROOT);
      ambiguous |= lines.put(name, line.getValue()) != null;
    }
    return new HttpHeaders(lines, ambiguous, chars);
  }

  Optional<String> get(String name) {
    return Optional.ofNullable(lines.get(name.toLowerCase(Locale.ROOT)));
  }

  /** Refuses what exceeds the budget, and one name with two values. */
  void check(Limits limits) {
    if (lines.size() > limits.of(Limits.Bound.HEADERS)
        || chars > limits.of(Limits.Bound.HEADER_CHARS)) {
      throw Rejection.of(Rejection.Code.TOO_LARGE, "headers");
    }
    if (ambiguous) {
      throw Rejection.of(Rejection.Code.MALFORMED, "duplicate-header");
    }
  }
}
