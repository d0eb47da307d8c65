package dev.gabion.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.gabion.core.FieldKinds;
import dev.gabion.core.Limits;
import dev.gabion.core.Rejection;
import dev.gabion.core.StrictJson;
import dev.gabion.core.Violation;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parameters in path, query or form as fields of the input: each known, none twice. */
final class HttpParameters {
  private final StrictJson json;
  private final FieldKinds fields;
  private int count;

  HttpParameters(StrictJson json, Class<?> type) {
    this.json = json;
    this.fields = json.fields(type);
  }

  /** Refuses any parameter, where the input is the body alone. */
  static void refuse(HttpRequest request) {
    if (!request.pathParameters().isEmpty() || !request.query().isEmpty()) {
      throw malformed("unknown-parameter");
    }
  }

  /**
   * Adds path parameters, which the gateway has decoded.
   *
   * @param only the names that may come from the path, or null for any of the input
   */
  void addPath(Map<String, String> path, @Nullable Set<String> only, ObjectNode input) {
    long chars = 0;
    for (Map.Entry<String, String> parameter : path.entrySet()) {
      chars += parameter.getKey().length() + parameter.getValue().length();
      require(chars <= json.limits().of(Limits.Bound.PARAMETER_CHARS), "parameters");
      requireOneMore();
      add(parameter.getKey(), parameter.getValue(), only, Set.of(), input);
    }
  }

  /** Adds the parameters of a query; several of one name only where the input has a list. */
  void addQuery(HttpQuery query, @Nullable Set<String> only, ObjectNode input) {
    require(query.chars() <= json.limits().of(Limits.Bound.PARAMETER_CHARS), "parameters");
    require(query.size() <= json.limits().of(Limits.Bound.PARAMETERS), "parameters");
    Set<String> fromQuery = new HashSet<>();
    for (HttpQuery.Pair pair : query.pairs()) {
      requireOneMore();
      add(pair.name(), pair.value(), only, fromQuery, input);
      fromQuery.add(pair.name());
    }
  }

  /** Adds the fields of a form, within the budgets that a JSON body has. */
  void addForm(HttpQuery form, ObjectNode input) {
    Limits limits = json.limits();
    // As JSON a field is a name and a value, and the whole has a beginning and an end.
    require(form.size() <= (limits.of(Limits.Bound.TOKENS) - 2) / 2, "json-budget");
    Set<String> fromForm = new HashSet<>();
    for (HttpQuery.Pair pair : form.pairs()) {
      require(
          pair.name().length() <= limits.of(Limits.Bound.NAME_CHARS)
              && pair.value().length() <= limits.of(Limits.Bound.STRING_CHARS),
          "json-budget");
      add(pair.name(), pair.value(), null, fromForm, input);
      fromForm.add(pair.name());
    }
  }

  /** Checks budgets and encoding alone, where somebody else reads the parameters. */
  static void check(HttpRequest request, Limits limits) {
    long chars = 0;
    for (Map.Entry<String, String> parameter : request.pathParameters().entrySet()) {
      chars += parameter.getKey().length() + parameter.getValue().length();
    }
    int most = limits.of(Limits.Bound.PARAMETER_CHARS);
    require(chars <= most && request.query().chars() <= most, "parameters");
    int count = request.pathParameters().size() + request.query().size();
    require(count <= limits.of(Limits.Bound.PARAMETERS), "parameters");
    request.query().check();
  }

  private void requireOneMore() {
    require(++count <= json.limits().of(Limits.Bound.PARAMETERS), "parameters");
  }

  private static void require(boolean kept, String budget) {
    if (!kept) {
      throw Rejection.of(Rejection.Code.TOO_LARGE, budget);
    }
  }

  private void add(
      String name,
      String value,
      @Nullable Set<String> only,
      Set<String> repeatable,
      ObjectNode input) {
    FieldKinds.Kind kind = only == null || only.contains(name) ? fields.kind(name) : null;
    if (kind == null) {
      throw malformed("unknown-parameter");
    }
    boolean several = kind == FieldKinds.Kind.TEXTS || kind == FieldKinds.Kind.LITERALS;
    if (input.has(name) && !(several && repeatable.contains(name))) {
      throw malformed("duplicate-parameter");
    }
    JsonNode node =
        kind == FieldKinds.Kind.TEXT || kind == FieldKinds.Kind.TEXTS
            ? TextNode.valueOf(value)
            : literal(name, value);
    if (several) {
      ArrayNode all = input.get(name) instanceof ArrayNode before ? before : input.putArray(name);
      all.add(node);
    } else {
      input.set(name, node);
    }
  }

  private JsonNode literal(String name, String value) {
    boolean bare = !value.isEmpty() && value.chars().allMatch(c -> c > ' ' && c <= '~');
    JsonNode node = bare ? parse(value) : null;
    if (node == null || !(node.isNumber() || node.isBoolean())) {
      // The name is one of the input's own components by now.
      throw Rejection.malformed("wrong-type", List.of(new Violation(name, "wrong-type")));
    }
    return node;
  }

  private @Nullable JsonNode parse(String value) {
    try {
      return json.tree(value);
    } catch (Rejection notJson) {
      return null; // said as a wrong type: that a number was expected is the news
    }
  }

  private static Rejection malformed(String reason) {
    return Rejection.of(Rejection.Code.MALFORMED, reason);
  }
}
