package dev.gabion.events;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditSink;
import dev.gabion.core.Authenticator;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.Permit;
import dev.gabion.core.Recipe;
import dev.gabion.core.Rules;
import dev.gabion.core.Scope;
import dev.gabion.core.SecureHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Sends events of an HTTP source to a handler that answers with the input it was given. */
final class HttpRig<I> {
  static final String TARGET_GROUP =
      "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/orders/6d0ecf831eec9f09";

  private static final ObjectMapper JSON = new ObjectMapper();

  final List<AuditEvent> events = new ArrayList<>();
  final List<I> inputs = new ArrayList<>();
  private final SecureHandler handler;

  HttpRig(HttpSource<?, I, I, ?> source) {
    this(source, Authenticator.insecureAnyone("a test of the source alone"));
  }

  <E extends HttpRequest> HttpRig(HttpSource<E, I, I, ?> source, Authenticator<? super E> caller) {
    this(source, caller, recipe -> recipe);
  }

  <E extends HttpRequest> HttpRig(
      HttpSource<E, I, I, ?> source,
      Authenticator<? super E> caller,
      UnaryOperator<Recipe<E, I, I>> choice) {
    Recipe<E, I, I> recipe =
        source
            .caller(caller)
            .rules(Rules.insecureAnyInput("a test of the source alone"))
            .permit(Permit.insecureEveryCaller("a test of the source alone"))
            .audit(new Ledger())
            .logic(
                (input, call) -> {
                  inputs.add(input);
                  return input;
                });
    handler = new Handler(choice.apply(recipe));
  }

  /** A rig of a handler that is made elsewhere, whose outcomes go to {@link #events}. */
  HttpRig(Function<AuditSink, Recipe<?, ?, ?>> recipe) {
    handler = new Handler(recipe.apply(new Ledger()));
  }

  private static final class Handler extends SecureHandler {
    Handler(Recipe<?, ?, ?> recipe) {
      super(recipe);
    }
  }

  private final class Ledger implements AuditSink {
    @Override
    public void ready(Scope scope) {}

    @Override
    public void write(AuditEvent event) {
      events.add(event);
    }
  }

  /** A reply as the gateway sees it. */
  record Reply(int status, JsonNode headers, JsonNode body, JsonNode whole) {
    String header(String name) {
      JsonNode list = whole.path("multiValueHeaders").path(name);
      return list.isArray() ? list.path(0).asText() : headers.path(name).asText();
    }

    String reason() {
      return body.path("reason").asText();
    }
  }

  /** An HTTP API's event of a POST with a JSON body, changed as the test wants. */
  static ObjectNode event(Consumer<ObjectNode> change) {
    return parsed(
        """
                  {"version":"2.0","routeKey":"POST /orders","rawPath":"/orders",
                   "rawQueryString":"","headers":{"content-type":"application/json"},
                   "requestContext":{"accountId":"123456789012","apiId":"api1","stage":"$default",
                     "domainName":"api1.execute-api.eu-central-1.amazonaws.com","requestId":"r1",
                     "routeKey":"POST /orders","timeEpoch":1,"time":"now",
                     "http":{"method":"POST","path":"/orders","protocol":"HTTP/1.1",
                       "sourceIp":"203.0.113.7","userAgent":"test"}},
                   "body":"{\\"name\\":\\"a\\",\\"count\\":1}","isBase64Encoded":false}""",
        change);
  }

  /** A REST API's event of a POST with a JSON body, changed as the test wants. */
  static ObjectNode rest(Consumer<ObjectNode> change) {
    return parsed(
        """
        {"resource":"/orders","path":"/orders","httpMethod":"POST",
         "headers":{"content-type":"application/json"},
         "multiValueHeaders":{"content-type":["application/json"]},
         "queryStringParameters":null,"multiValueQueryStringParameters":null,
         "pathParameters":null,"stageVariables":null,
         "requestContext":{"accountId":"123456789012","apiId":"api1","stage":"prod",
           "domainName":"api1.execute-api.eu-central-1.amazonaws.com","requestId":"r1",
           "resourceId":"x1","resourcePath":"/orders","httpMethod":"POST","protocol":"HTTP/1.1",
           "identity":{"sourceIp":"203.0.113.7","userAgent":"test","userArn":null}},
         "body":"{\\"name\\":\\"a\\",\\"count\\":1}","isBase64Encoded":false}""",
        change);
  }

  /** A load balancer's event of a POST with a JSON body, changed as the test wants. */
  static ObjectNode alb(Consumer<ObjectNode> change) {
    return parsed(
        """
        {"requestContext":{"elb":{"targetGroupArn":"%s"}},
         "httpMethod":"POST","path":"/orders","queryStringParameters":{},
         "headers":{"content-type":"application/json","host":"lb.example.org",
           "user-agent":"test","x-amzn-trace-id":"Root=1-5bdb40ca-556d8b0c50dc66f0511bf520",
           "x-forwarded-for":"198.51.100.1, 203.0.113.7"},
         "body":"{\\"name\\":\\"a\\",\\"count\\":1}","isBase64Encoded":false}"""
            .formatted(TARGET_GROUP),
        change);
  }

  /** The event of a load balancer with multi-value headers that has the same in it. */
  static ObjectNode albLists(Consumer<ObjectNode> change) {
    ObjectNode event = alb(ignored -> {});
    for (String single : List.of("headers", "queryStringParameters")) {
      String name =
          "multiValue" + single.substring(0, 1).toUpperCase(Locale.ROOT) + single.substring(1);
      ObjectNode lists = event.putObject(name);
      event.remove(single).properties().forEach(f -> lists.putArray(f.getKey()).add(f.getValue()));
    }
    change.accept(event);
    return event;
  }

  private static ObjectNode parsed(String json, Consumer<ObjectNode> change) {
    try {
      ObjectNode event = (ObjectNode) JSON.readTree(json);
      change.accept(event);
      return event;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  static ObjectNode http(ObjectNode event) {
    return (ObjectNode) event.path("requestContext").path("http");
  }

  static ObjectNode headers(ObjectNode event) {
    return (ObjectNode) event.path("headers");
  }

  Reply send(Consumer<ObjectNode> change) {
    return send(event(change));
  }

  Reply send(ObjectNode event) {
    return send(event, context());
  }

  Reply send(ObjectNode event, Context context) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      handler.handleRequest(new ByteArrayInputStream(JSON.writeValueAsBytes(event)), out, context);
      JsonNode reply = JSON.readTree(out.toByteArray());
      String body = reply.path("body").asText();
      return new Reply(
          reply.path("statusCode").intValue(), reply.path("headers"), JSON.readTree(body), reply);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  static FunctionArn function() {
    return FunctionArn.parse(context().getInvokedFunctionArn());
  }

  static Context context() {
    return context(null);
  }

  /** The context of an invocation for a tenant, or for none. */
  static Context context(@Nullable String tenant) {
    return (Context)
        Proxy.newProxyInstance(
            HttpRig.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getAwsRequestId" -> "request-1";
                  case "getInvokedFunctionArn" ->
                      "arn:aws:lambda:eu-central-1:123456789012:function:orders";
                  case "getRemainingTimeInMillis" -> 30_000;
                  case "getTenantId" -> tenant;
                  default -> null;
                });
  }
}
