package dev.gabion.core;

import java.util.List;

/**
 * What a handler declares, in words, for start-up lines, reports and templates.
 *
 * @param handler the handler's class name
 * @param source the event source and what it takes
 * @param caller what the {@link Authenticator} demands
 * @param rules what the {@link Rules} demand
 * @param permit what the {@link Permit} allows
 * @param audit where the {@link AuditSink} writes
 * @param uses what the logic works with
 */
public record HandlerDescription(
    String handler,
    String source,
    String caller,
    String rules,
    String permit,
    String audit,
    List<String> uses) {

  /** Copies the list. */
  public HandlerDescription {
    uses = List.copyOf(uses);
  }
}
