package dev.gabion.logging;

import dev.gabion.core.AuditEvent;
import org.jspecify.annotations.Nullable;

/**
 * The form of audit events on the function's log: which class of OCSF 1.9.0 each becomes.
 *
 * <p>The outcome of the path and a call to another host are API Activities, what else happened on
 * the way an Authentication, a Datastore Activity or an Application Error. What OCSF has no name
 * for stands in {@code unmapped}, which is the last object of a line; a chain writes its fields at
 * the end of that.
 */
final class OcsfForm {
  private final String service;

  OcsfForm(String service) {
    this.service = service;
  }

  /**
   * Writes one event as a JSON object.
   *
   * @param uid names the line
   * @param repeats what the line stands for, if for more than the event itself
   */
  void write(JsonLine json, AuditEvent event, String uid, Repeats.@Nullable Tally repeats) {
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
    Attributes.cloud(json, event.invocation().function());
    int place = Attributes.metadata(json, event, uid);
    Attributes.unmapped(json, event);
    if (json.truncated()) {
      json.insert(place, ",\"is_truncated\":true");
    }
    json.finish();
  }
}
