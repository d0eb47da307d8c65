package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which permissions an SDK operation needs: the table in {@code iam-actions.txt}, which says how.
 */
final class IamActions {
  private static final Pattern LINE =
      Pattern.compile(
          "(?<service>\\S+) (?<operation>\\S+) (?<action>-|[a-z0-9-]+:[A-Za-z]+)"
              + " (?<kind>\\*|[a-z-]+)(\\((?<fields>[^() ]*)\\))?"
              + "( (?<sense>if|unless) (?<field>\\S+))?( via (?<via>\\S+))?( context (?<context>\\S+))?");

  private final Map<String, List<Need>> needs = new TreeMap<>();

  /**
   * One permission that an operation needs.
   *
   * @param action such as {@code s3:GetObject}; {@code -} for none
   * @param kind the kind of resource; {@code *} for any
   * @param fields the fields of the request that name the resource
   * @param sense {@code if}, {@code unless} or nothing
   * @param field the field that {@code sense} looks at
   * @param via the service that asks KMS in the caller's name
   * @param context the field that holds an encryption context
   */
  record Need(
      String action,
      String kind,
      List<String> fields,
      @Nullable String sense,
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
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "Not a line of iam-actions.txt: " + line + " (service operation action resource …)");
    }
    String fields = parts.group("fields");
    needs
        .computeIfAbsent(
            key(parts.group("service"), parts.group("operation")), n -> new ArrayList<>())
        .add(
            new Need(
                parts.group("action"),
                parts.group("kind"),
                fields == null || fields.isEmpty() ? List.of() : List.of(fields.split(",", -1)),
                parts.group("sense"),
                parts.group("field"),
                parts.group("via"),
                parts.group("context")));
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
