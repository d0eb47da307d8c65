package dev.gabion.testing;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * An identity-based policy of IAM, as its grants.
 *
 * @param allowed what it allows
 * @param denied what it denies, which counts for more
 */
record IamPolicy(SortedSet<IamGrant> allowed, SortedSet<IamGrant> denied) {
  private static final String VERSION = "2012-10-17";
  private static final Set<String> MEMBERS =
      Set.of("Sid", "Effect", "Action", "Resource", "Condition");

  IamPolicy {
    allowed = Collections.unmodifiableSortedSet(new TreeSet<>(allowed));
    denied = Collections.unmodifiableSortedSet(new TreeSet<>(denied));
  }

  static IamPolicy of(Collection<IamGrant> allowed) {
    return new IamPolicy(new TreeSet<>(allowed), new TreeSet<>());
  }

  /**
   * Reads a policy document.
   *
   * @throws IllegalArgumentException if it is none, or has what cannot be judged here
   */
  static IamPolicy parse(String json) {
    JsonNode document;
    try {
      document =
          new ObjectMapper()
              .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
              .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
              .readTree(json);
    } catch (JsonProcessingException broken) {
      throw new IllegalArgumentException("The policy is not JSON.", broken);
    }
    if (!document.path("Version").asText().equals(VERSION) || !document.has("Statement")) {
      throw new IllegalArgumentException(
          "A policy has \"Version\": \"" + VERSION + "\" and \"Statement\".");
    }
    SortedSet<IamGrant> allowed = new TreeSet<>();
    SortedSet<IamGrant> denied = new TreeSet<>();
    for (JsonNode statement : each(document.get("Statement"))) {
      (isAllow(statement) ? allowed : denied).addAll(grants(statement));
    }
    return new IamPolicy(allowed, denied);
  }

