package dev.gabion.logging;

import dev.gabion.core.AuditEvent;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * That the function called another host, or was kept from it, as an API Activity, OCSF 1.9.0 class
 * 6003, from the function to that host.
 *
 * <p>Told by the facts {@code host}, {@code port}, {@code method}, {@code status} and, of a
 * refusal, {@code reason}. {@code unmapped.activity} tells it from the outcome of a path.
 */
final class OutboundActivity {
  static final int CLASS = ApiActivity.CLASS;

  private OutboundActivity() {}

  static void write(JsonLine json, AuditEvent event) {
    Map<String, String> facts = event.facts();
    String method = facts.get("method");
    String asked = method == null ? "unknown" : method;
    Attributes.activityName(json, activity(event), asked);
    Attributes.actor(json, event.caller());
    json.object("src_endpoint").text("name", event.invocation().function().name()).end();
    String host = facts.get("host");
    if (host != null && !json.brief()) {
      json.object("dst_endpoint").text("hostname", host);
      number(json, "port", facts.get("port"));
      json.end();
    }
    if (ApiActivity.METHODS.contains(asked) && !json.brief()) {
      json.object("http_request").text("http_method", asked).end();
      json.object("http_response");
      number(json, "code", facts.get("status"));
      json.end();
    }
  }

  static int activity(AuditEvent event) {
    return ApiActivity.activity(event.facts().get("method"));
  }

  private static void number(JsonLine json, String name, @Nullable String digits) {
    if (digits != null && digits.matches("[0-9]{1,5}")) {
      json.number(name, Integer.parseInt(digits));
    }
  }
}
