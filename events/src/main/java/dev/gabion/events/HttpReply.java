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
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A reply, with the headers that every reply has (OWASP REST Security Cheat Sheet, "Security
 * Headers"), in the shape that its source reads.
 */
final class HttpReply {
  /** How a source reads a reply. */
  enum Shape {
    /** "Create AWS Lambda proxy integrations for HTTP APIs", format 2.0: one value for a header. */
    HTTP_API,
    /** "Set up Lambda proxy integrations in API Gateway": lists for headers of several values. */
    REST_API,
    /**
     * "Use Lambda functions as targets of an Application Load Balancer": one value for a header.
     */
    LOAD_BALANCER,
    /** The same, where the target group has multi-value headers enabled: lists for all headers. */
    LOAD_BALANCER_LISTS
  }

  private static final JsonFactory JSON = new JsonFactory();

  /** RFC 9110 section 5.6.2. */
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");

  private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e]*");

  private static final Map<String, String> SECURITY_HEADERS = securityHeaders();

  /** What says how long a reply is and how it is sent; and what depends on whole replies. */
  private static final Set<String> OURS =
      Set.of(
          "allow",
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "date",
          "keep-alive",
          "proxy-authenticate",
          "server",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "vary",
          "www-authenticate",
          "x-powered-by");

  private final int status;
  private final Map<String, List<String>> headers = new LinkedHashMap<>();
  private @Nullable String body;
  private boolean base64;

  /** A reply without a body. */
  HttpReply(int status) {
    this.status = status;
    SECURITY_HEADERS.forEach((name, value) -> headers.put(name, List.of(value)));
  }

  private static Map<String, String> securityHeaders() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("cache-control", "no-store");
    headers.put("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
    headers.put("cross-origin-resource-policy", "same-origin");
    headers.put("permissions-policy", "interest-cohort=()");
    headers.put("referrer-policy", "no-referrer");
    headers.put("strict-transport-security", "max-age=63072000; includeSubDomains");
    headers.put("x-content-type-options", "nosniff");
    headers.put("x-frame-options", "DENY");
    return Collections.unmodifiableMap(headers);
  }

  /** Whether a reply with this status has no body (RFC 9110 sections 15.3.5 and 15.3.6). */
  static boolean isEmpty(int status) {
    return status == 204 || status == 205;
  }

  /** Whether a header can have this name (RFC 9110 section 5.6.2). */
  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** Whether a header, in lower case, is for this class or the source to set. */
  static boolean isOurs(String name) {
    return SECURITY_HEADERS.containsKey(name)
        || name.startsWith("access-control-")
        || OURS.contains(name);
  }

  /** A reply to what was done; without a body where there is no output. */
  static HttpReply done(int status, @Nullable Object output, StrictJson json) {
    boolean empty = isEmpty(status);
    if (empty != (output == null)) {
      throw Rejection.of(Rejection.Code.FAULT, empty ? "unexpected-output" : "no-output");
    }
    HttpReply reply = new HttpReply(status);
    if (output != null) {
      String body = new String(json.write(output), StandardCharsets.UTF_8);
      reply.set("content-type", "application/json");
      reply.body(body, false);
    }
    return reply;
  }

  /** A reply to what was refused: a problem document (RFC 9457) that says no more than it may. */
  static HttpReply refused(Rejection rejection, Set<String> methods, String correlationId) {
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
    HttpReply reply = new HttpReply(code.status());
    reply.set("content-type", "application/problem+json");
    if (code == Rejection.Code.UNAUTHENTICATED) {
      reply.set("www-authenticate", "Bearer");
    }
    if (code == Rejection.Code.UNAVAILABLE) {
      reply.set("retry-after", "1");
    }
    if (code == Rejection.Code.METHOD_NOT_ALLOWED) {
      reply.set("allow", String.join(", ", methods));
    }
    reply.body(problem.toString(), false);
    return reply;
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

  /**
   * Sets a header to one value.
   *
   * @throws Rejection {@code FAULT} if the value has a character that could end the line or is not
   *     ASCII (RFC 9110 section 5.5)
   */
  void set(String name, String value) {
    headers.put(name, List.of(checked(value)));
  }

  /** Adds a line to a header. */
  void add(String name, String value) {
    List<String> values = new ArrayList<>(headers.getOrDefault(name, List.of()));
    values.add(checked(value));
    headers.put(name, values);
  }

  /** Says that the reply depends on a request header. */
  void vary(String name) {
    List<String> before = headers.get("vary");
    set("vary", before == null ? name : String.join(", ", before) + ", " + name);
  }

  void body(String text, boolean inBase64) {
    body = text;
    base64 = inBase64;
  }

  private static String checked(String value) {
    if (!VALUE.matcher(value).matches()) {
      throw Rejection.of(Rejection.Code.FAULT, "header-value");
    }
    return value;
  }

  /** The reply as its source reads it. */
  byte[] write(Shape shape) {
    ByteArrayOutputStream bytes =
        new ByteArrayOutputStream(640 + (body == null ? 0 : body.length() * 5 / 4));
    boolean balancer = shape == Shape.LOAD_BALANCER || shape == Shape.LOAD_BALANCER_LISTS;
    try (JsonGenerator generator = JSON.createGenerator(bytes)) {
      generator.writeStartObject();
      generator.writeNumberField("statusCode", status);
      if (balancer) {
        generator.writeStringField("statusDescription", description(status));
      }
      writeHeaders(generator, shape);
      generator.writeBooleanField("isBase64Encoded", base64);
      if (body != null || balancer) {
        generator.writeStringField("body", body == null ? "" : body);
      }
      generator.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private void writeHeaders(JsonGenerator generator, Shape shape) throws IOException {
    Map<String, List<String>> single = new LinkedHashMap<>(headers);
    Map<String, List<String>> lists = new LinkedHashMap<>();
    List<String> cookies = List.of();
    switch (shape) {
      case HTTP_API -> {
        List<String> given = single.remove("set-cookie");
        cookies = given == null ? cookies : given;
      }
      case REST_API -> {
        headers.forEach(
            (name, values) -> {
              if (values.size() > 1) {
                lists.put(name, values);
                single.remove(name);
              }
            });
      }
      case LOAD_BALANCER -> {
        if (headers.getOrDefault("set-cookie", List.of()).size() > 1) {
          throw Rejection.of(Rejection.Code.FAULT, "several-cookies"); // cookies cannot be joined
        }
      }
      case LOAD_BALANCER_LISTS -> {
        lists.putAll(headers);
        single.clear();
      }
    }
    if (!single.isEmpty()) {
      generator.writeObjectFieldStart("headers");
      for (Map.Entry<String, List<String>> header : single.entrySet()) {
        generator.writeStringField(header.getKey(), String.join(", ", header.getValue()));
      }
      generator.writeEndObject();
    }
    if (!lists.isEmpty()) {
      generator.writeObjectFieldStart("multiValueHeaders");
      for (Map.Entry<String, List<String>> header : lists.entrySet()) {
        writeList(generator, header.getKey(), header.getValue());
      }
      generator.writeEndObject();
    }
    if (!cookies.isEmpty()) {
      writeList(generator, "cookies", cookies);
    }
  }

  private static void writeList(JsonGenerator generator, String name, List<String> values)
      throws IOException {
    generator.writeArrayFieldStart(name);
    for (String value : values) {
      generator.writeString(value);
    }
    generator.writeEndArray();
  }

  /** The status with a phrase behind it, as a load balancer wants it. */
  private static String description(int status) {
    for (Rejection.Code code : Rejection.Code.values()) {
      if (code.status() == status) {
        return status + " " + code.title();
      }
    }
    return status
        + switch (status) {
          case 200 -> " OK";
          case 201 -> " Created";
          case 202 -> " Accepted";
          case 204 -> " No Content";
          case 205 -> " Reset Content";
          default -> " Status";
        };
  }
}
