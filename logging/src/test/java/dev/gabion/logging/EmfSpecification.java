package dev.gabion.logging;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What CloudWatch demands of an embedded metric document: "Specification: Embedded metric format",
 * the structure, the limits and the units that the page lists.
 */
final class EmfSpecification {
  private static final Set<String> UNITS =
      Set.of("Seconds", "Microseconds", "Milliseconds", "Bytes", "Percent", "Count", "None");

  private EmfSpecification() {}

  static List<String> problems(JsonNode root) {
    List<String> problems = new ArrayList<>();
    JsonNode aws = root.path("_aws");
    require(aws.path("Timestamp").isIntegralNumber(), "Timestamp: no integer", problems);
    JsonNode directives = aws.path("CloudWatchMetrics");
    require(directives.isArray() && !directives.isEmpty(), "CloudWatchMetrics: none", problems);
    for (JsonNode directive : directives) {
      String namespace = directive.path("Namespace").asText();
      require(!namespace.isEmpty() && namespace.length() <= 1_024, "Namespace: no name", problems);
      require(!directive.path("Dimensions").isEmpty(), "Dimensions: none", problems);
      for (JsonNode set : directive.path("Dimensions")) {
        require(set.size() <= 30, "Dimensions: more than 30", problems);
        for (JsonNode dimension : set) {
          JsonNode value = root.path(dimension.asText());
          require(
              value.isTextual() && !value.asText().isEmpty() && value.asText().length() <= 1_024,
              dimension.asText() + ": no dimension",
              problems);
        }
      }
      JsonNode metrics = directive.path("Metrics");
      require(metrics.isArray() && metrics.size() <= 100, "Metrics: not up to 100", problems);
      for (JsonNode metric : metrics) {
        metric(metric, root, problems);
      }
    }
    return problems;
  }

  private static void metric(JsonNode metric, JsonNode root, List<String> problems) {
    String name = metric.path("Name").asText();
    require(!name.isEmpty() && name.length() <= 1_024, "Name: none", problems);
    require(UNITS.contains(metric.path("Unit").asText("None")), name + ": no unit", problems);
    JsonNode target = root.path(name);
    if (target.isArray()) {
      require(target.size() <= 100, name + ": more than 100 values", problems);
      target.forEach(value -> require(value.isNumber(), name + ": no number", problems));
    } else {
      require(target.isNumber(), name + ": no number", problems);
    }
  }

  private static void require(boolean holds, String problem, List<String> problems) {
    if (!holds) {
      problems.add(problem);
    }
  }
}
