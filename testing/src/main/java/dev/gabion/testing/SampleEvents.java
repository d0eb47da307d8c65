package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Events as AWS sends them, to invoke a function with; each may be varied before it is sent. */
public final class SampleEvents {
  private SampleEvents() {}

  /**
   * An HTTP API's event, payload format 2.0: {@code POST /orders} with an empty JSON object, from
   * account 123456789012, unauthenticated.
   */
  public static Http httpApi() {
    return new Http(
            JsonNodeFactory.instance
                .objectNode()
                .put("version", "2.0")
                .put("routeKey", "POST /orders")
                .put("rawPath", "/orders")
                .put("rawQueryString", ""))
        .with(event -> event.putObject("headers"))
        .with(event -> context(event.putObject("requestContext")))
        .host("a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com")
        .header("content-type", "application/json")
        .header("x-forwarded-for", "192.0.2.7")
        .header("x-forwarded-port", "443")
        .header("x-forwarded-proto", "https")
        .body("{}");
  }

  /** A GET of an HTTP API; the path is its route as well. */
  public static Http get(String path) {
    return httpApi().method("GET").path(path).noBody().removeHeader("content-type");
  }

  /** A POST of a JSON body to an HTTP API; the path is its route as well. */
  public static Http post(String path, String body) {
    return httpApi().path(path).body(body);
  }

  /**
   * The event of a function URL without IAM authentication: as {@link #httpApi}, from a host and on
   * a route of its own kind, and of the account {@code anonymous}.
   */
  public static Http functionUrl() {
    return httpApi()
        .routeKey("$default")
        .host("a1b2c3d4e5.lambda-url.eu-central-1.on.aws")
        .account("anonymous");
  }

  private static void context(ObjectNode context) {
    context
        .put("accountId", "123456789012")
        .put("apiId", "a1b2c3d4e5")
        .put("requestId", "JKJaXmPLvHcESHA=")
        .put("routeKey", "POST /orders")
        .put("stage", "$default")
        .put("time", "02/Jan/2026:03:04:05 +0000")
        .put("timeEpoch", 1_767_323_045_000L)
        .putObject("http")
        .put("method", "POST")
        .put("path", "/orders")
        .put("protocol", "HTTP/1.1")
        .put("sourceIp", "192.0.2.7")
        .put("userAgent", "gabion-sample/1");
  }

  /**
   * An event of an HTTP source in payload format 2.0. Never changes: every method gives a copy.
   *
   * <p>Source: Amazon API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP
   * APIs in API Gateway"; AWS Lambda Developer Guide, "Invoking Lambda function URLs".
   */
  public static final class Http {
    private final ObjectNode event;

    private Http(ObjectNode event) {
      this.event = event;
    }

    /** Sets the method, and that of the route if it names one. */
    public Http method(String method) {
      return request("method", method);
    }

    /** Sets the path, and that of the route if it has the same. */
    public Http path(String path) {
      return request("path", path).with(event -> event.put("rawPath", path));
    }

    /** Sets the route, such as {@code GET /orders/{id}} or {@code $default}. */
    public Http routeKey(String key) {
      return with(
          event -> {
            event.put("routeKey", key);
            event.withObject("/requestContext").put("routeKey", key);
          });
    }

    /** Sets a header, whose name becomes lower-case as the source sends it. */
    public Http header(String name, String value) {
      return with(event -> event.withObject("/headers").put(name.toLowerCase(Locale.ROOT), value));
    }

    /** Takes a header away. */
    public Http removeHeader(String name) {
      return with(event -> event.withObject("/headers").remove(name.toLowerCase(Locale.ROOT)));
    }

    /** Adds a cookie, such as {@code theme=dark}. */
    public Http cookie(String cookie) {
      return with(event -> event.withArray("/cookies").add(cookie));
    }

    /**
     * Sets the raw query string, and the parameters that the source reads in it: the values of one
     * name joined by commas. What is not well encoded stays as it is.
     */
    public Http query(String rawQueryString) {
      return with(
          event -> {
            event.put("rawQueryString", rawQueryString);
            event.remove("queryStringParameters");
            for (String pair : rawQueryString.split("&", -1)) {
              if (!pair.isEmpty()) {
                add(event.withObject("/queryStringParameters"), pair);
              }
            }
          });
    }

    /** Sets a path parameter, as the route's template names it. */
    public Http pathParameter(String name, String value) {
      return with(event -> event.withObject("/pathParameters").put(name, value));
    }

