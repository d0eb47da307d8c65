package dev.gabion.testing;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * One thing that a policy allows: an action on a resource, under conditions.
 *
 * @param conditions by operator and key, such as {@code StringEquals → kms:ViaService → …}
 */
record IamGrant(
    String action,
    String resource,
    SortedMap<String, SortedMap<String, SortedSet<String>>> conditions)
    implements Comparable<IamGrant> {

  private static final Comparator<IamGrant> ORDER =
      Comparator.comparing(IamGrant::resource)
          .thenComparing(grant -> grant.conditions().toString())
          .thenComparing(IamGrant::action);

  IamGrant {
    SortedMap<String, SortedMap<String, SortedSet<String>>> copy = new TreeMap<>();
    conditions.forEach(
        (operator, keys) -> {
          SortedMap<String, SortedSet<String>> tests = new TreeMap<>();
          keys.forEach(
              (key, values) ->
                  tests.put(key, Collections.unmodifiableSortedSet(new TreeSet<>(values))));
          copy.put(operator, Collections.unmodifiableSortedMap(tests));
        });
    conditions = Collections.unmodifiableSortedMap(copy);
  }

  @Override
  public int compareTo(IamGrant other) {
    return ORDER.compare(this, other);
  }

  /** The same with its resource, or what stands in conditions, said in another way. */
  IamGrant at(String otherResource) {
    return new IamGrant(action, otherResource, conditions);
  }

  /**
   * Whether it allows a call, as IAM decides it.
   *
   * @throws IllegalArgumentException if that depends on what no call shows
   */
  boolean allows(IamCall call) {
    return wild(action.toLowerCase(Locale.ROOT), true)
            .matcher(call.action().toLowerCase(Locale.ROOT))
            .matches()
        && (resource.equals("*") || wild(resource, false).matcher(call.resource()).matches())
        && conditions.entrySet().stream()
            .allMatch(
                test ->
                    test.getValue().entrySet().stream()
                        .allMatch(key -> holds(test.getKey(), key.getKey(), key.getValue(), call)));
  }

  private static boolean holds(
      String operator, String key, Collection<String> wanted, IamCall call) {
    List<String> said = said(key, call);
    return switch (operator) {
      case "Null" -> wanted.stream().allMatch(none -> Boolean.parseBoolean(none) == said.isEmpty());
      case "StringEquals" -> !said.isEmpty() && wanted.contains(said.get(0));
      case "StringLike" -> !said.isEmpty() && isLike(said.get(0), wanted);
      case "ForAllValues:StringEquals" -> wanted.containsAll(said);
      case "ForAllValues:StringLike" -> said.stream().allMatch(value -> isLike(value, wanted));
      case "ForAnyValue:StringEquals" -> said.stream().anyMatch(wanted::contains);
      case "ForAnyValue:StringLike" -> said.stream().anyMatch(value -> isLike(value, wanted));
      default ->
          throw new IllegalArgumentException(
              "The operator " + operator + " is not understood here: keep it in another policy.");
    };
  }

  /** Condition keys are compared without regard to case. */
  private static List<String> said(String key, IamCall call) {
    for (Map.Entry<String, List<String>> each : call.context().entrySet()) {
      if (each.getKey().equalsIgnoreCase(key)) {
        return each.getValue();
      }
    }
    String name = key.toLowerCase(Locale.ROOT);
    if (List.of(IamCall.KEYS, IamCall.ALIAS, IamCall.VIA).stream().anyMatch(key::equalsIgnoreCase)
        || name.startsWith(IamCall.VALUE.toLowerCase(Locale.ROOT))) {
      return List.of();
    }
    throw new IllegalArgumentException(
        "A test cannot see the condition key " + key + ": keep it in another policy.");
  }

  private static boolean isLike(String value, Collection<String> patterns) {
    return patterns.stream().anyMatch(pattern -> wild(pattern, true).matcher(value).matches());
  }

  /**
   * What {@code *} and {@code ?} stand for. In an ARN they stay within their segment, but for a
   * {@code *} at a segment's end, which may go on ("IAM JSON policy elements: Resource").
   */
  static Pattern wild(String pattern, boolean everywhere) {
    StringBuilder regex = new StringBuilder();
    for (int at = 0; at < pattern.length(); at++) {
      char next = pattern.charAt(at);
      boolean ends = at + 1 == pattern.length() || pattern.charAt(at + 1) == ':';
      switch (next) {
        case '*' -> regex.append(everywhere || ends ? ".*" : "[^:]*");
        case '?' -> regex.append(everywhere ? "." : "[^:]");
        default -> regex.append(Pattern.quote(String.valueOf(next)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(action + " on " + resource);
    conditions.forEach(
        (operator, keys) ->
            keys.forEach(
                (key, values) ->
                    text.append(" if ")
                        .append(operator)
                        .append(' ')
                        .append(key)
                        .append(' ')
                        .append(values)));
    return text.toString();
  }
}
