package dev.gabion.events;

import dev.gabion.core.Rejection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one path that is taken where the source does not route, such as {@code /orders/{id}}: each
 * part as it is, or a parameter that is one part and not empty.
 */
final class HttpRoute {
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9._~-]+|\\{[A-Za-z0-9._-]+\\}");

  private final String template;
  private final List<String> parts;

  /**
   * @throws IllegalArgumentException if the template has another form
   */
  HttpRoute(String template) {
    this.template = template;
    this.parts = List.of(template.split("/", -1));
    boolean plain =
        template.equals("/")
            || parts.stream().skip(1).allMatch(part -> PART.matcher(part).matches());
    if (!template.startsWith("/") || !plain) {
      throw new IllegalArgumentException(
          "A route is a path of plain parts and parameters in braces, such as /orders/{id}.");
    }
  }

  /**
   * The parameters of a path, decoded once; null if it is another route's.
   *
   * @throws Rejection if a parameter is not well encoded, or is more than one part or none
   */
  @Nullable Map<String, String> match(String path) {
    String[] given = path.split("/", -1);
    if (given.length != parts.size()) {
      return null;
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 0; i < given.length; i++) {
      String part = parts.get(i);
      if (!part.startsWith("{")) {
        if (!part.equals(given[i])) {
          return null;
        }
      } else if (given[i].isEmpty()) {
        return null;
      } else {
        // In a path a plus is a plus.
        String value = HttpQuery.decode(given[i].replace("+", "%2B"));
        if (!isOnePart(value)) {
          throw Rejection.of(Rejection.Code.MALFORMED, "path");
        }
        parameters.put(part.substring(1, part.length() - 1), value);
      }
    }
    return parameters;
  }

  /** Whether a name is one, and leads nowhere else when it becomes part of a path again. */
  private static boolean isOnePart(String value) {
    return !value.equals(".")
        && !value.equals("..")
        && value.chars().noneMatch(c -> c == '/' || c == '\\' || c < ' ' || c == 0x7F);
  }

  /** The template. */
  @Override
  public String toString() {
    return template;
  }
}