    /** Sets a body of text. */
    public Http body(String text) {
      return with(event -> event.put("body", text).put("isBase64Encoded", false));
    }

    /** Sets a body of bytes, which the event carries in base64. */
    public Http base64Body(byte[] bytes) {
      String encoded = Base64.getEncoder().encodeToString(bytes);
      return with(event -> event.put("body", encoded).put("isBase64Encoded", true));
    }

    /** Takes the body away. */
    public Http noBody() {
      return with(event -> event.put("isBase64Encoded", false).remove("body"));
    }

    /**
     * Adds what a JWT authorizer proved: a subject of {@code https://issuer.example}, for the
     * audience {@code orders}, from 2026 to 2100. Claims are strings, whatever the token has.
     *
     * @param scopes what the token grants; the source lists them where the route demands some
     */
    public Http jwt(String subject, String... scopes) {
      return claim("iss", "https://issuer.example")
          .claim("sub", subject)
          .claim("aud", "orders")
          .claim("iat", "1767225600")
          .claim("exp", "4102444800")
          .with(
              event -> {
                ObjectNode jwt = event.withObject("/requestContext/authorizer/jwt");
                if (scopes.length == 0) {
                  jwt.putNull("scopes");
                } else {
                  jwt.withObject("/claims").put("scope", String.join(" ", scopes));
                  List.of(scopes).forEach(jwt.putArray("scopes")::add);
                }
              });
    }

    /** Adds a claim, or changes one. */
    public Http claim(String name, String value) {
      return with(
          event -> event.withObject("/requestContext/authorizer/jwt/claims").put(name, value));
    }

    /** Sets the account that owns the API. */
    public Http account(String id) {
      return with(event -> event.withObject("/requestContext").put("accountId", id));
    }

    /** Sets the API's id, which stands in the host name as well. */
    public Http apiId(String id) {
      String host = event.at("/requestContext/domainName").textValue();
      return with(event -> event.withObject("/requestContext").put("apiId", id))
          .host(id + host.substring(host.indexOf('.')));
    }

    /** Sets the request's id. */
    public Http requestId(String id) {
      return with(event -> event.withObject("/requestContext").put("requestId", id));
    }

    /** Sets the address that the request comes from. */
    public Http sourceIp(String address) {
      return with(event -> event.withObject("/requestContext/http").put("sourceIp", address));
    }

    /** The event as JSON. */
    public String json() {
      return event.toString();
    }

    /** The same request as a REST API sends it, payload format 1.0, as JSON. */
    public String restApiJson() {
      return HttpShapes.restApi(event).toString();
    }

    /**
     * The same request as an Application Load Balancer in eu-central-1 sends it, as JSON; without
     * multi-value headers.
     */
    public String albJson() {
      return HttpShapes.alb(event, false).toString();
    }

    /** The same request as a load balancer with multi-value headers sends it, as JSON. */
    public String albMultiValueJson() {
      return HttpShapes.alb(event, true).toString();
    }

    /** The event as JSON in UTF-8. */
    public byte[] bytes() {
      return json().getBytes(UTF_8);
    }

    /** The event as JSON. */
    @Override
    public String toString() {
      return json();
    }

    Http host(String name) {
      return header("host", name)
          .with(
              event ->
                  event
                      .withObject("/requestContext")
                      .put("domainName", name)
                      .put("domainPrefix", name.split("\\.", 2)[0]));
    }

    private Http request(String what, String value) {
      JsonNode http = event.at("/requestContext/http");
      Http changed = with(event -> event.withObject("/requestContext/http").put(what, value));
      return event.path("routeKey").textValue().equals(route(http))
          ? changed.routeKey(route(changed.event.at("/requestContext/http")))
          : changed;
    }

    private static String route(JsonNode http) {
      return http.path("method").textValue() + " " + http.path("path").textValue();
    }

    private static void add(ObjectNode parameters, String pair) {
      String[] parts = pair.split("=", 2);
      String name = decoded(parts[0]);
      String value = parts.length == 1 ? "" : decoded(parts[1]);
      JsonNode before = parameters.get(name);
      parameters.put(name, before == null ? value : before.textValue() + "," + value);
    }

    private static String decoded(String text) {
      try {
        return URLDecoder.decode(text, UTF_8);
      } catch (IllegalArgumentException malformed) {
        return text;
      }
    }

    private Http with(Consumer<ObjectNode> change) {
      ObjectNode copy = event.deepCopy();
      change.accept(copy);
      return new Http(copy);
    }
  }
}
