package dev.gabion.logging;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.Activity;
import java.util.Map;

/**
 * That a secret was asked for or something encrypted or decrypted, as a Datastore Activity, OCSF
 * 1.9.0 class 6005.
 *
 * <p>Which one is told by the facts {@code name}, {@code arn} and {@code key}, the first that is
 * there; what was done by the fact {@code operation}: {@code read}, {@code refresh}, {@code
 * encrypt}, {@code decrypt}.
 */
final class DatastoreActivity {
  private static final int CLASS = 6005;
  private static final int DATABUCKET = 2;

  private DatastoreActivity() {}

  static void write(JsonLine json, AuditEvent event) {
    Map<String, String> facts = event.facts();
    String operation = operation(event);
    Attributes.kind(json, event, CLASS, activity(operation), operation);
    Attributes.verdict(json, event);
    Attributes.actor(json, event.caller());
    Attributes.endpoints(json, event.source());
    json.number("type_id", DATABUCKET).object("databucket");
    json.text("name", first(facts, "name", "arn", "key"));
    json.text("type", event.activity() == Activity.SECRET ? "secret" : "key");
    json.number("type_id", Attributes.OTHER).end();
  }

  /** What was done; a secret is read unless something else is said. */
  static String operation(AuditEvent event) {
    return event
        .facts()
        .getOrDefault("operation", event.activity() == Activity.SECRET ? "read" : "encryption");
  }

  private static int activity(String operation) {
    return switch (operation) {
      case "read" -> 1; // Read
      case "refresh" -> 2; // Update
      case "encrypt" -> 9; // Encrypt
      case "decrypt" -> 10; // Decrypt
      default -> Attributes.OTHER;
    };
  }

  private static String first(Map<String, String> facts, String... names) {
    for (String name : names) {
      String value = facts.get(name);
      if (value != null) {
        return value;
      }
    }
    return "unknown";
  }
}