  private static boolean isAllow(JsonNode statement) {
    statement
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!MEMBERS.contains(name)) {
                throw new IllegalArgumentException(
                    "A statement has "
                        + name
                        + ", which is not judged here: it may have "
                        + MEMBERS);
              }
            });
    String effect = statement.path("Effect").asText();
    if (!effect.equals("Allow") && !effect.equals("Deny")) {
      throw new IllegalArgumentException("A statement's Effect is Allow or Deny.");
    }
    return effect.equals("Allow");
  }

  private static List<IamGrant> grants(JsonNode statement) {
    SortedMap<String, SortedMap<String, SortedSet<String>>> conditions = new TreeMap<>();
    for (Map.Entry<String, JsonNode> operator : statement.path("Condition").properties()) {
      SortedMap<String, SortedSet<String>> tests = new TreeMap<>();
      for (Map.Entry<String, JsonNode> test : operator.getValue().properties()) {
        tests.put(test.getKey(), new TreeSet<>(texts(test.getValue())));
      }
      conditions.put(operator.getKey(), tests);
    }
    List<IamGrant> grants = new ArrayList<>();
    for (String action : texts(statement.path("Action"))) {
      for (String resource : texts(statement.path("Resource"))) {
        grants.add(new IamGrant(action, resource, conditions));
      }
    }
    if (grants.isEmpty()) {
      throw new IllegalArgumentException("A statement has an Action and a Resource.");
    }
    return grants;
  }

  private static List<JsonNode> each(JsonNode oneOrMany) {
    List<JsonNode> all = new ArrayList<>();
    if (oneOrMany.isArray()) {
      oneOrMany.forEach(all::add);
    } else if (!oneOrMany.isMissingNode()) {
      all.add(oneOrMany);
    }
    return all;
  }

  private static List<String> texts(JsonNode oneOrMany) {
    return each(oneOrMany).stream().map(JsonNode::asText).toList();
  }

  /** The same with its resources said in another way. */
  IamPolicy at(UnaryOperator<String> resources) {
    return new IamPolicy(moved(allowed, resources), moved(denied, resources));
  }

  private static SortedSet<IamGrant> moved(
      SortedSet<IamGrant> grants, UnaryOperator<String> resources) {
    SortedSet<IamGrant> others = new TreeSet<>();
    grants.forEach(grant -> others.add(grant.at(resources.apply(grant.resource()))));
    return others;
  }

  /** Whether a call may be made: something allows it and nothing denies it. */
  boolean allows(IamCall call) {
    return denied.stream().noneMatch(grant -> grant.allows(call))
        && allowed.stream().anyMatch(grant -> grant.allows(call));
  }

  /** The document, always the same for the same grants. */
  String json() {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode document = mapper.createObjectNode().put("Version", VERSION);
    ArrayNode statements = document.putArray("Statement");
    statements("Allow", allowed, statements);
    statements("Deny", denied, statements);
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
                Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
            .withArrayIndenter(lines)
            .withObjectIndenter(lines);
    try {
      return mapper.writer(printer).writeValueAsString(document) + "\n";
    } catch (JsonProcessingException never) {
      throw new IllegalStateException("A policy was not written.", never);
    }
  }

  /** One statement for each resource and condition, then one for those that differ in resource. */
  private static void statements(String effect, SortedSet<IamGrant> grants, ArrayNode into) {
    Map<String, List<IamGrant>> byPlace = new TreeMap<>();
    grants.forEach(
        grant ->
            byPlace
                .computeIfAbsent(
                    grant.resource() + " " + grant.conditions(), p -> new ArrayList<>())
                .add(grant));
    Map<String, SortedSet<String>> resources = new TreeMap<>();
    Map<String, List<IamGrant>> like = new TreeMap<>();
    byPlace.forEach(
        (place, same) -> {
          String kind =
              same.stream().map(IamGrant::action).toList() + " " + same.get(0).conditions();
          resources.computeIfAbsent(kind, k -> new TreeSet<>()).add(same.get(0).resource());
          like.putIfAbsent(kind, same);
        });
    like.forEach(
        (kind, same) -> {
          ObjectNode statement = into.addObject().put("Effect", effect);
          put(statement, "Action", same.stream().map(IamGrant::action).toList());
          put(statement, "Resource", resources.getOrDefault(kind, new TreeSet<>()));
          if (!same.get(0).conditions().isEmpty()) {
            ObjectNode condition = statement.putObject("Condition");
            same.get(0)
                .conditions()
                .forEach(
                    (operator, keys) -> {
                      ObjectNode tests = condition.putObject(operator);
                      keys.forEach((key, values) -> put(tests, key, values));
                    });
          }
        });
  }

  private static void put(ObjectNode into, String name, Collection<String> values) {
    if (values.size() == 1) {
      into.put(name, values.iterator().next());
    } else {
      ArrayNode array = into.putArray(name);
      values.forEach(array::add);
    }
  }

  /**
   * The document as {@code Policies} of a SAM function; what has <code>${…}</code> is substituted.
   */
  String sam(UnaryOperator<String> generalised) {
    StringBuilder yaml =
        new StringBuilder("Policies:\n  - Version: \"" + VERSION + "\"\n    Statement:\n");
    try {
      for (JsonNode statement : new ObjectMapper().readTree(json()).path("Statement")) {
        String before = "      - ";
        for (Map.Entry<String, JsonNode> member : statement.properties()) {
          yaml.append(before);
          member(member.getKey(), member.getValue(), "        ", generalised, yaml);
          before = "        ";
        }
      }
    } catch (JsonProcessingException never) {
      throw new IllegalStateException("A policy was not read.", never);
    }
    return yaml.toString();
  }

  private static void member(
      String name, JsonNode value, String indent, UnaryOperator<String> text, StringBuilder yaml) {
    yaml.append(isPlain(name) ? name : quoted(name)).append(':');
    if (value.isObject()) {
      yaml.append('\n');
      value
          .properties()
          .forEach(
              each -> {
                yaml.append(indent).append("  ");
                member(each.getKey(), each.getValue(), indent + "  ", text, yaml);
              });
    } else if (value.isArray()) {
      yaml.append('\n');
      value.forEach(
          each ->
              yaml.append(indent)
                  .append("  - ")
                  .append(scalar(text.apply(each.asText())))
                  .append('\n'));
    } else {
      yaml.append(' ').append(scalar(text.apply(value.asText()))).append('\n');
    }
  }

  private static String scalar(String text) {
    if (text.contains("${")) {
      return "!Sub " + quoted(text);
    }
    return isPlain(text) ? text : quoted(text);
  }

  /** Whether YAML takes a text for a text without quotes: {@code Null} is none. */
  private static boolean isPlain(String text) {
    return text.matches("[A-Za-z:]+")
        && !text.startsWith(":")
        && !text.endsWith(":")
        && !text.matches("(?i)true|false|yes|no|on|off|null|y|n");
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
