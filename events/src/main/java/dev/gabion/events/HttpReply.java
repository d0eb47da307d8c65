package dev.gabion.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.gabion.core.Rejection;
import dev.gabion.core.StrictJson;
import dev.gabion.core.Violation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A reply in the shape that payload format 2.0 asks for, with the headers that every reply has
 * (OWASP REST Security Cheat Sheet, "Security Headers").
 */
final class HttpReply {
  private static final JsonFactory JSON = new JsonFactory();

  private static final String[] SECURITY_HEADERS = {
    "cache-control", "no-store",
    "content-security-policy", "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy", "same-origin",
    "permissions-policy", "interest-cohort=()",
    "referrer-policy", "no-referrer",
    "strict-transport-security", "max-age=63072000; includeSubDomains",
    "x-content-type-options", "nosniff",
    "x-frame-options", "DENY",
  };

  private HttpReply() {}

  /** Whether a reply with this status has no body (RFC 9110 sections 15.3.5 and 15.3.6). */
  static boolean isEmpty(int status) {
    return status == 204 || status == 205;
  }

  /** A reply to what was done; without a body where there is no output. */
  static byte[] done(int status, @Nullable Object output, StrictJson json) {
    boolean empty = isEmpty(status);
    if (empty != (output == null)) {
      throw Rejection.of(Rejection.Code.FAULT, empty ? "unexpected-output" : "no-output");
    }
    if (output == null) {
      return write(status, null, null);
    }
    String body = new String(json.write(output), StandardCharsets.UTF_8);
    return write(status, body, "application/json");
  }

  /** A reply to what was refused: a problem document (RFC 9457) that says no more than it may. */
  static byte[] refused(Rejection rejection, String allowedMethod, String correlationId) {
    Rejection.Code code = rejection.code();
    StringWriter problem = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(problem)) {
      generator.writeStartObject();
      generator.writeStringField("type", "about:blank");
      generator.writeStringField("title", code.title());
      generator.writeNumberField("status", code.status());
      if (rejection.explained()) {
        generator.writeStringField("reason", rejection.reason());
        writeViolations(generator, rejection);
      }
      generator.writeStringField("correlationId", correlationId);
      generator.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    String[] more =
        switch (code) {
          case UNAUTHENTICATED -> new String[] {"www-authenticate", "Bearer"};
          case METHOD_NOT_ALLOWED -> new String[] {"allow", allowedMethod};
          default -> new String[0];
        };
    return write(code.status(), problem.toString(), "application/problem+json", more);
  }

  private static void writeViolations(JsonGenerator generator, Rejection rejection)
      throws IOException {
    if (rejection.violations().isEmpty()) {
      return;
    }
    generator.writeArrayFieldStart("violations");
    for (Violation violation : rejection.violations()) {
      generator.writeStartObject();
      generator.writeStringField("path", violation.path());
      generator.writeStringField("rule", violation.rule());
      generator.writeEndObject();
    }
    generator.writeEndArray();
  }

  private static byte[] write(
      int status, @Nullable String body, @Nullable String contentType, String... more) {
    ByteArrayOutputStream bytes =
        new ByteArrayOutputStream(640 + (body == null ? 0 : body.length() * 5 / 4));
    try (JsonGenerator generator = JSON.createGenerator(bytes)) {
      generator.writeStartObject();
      generator.writeNumberField("statusCode", status);
      generator.writeObjectFieldStart("headers");
      if (contentType != null) {
        generator.writeStringField("content-type", contentType);
      }
      writePairs(generator, SECURITY_HEADERS);
      writePairs(generator, more);
      generator.writeEndObject();
      generator.writeBooleanField("isBase64Encoded", false);
      if (body != null) {
        generator.writeStringField("body", body);
      }
      generator.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static void writePairs(JsonGenerator generator, String... pairs) throws IOException {
    for (int i = 0; i < pairs.length; i += 2) {
      generator.writeStringField(pairs[i], pairs[i + 1]);
    }
  }
}
