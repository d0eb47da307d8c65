package dev.gabion.logging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks an event against the facts of the OCSF schema, whichever attributes it has. */
final class OcsfSchema {
  /** Which profile brings an attribute, for those that the class does not have by itself. */
  private static final Map<String, Set<String>> PROFILES =
      Map.of(
          "cloud", Set.of("cloud"),
          "trace", Set.of("trace"),
          "osint", Set.of("osint"),
          "host", Set.of("device"),
          "record_integrity", Set.of("attestation_list"),
          "ai_operation", Set.of("ai_agent", "ai_model", "message_context"),
          "data_classification", Set.of("data_classification", "data_classifications"),
          "security_control",
              Set.of(
                  "action",
                  "action_id",
                  "attacks",
                  "authorizations",
                  "confidence",
                  "confidence_id",
                  "confidence_score",
                  "disposition",
                  "disposition_id",
                  "firewall_rule",
                  "is_alert",
                  "malware",
                  "malware_scan_info",
                  "policy",
                  "risk_details",
                  "risk_level",
                  "risk_level_id",
                  "risk_score"));

  /** What CloudWatch's filter reads beside the event. */
  private static final Set<String> LOG_FIELDS = Set.of("timestamp", "level");

  private static final Set<String> TEXTS =
      Set.of("string_t", "ip_t", "hostname_t", "username_t", "url_t", "datetime_t", "uuid_t");
  private static final Set<String> NUMBERS = Set.of("integer_t", "long_t", "timestamp_t", "port_t");
  private static final Set<String> FREE = Set.of("object", "json_t");

  private final JsonNode classes;
  private final ObjectNode objects;

  private OcsfSchema(JsonNode schema) throws IOException {
    classes = schema.get("classes");
    objects = (ObjectNode) schema.get("objects");
    // Two objects of the schema that the corpus leaves out, as far as they are used.
    objects.setAll(
        (ObjectNode)
            new JsonMapper()
                .readTree(
                    """
                    {"idp": {"constraints": {"at_least_one": ["name", "uid"]}, "attributes": {
                       "name": {"requirement": "recommended", "type": "string_t"},
                       "uid": {"requirement": "recommended", "type": "string_t"},
                       "issuer": {"requirement": "optional", "type": "string_t"},
                       "tenant_uid": {"requirement": "optional", "type": "string_t"}}},
                     "account": {"constraints": {"at_least_one": ["name", "uid"]}, "attributes": {
                       "name": {"requirement": "recommended", "type": "string_t"},
                       "uid": {"requirement": "recommended", "type": "string_t"},
                       "type_id": {"requirement": "recommended", "type": "integer_t",
                                   "enum": {"0": "Unknown", "10": "AWS Account"}}}}}
                    """));
  }

  /** The schema where the corpora are; else says in one line that they are not. */
  static Optional<OcsfSchema> find() {
    String folder =
        System.getProperty(
            "gabion.corpora", System.getProperty("gabion.root", "..") + "/../shared/corpora");
    Path file = Path.of(folder, "ocsf-classes.json");
    if (!Files.exists(file)) {
      System.out.println("Skipped: conformance with the OCSF schema, for want of " + file + ".");
      return Optional.empty();
    }
    try {
      return Optional.of(new OcsfSchema(new JsonMapper().readTree(file.toFile())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything that is wrong with an event of a class, as {@code path: what}. */
  List<String> problems(String className, JsonNode event) {
    Set<String> profiles = new HashSet<>();
    event.at("/metadata/profiles").forEach(profile -> profiles.add(profile.textValue()));
    ObjectNode ocsf = event.deepCopy();
    ocsf.remove(LOG_FIELDS);
    List<String> problems = new ArrayList<>();
    JsonNode type = classes.get(className);
    for (String profile : profiles) {
      if (!values(type.get("profiles")).contains(profile)) {
        problems.add("metadata.profiles: " + profile + " is not of this class");
      }
    }
    object("", type, ocsf, profiles, problems);
    if (ocsf.path("type_uid").asLong()
        != 100 * ocsf.path("class_uid").asLong() + ocsf.path("activity_id").asLong()) {
      problems.add("type_uid: not class_uid times 100 and activity_id");
    }
    return problems;
  }

  private void object(
      String path, JsonNode type, JsonNode value, Set<String> profiles, List<String> problems) {
    JsonNode attributes = type.get("attributes");
    for (Map.Entry<String, JsonNode> attribute : attributes.properties()) {
      boolean required = attribute.getValue().get("requirement").textValue().equals("required");
      if (required && exists(attribute.getKey(), profiles) && !value.has(attribute.getKey())) {
        problems.add(path + attribute.getKey() + ": required and missing");
      }
    }
    Set<String> oneOf = values(type.path("constraints").path("at_least_one"));
    if (!oneOf.isEmpty() && oneOf.stream().noneMatch(value::has)) {
      problems.add(path + ": none of " + oneOf);
    }
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      String place = path + field.getKey();
      JsonNode attribute = attributes.get(field.getKey());
      if (attribute == null) {
        problems.add(place + ": unknown");
      } else if (!exists(field.getKey(), profiles)) {
        problems.add(place + ": of a profile that is not listed");
      } else if (attribute.path("deprecated").booleanValue()) {
        problems.add(place + ": deprecated");
      } else if (attribute.path("array").booleanValue()) {
        if (!field.getValue().isArray()) {
          problems.add(place + ": not an array");
        }
        field.getValue().forEach(each -> value(place, attribute, each, profiles, problems));
      } else {
        value(place, attribute, field.getValue(), profiles, problems);
      }
    }
  }

  private void value(
      String place,
      JsonNode attribute,
      JsonNode value,
      Set<String> profiles,
      List<String> problems) {
    String type = attribute.get("type").textValue();
    if (attribute.has("enum") && !attribute.get("enum").has(value.asText())) {
      problems.add(place + ": " + value + " is not a legal value");
    }
    if (TEXTS.contains(type)) {
      require(value.isTextual(), place, type, problems);
    } else if (NUMBERS.contains(type)) {
      require(value.isIntegralNumber(), place, type, problems);
    } else if (type.equals("boolean_t")) {
      require(value.isBoolean(), place, type, problems);
    } else if (FREE.contains(type)) {
      require(value.isObject(), place, type, problems);
    } else if (objects.has(type)) {
      require(value.isObject(), place, type, problems);
      object(place + ".", objects.get(type), value, profiles, problems);
    } else {
      problems.add(place + ": of type " + type + ", which this check does not know");
    }
  }

  private static void require(boolean holds, String place, String type, List<String> problems) {
    if (!holds) {
      problems.add(place + ": not a " + type);
    }
  }

  private static boolean exists(String attribute, Set<String> profiles) {
    return PROFILES.entrySet().stream()
        .filter(profile -> profile.getValue().contains(attribute))
        .allMatch(profile -> profiles.contains(profile.getKey()));
  }

  private static Set<String> values(JsonNode array) {
    Set<String> values = new HashSet<>();
    array.forEach(each -> values.add(each.textValue()));
    return values;
  }
}
