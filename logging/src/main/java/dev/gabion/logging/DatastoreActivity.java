package dev.gabion.logging;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.Activity;
import java.util.Map;

/**
 * That a secret was asked for or something encrypted or decrypted, as a Datastore Activity, OCSF
 * 1.9.0 class 6005.
 *
 * <p>Which one is told by the facts {@code secret} or {@code keys}, what was done by {@code event}
 * ({@code fetched}, {@code refreshed}, {@code stale}, {@code refused}) of a secret and {@code
 * operation} ({@code encrypt}, {@code decrypt}) of a key.
 */
final class DatastoreActivity {
  static final int CLASS = 6005;
  private static final int DATABUCKET = 2;

  private DatastoreActivity() {}

  static void write(JsonLine json, AuditEvent event) {
    Map<String, String> facts = event.facts();
    String operation = operation(event);
    Attributes.activityName(json, activity(operation), operation);
    Attributes.actor(json, event.caller());
    Attributes.endpoints(json, event.source());
    json.number("type_id", DATABUCKET).object("databucket");
    json.text("name", first(facts, "secret", "keys", "name"));
    json.text("type", event.activity() == Activity.SECRET ? "secret" : "key");
    json.number("type_id", Attributes.OTHER).end();
  }

  /** What was done; a secret is read unless something else is said. */
  static String operation(AuditEvent event) {
    return event.activity() == Activity.SECRET
        ? event.facts().getOrDefault("event", "fetched")
        : event.facts().getOrDefault("operation", "encryption");
  }

  static int activity(AuditEvent event) {
    return activity(operation(event));
  }

  private static int activity(String operation) {
    return switch (operation) {
      case "fetched", "refreshed", "stale", "refused" -> 1; // Read
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
