package dev.gabion.core;

import java.util.Optional;

/**
 * A message that was sent as an HTTP request, whichever source brings it: what an {@link
 * Authenticator} that looks at header lines or the body itself needs, such as one for signatures.
 */
public interface HttpEnvelope extends Envelope {
  /** The HTTP method, in capitals. */
  String method();

  /**
   * The value of a header, by its name in any case; several lines of one name are one value, with
   * commas between (RFC 9110 section 5.3).
   */
  Optional<String> header(String name);

  /**
   * The body as it was sent, for a signature over it: base64 undone, compression not; empty if
   * there is none. Its size is within {@link Limits.Bound#BODY_BYTES}.
   *
   * @throws Rejection if it is not base64 though the event says so
   */
  byte[] rawBody();
}
