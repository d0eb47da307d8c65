package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which permissions an SDK operation needs: the table in {@code iam-actions.txt}, which says how.
 */
final class IamActions {
  private static final Set<String> WORDS = Set.of("if", "unless", "via", "context");

  private final Map<String, List<Need>> needs = new TreeMap<>();

  /**
   * One permission that an operation needs.
   *
   * @param action such as {@code s3:GetObject}; {@code -} for none
   * @param kind the kind of resource; {@code *} for any
   * @param fields the fields of the request that name the resource
   * @param sense {@code if} or {@code unless}
   * @param field the field that {@code sense} looks at, if any
   * @param via the service that asks KMS in the caller's name
   * @param context the field that holds an encryption context
   */
  record Need(
      String action,
      String kind,
      List<String> fields,
      String sense,
      @Nullable String field,
      @Nullable String via,
      @Nullable String context) {
    boolean needsNothing() {
      return action.equals("-");
    }
  }

  /** The table as it comes with this room. */
  static IamActions standard() {
    try (InputStream file = IamActions.class.getResourceAsStream("iam-actions.txt")) {
      if (file == null) {
        throw new IllegalStateException("iam-actions.txt is not beside its class.");
      }
      IamActions table = new IamActions();
      new String(file.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(table::add);
      return table;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * Adds one line.
   *
   * @throws IllegalArgumentException if it is not in the table's form
   */
  void add(String line) {
    String[] words = line.split(" ", -1);
    if (words.length < 4 || words.length % 2 != 0 || !isAction(words[2])) {
      throw malformed(line);
    }
    Map<String, String> more = new TreeMap<>();
    for (int at = 4; at < words.length; at += 2) {
      if (!WORDS.contains(words[at]) || words[at + 1].isEmpty()) {
        throw malformed(line);
      }
      more.put(words[at], words[at + 1]);
    }
    String resource = words[3];
    int open = resource.indexOf('(');
    if (!resource.equals("*") && (open < 1 || !resource.endsWith(")"))) {
      throw malformed(line);
    }
    String fields = open < 0 ? "" : resource.substring(open + 1, resource.length() - 1);
    needs
        .computeIfAbsent(key(words[0], words[1]), name -> new ArrayList<>())
        .add(
            new Need(
                words[2],
                open < 0 ? resource : resource.substring(0, open),
                fields.isEmpty() ? List.of() : List.of(fields.split(",", -1)),
                more.containsKey("unless") ? "unless" : "if",
                more.getOrDefault("unless", more.get("if")),
                more.get("via"),
                more.get("context")));
  }

  private static boolean isAction(String word) {
    return word.equals("-") || word.matches("[a-z0-9-]+:[A-Za-z]+");
  }

  private static IllegalArgumentException malformed(String line) {
    return new IllegalArgumentException(
        "Not a line of iam-actions.txt: " + line + " (service operation action resource …)");
  }

  /** What an operation needs; nothing if the table does not know it. */
  List<Need> of(String service, String operation) {
    return List.copyOf(needs.getOrDefault(key(service, operation), List.of()));
  }

  /** The operations, as {@code service operation}. */
  List<String> operations() {
    return List.copyOf(needs.keySet());
  }

  private static String key(String service, String operation) {
    return service + " " + operation;
  }
}
