package dev.gabion.logging;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.Activity;
import dev.gabion.core.SourceFacts;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the path of an event ended, as an API Activity, OCSF 1.9.0 class 6003.
 *
 * <p>{@code http_request.url} is not used: it would demand the path.
 */
final class ApiActivity {
  static final int CLASS = 6003;

  /** RFC 9110 section 9.3 and RFC 5789; the schema allows no method that it does not list. */
  static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

  private ApiActivity() {}

  static void write(JsonLine json, AuditEvent event) {
    SourceFacts source = event.source();
    String method = source == null ? null : source.method();
    String asked = method == null ? Attributes.operation(source) : method;
    Attributes.activityName(json, activity(method), asked);
    Attributes.actor(json, event.caller());
    Attributes.endpoints(json, source);
    if (source != null && isHttp(json, event)) {
      json.object("http_request");
      json.text("http_method", method != null && METHODS.contains(method) ? method : null);
      json.text("user_agent", source.userAgent()).end();
    }
    String header = event.invocation().traceId();
    if (header != null && traces(json, event)) {
      json.object("trace").text("uid", Attributes.root(header)).end();
    }
  }

  /** Whether a line names a trace as OCSF does: no other class has a profile for that. */
  static boolean traces(JsonLine json, AuditEvent event) {
    return event.activity() == Activity.OUTCOME
        && event.invocation().traceId() != null
        && !json.brief();
  }

  /** Whether a line tells request and response in full. */
  static boolean isHttp(JsonLine json, AuditEvent event) {
    SourceFacts source = event.source();
    return event.activity() == Activity.OUTCOME
        && source != null
        && source.method() != null
        && !json.brief();
  }

  static int activity(AuditEvent event) {
    SourceFacts source = event.source();
    return activity(source == null ? null : source.method());
  }

  static int activity(@Nullable String method) {
    return switch (method == null ? "" : method) {
      case "POST" -> 1; // Create
      case "GET", "HEAD" -> 2; // Read
      case "PUT", "PATCH" -> 3; // Update
      case "DELETE" -> 4; // Delete
      default -> Attributes.OTHER;
    };
  }
}
