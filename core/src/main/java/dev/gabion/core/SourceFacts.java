package dev.gabion.core;

import org.jspecify.annotations.Nullable;

/**
 * Where a message comes from, for the audit trail: names and addresses, never content.
 *
 * @param kind the kind of source, such as {@code "http-api"}
 * @param origin the API id, or the ARN of the queue, topic, stream or bucket
 * @param operation what was asked for: the route key of an API, else the kind of event
 * @param method the HTTP method, or null where the source is not HTTP
 * @param host the host name asked for, or null
 * @param ip the sender's address, or null
 * @param userAgent the sender's user agent, or null
 */
public record SourceFacts(
    String kind,
    String origin,
    String operation,
    @Nullable String method,
    @Nullable String host,
    @Nullable String ip,
    @Nullable String userAgent) {

  /** The facts of a source that is not HTTP. */
  public static SourceFacts of(String kind, String origin, String operation) {
    return new SourceFacts(kind, origin, operation, null, null, null, null);
  }
}
