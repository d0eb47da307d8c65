package dev.gabion.testing;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A function's reply as an HTTP source reads it (payload format 2.0).
 *
 * @param status the status code
 * @param headers the header lines, by name in lower case
 * @param body the body, empty without one
 */
public record HttpReply(int status, Map<String, String> headers, String body) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies the headers. */
  public HttpReply {
    headers = Map.copyOf(headers);
  }

  /**
   * Reads a function's reply.
   *
   * @throws IllegalArgumentException if it is not in that format
   */
  public static HttpReply of(String reply) {
    JsonNode node = read(reply);
    if (!node.path("statusCode").isInt()) {
      throw new IllegalArgumentException("The reply has no statusCode: it is no HTTP reply.");
    }
    Map<String, String> headers = new TreeMap<>();
    for (Map.Entry<String, JsonNode> line : node.path("headers").properties()) {
      headers.put(line.getKey().toLowerCase(Locale.ROOT), line.getValue().asText());
    }
    return new HttpReply(node.path("statusCode").intValue(), headers, node.path("body").asText(""));
  }

  /** The value of a header, by its name in any case. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  /**
   * The body, read as JSON.
   *
   * @throws IllegalArgumentException if it is not
   */
  public JsonNode json() {
    return read(body);
  }

  private static JsonNode read(String text) {
    try {
      return JSON.readTree(text);
    } catch (JacksonException notJson) {
      throw new IllegalArgumentException("This is not JSON.", notJson);
    }
  }
}
