package dev.gabion.events;

import dev.gabion.core.Rejection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The cookies of a request, read as RFC 6265 section 4.1.1 writes them and not as section 5
 * forgives them: what two readers could take for different cookies is none.
 */
final class HttpCookies {
  /** {@code token "=" ( *cookie-octet / DQUOTE *cookie-octet DQUOTE )}. */
  private static final Pattern PAIR =
      Pattern.compile(
          "([!#$%&'*+.^_`|~0-9A-Za-z-]+)=" + "(\"[!#-+\\--:<-\\[\\]-~]*\"|[!#-+\\--:<-\\[\\]-~]*)");

  private HttpCookies() {}

  /**
   * The value of one cookie, with its quotes if it has some.
   *
   * @throws Rejection if any cookie is not as RFC 6265 writes it, or if two have one name: which of
   *     them a path or a neighbouring host has set cannot be known
   */
  static Optional<String> find(List<String> lines, String name) {
    Map<String, String> cookies = new HashMap<>();
    for (String line : lines) {
      for (String pair : line.split("; ", -1)) {
        var match = PAIR.matcher(pair);
        if (!match.matches()) {
          throw Rejection.of(Rejection.Code.MALFORMED, "cookie");
        }
        if (cookies.put(match.group(1), match.group(2)) != null) {
          throw Rejection.of(Rejection.Code.MALFORMED, "duplicate-cookie");
        }
      }
    }
    return Optional.ofNullable(cookies.get(name));
  }
}
