package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;

/** One request, told as each HTTP source would tell it. */
final class HttpShapes {
  private HttpShapes() {}

  /**
   * As a REST API does: Amazon API Gateway Developer Guide, "Set up Lambda proxy integrations in
   * API Gateway".
   *
   * @param http the request in payload format 2.0
   */
  static ObjectNode restApi(ObjectNode http) {
    JsonNode from = http.path("requestContext");
    JsonNode request = from.path("http");
    String route = from.path("routeKey").textValue();
    String resource = route.startsWith("$") ? "/{proxy+}" : route.substring(route.indexOf(' ') + 1);
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("resource", resource).set("path", http.path("rawPath"));
    event.set("httpMethod", request.path("method"));
    event.set("headers", headers(http));
    event.set("multiValueHeaders", lists(event.path("headers")));
    ObjectNode query = query(http, text -> URLDecoder.decode(text, UTF_8));
    event.set("queryStringParameters", query.isEmpty() ? event.nullNode() : last(query));
    event.set("multiValueQueryStringParameters", query.isEmpty() ? event.nullNode() : query);
    event.set("pathParameters", http.has("pathParameters") ? http.get("pathParameters") : null);
    event.putNull("stageVariables");
    ObjectNode context = event.putObject("requestContext");
    for (String same : new String[] {"accountId", "apiId", "domainName", "requestId"}) {
      context.set(same, from.path(same));
    }
    context
        .put("stage", "prod")
        .put("resourceId", "x1y2z3")
        .put("resourcePath", resource)
        .put("path", "/prod" + http.path("rawPath").textValue())
        .put("protocol", "HTTP/1.1")
        .set("httpMethod", request.path("method"));
    context
        .putObject("identity")
        .putNull("userArn")
        .putNull("caller")
        .putNull("accountId")
        .<ObjectNode>set("sourceIp", request.path("sourceIp"))
        .set("userAgent", request.path("userAgent"));
    JsonNode claims = from.at("/authorizer/jwt/claims");
    if (claims.isObject()) {
      context.putObject("authorizer").set("claims", claims);
    }
    return withBody(event, http);
  }

  /**
   * As a load balancer does: User Guide for Application Load Balancers, "Use Lambda functions as
   * targets of an Application Load Balancer".
   *
   * @param http the request in payload format 2.0
   * @param lists whether the target group has multi-value headers
   */
  static ObjectNode alb(ObjectNode http, boolean lists) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event
        .withObject("/requestContext/elb")
        .put(
            "targetGroupArn",
            "arn:aws:elasticloadbalancing:eu-central-1:"
                + http.at("/requestContext/accountId").textValue()
                + ":targetgroup/orders/6d0ecf831eec9f09");
    event.set("httpMethod", http.at("/requestContext/http/method"));
    event.set("path", http.path("rawPath"));
    ObjectNode headers =
        headers(http).put("x-amzn-trace-id", "Root=1-5bdb40ca-556d8b0c50dc66f0511bf520");
    ObjectNode query = query(http, text -> text);
    event.set(
        lists ? "multiValueQueryStringParameters" : "queryStringParameters",
        lists ? query : last(query));
    event.set(lists ? "multiValueHeaders" : "headers", lists ? lists(headers) : headers);
    return withBody(event, http);
  }

  private static ObjectNode withBody(ObjectNode event, ObjectNode http) {
    event.set("body", http.has("body") ? http.get("body") : event.textNode(""));
    event.set("isBase64Encoded", http.path("isBase64Encoded"));
    return event;
  }

  /** The headers, with the cookies among them. */
  private static ObjectNode headers(ObjectNode http) {
    ObjectNode headers = ((ObjectNode) http.path("headers")).deepCopy();
    StringJoiner cookies = new StringJoiner("; ");
    http.path("cookies").forEach(cookie -> cookies.add(cookie.textValue()));
    if (cookies.length() > 0) {
      headers.put("cookie", cookies.toString());
    }
    return headers;
  }

  private static ObjectNode lists(JsonNode single) {
    ObjectNode lists = JsonNodeFactory.instance.objectNode();
    single.properties().forEach(one -> lists.putArray(one.getKey()).add(one.getValue()));
    return lists;
  }

  private static ObjectNode last(ObjectNode lists) {
    ObjectNode single = JsonNodeFactory.instance.objectNode();
    lists
        .properties()
        .forEach(one -> single.set(one.getKey(), one.getValue().get(one.getValue().size() - 1)));
    return single;
  }

  private static ObjectNode query(ObjectNode http, UnaryOperator<String> meaning) {
    ObjectNode query = JsonNodeFactory.instance.objectNode();
    for (String pair : http.path("rawQueryString").textValue().split("&", -1)) {
      if (!pair.isEmpty()) {
        String[] parts = pair.split("=", 2);
        String name = meaning.apply(parts[0]);
        ArrayNode values = query.has(name) ? (ArrayNode) query.get(name) : query.putArray(name);
        values.add(parts.length == 1 ? "" : meaning.apply(parts[1]));
      }
    }
    return query;
  }
}
