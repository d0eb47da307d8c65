package dev.gabion.logging;

import dev.gabion.core.AuditEvent;

/** That a caller was identified or not, as an Authentication, OCSF 1.9.0 class 3002. */
final class Authentication {
  static final int CLASS = 3002;

  private Authentication() {}

  static void write(JsonLine json, AuditEvent event, String service) {
    Attributes.actor(json, event.caller());
    Attributes.user(json, event.caller());
    json.object("service").text("name", service).end();
    Attributes.endpoints(json, event.source());
    json.flag("is_remote", true);
  }
}
