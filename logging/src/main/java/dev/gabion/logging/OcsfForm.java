package dev.gabion.logging;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.Outcome;
import dev.gabion.core.Stop;
import org.jspecify.annotations.Nullable;

/**
 * The form of audit events on the function's log: which class of OCSF 1.9.0 each becomes.
 *
 * <p>The outcome of the path and a call to another host are API Activities, what else happened on
 * the way an Authentication, a Datastore Activity or an Application Error. What OCSF has no name
 * for stands in {@code unmapped}, which is the last object of a line; a chain writes its fields at
 * the end of that. What many lines have in common stands at their beginning: see {@link Opening}.
 */
final class OcsfForm {
  private final String service;
  private final Opening.Recent openings = new Opening.Recent();

  OcsfForm(String service) {
    this.service = service;
  }

  /**
   * Writes one event as a JSON object.
   *
   * @param uid names the line
   * @param repeats what the line stands for, if for more than the event itself
   * @return what it begins with
   */
  Opening write(JsonLine json, AuditEvent event, String uid, Repeats.@Nullable Tally repeats) {
    Opening opening = openings.of(kind(json, event));
    json.open(opening);
    int place = Attributes.metadata(json, event, uid);
    json.number("time", event.time().toEpochMilli());
    json.text("status_detail", detail(event));
    switch (event.activity()) {
      case OUTCOME -> ApiActivity.write(json, event);
      case AUTHENTICATION -> Authentication.write(json, event, service);
      case SECRET, ENCRYPTION -> DatastoreActivity.write(json, event);
      case OUTBOUND -> OutboundActivity.write(json, event);
      case FAULT -> ApplicationError.write(json, event);
    }
    if (repeats != null) {
      json.number("count", repeats.count());
    }
    if (repeats != null && repeats.count() > 1) {
      json.number("start_time", repeats.first().toEpochMilli());
      json.number("end_time", repeats.last().toEpochMilli());
    }
    Attributes.api(json, event, service);
    Attributes.unmapped(json, event);
    if (json.truncated()) {
      json.insert(place, ",\"is_truncated\":true");
    }
    json.finish();
    return opening;
  }

  private static Opening.Kind kind(JsonLine json, AuditEvent event) {
    Outcome outcome = event.outcome();
    return new Opening.Kind(
        switch (event.activity()) {
          case OUTCOME -> ApiActivity.CLASS;
          case AUTHENTICATION -> Authentication.CLASS;
          case SECRET, ENCRYPTION -> DatastoreActivity.CLASS;
          case OUTBOUND -> OutboundActivity.CLASS;
          case FAULT -> ApplicationError.CLASS;
        },
        switch (event.activity()) {
          case OUTCOME -> ApiActivity.activity(event);
          case SECRET, ENCRYPTION -> DatastoreActivity.activity(event);
          case OUTBOUND -> OutboundActivity.activity(event);
          case AUTHENTICATION, FAULT -> 1; // Logon; General
        },
        event.verdict(),
        severity(event),
        disposition(event),
        outcome == null ? 0 : outcome.status(),
        json.brief(),
        outcome != null && ApiActivity.isHttp(json, event),
        ApiActivity.traces(json, event),
        Vocabulary.of(event),
        event.invocation().function());
  }

  /** Medium where it is about who sends or asks, Low where it is about what was sent. */
  private static int severity(AuditEvent event) {
    Stop stop = event.stop();
    return switch (event.verdict()) {
      case ALLOWED -> 1; // Informational
      case DENIED ->
          switch (stop == null ? Stop.LOGIC : stop) {
            case OPEN, IDENTIFY, PERMIT -> 3;
            case READ, DECODE, CHECK, LOGIC, SEAL, RECORD, WRITE -> 2;
          };
      case FAILED -> 4; // High
    };
  }

  private static int disposition(AuditEvent event) {
    Stop stop = event.stop();
    return switch (event.verdict()) {
      case ALLOWED -> 1; // Allowed
      case DENIED ->
          switch (stop == null ? Stop.LOGIC : stop) {
            case DECODE, CHECK, LOGIC -> 25; // Rejected
            case PERMIT -> 26; // Unauthorized
            case READ, OPEN, IDENTIFY, SEAL, RECORD, WRITE -> 2; // Blocked
          };
      case FAILED -> 27; // Error
    };
  }

  private static @Nullable String detail(AuditEvent event) {
    Outcome outcome = event.outcome();
    return outcome != null
        ? outcome.reason()
        : event.facts().getOrDefault("reason", event.facts().get("code"));
  }
}
