package dev.gabion.logging;

import dev.gabion.core.AuditEvent;

/** That something failed which is nobody's refusal, as an Application Error, OCSF 1.9.0 6008. */
final class ApplicationError {
  static final int CLASS = 6008;

  private ApplicationError() {}

  static void write(JsonLine json, AuditEvent event) {
    if (event.caller() != null) {
      Attributes.actor(json, event.caller());
    }
  }
}
