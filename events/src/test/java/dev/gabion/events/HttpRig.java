package dev.gabion.events;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditSink;
import dev.gabion.core.Authenticator;
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
import java.util.function.Consumer;

/** Sends HTTP API events to a handler that answers with the input it was given. */
final class HttpRig<I> {
  private static final ObjectMapper JSON = new ObjectMapper();

  final List<AuditEvent> events = new ArrayList<>();
  final List<I> inputs = new ArrayList<>();
  private final SecureHandler handler;

  HttpRig(HttpApi<I, I> source) {
    this(source, Authenticator.insecureAnyone("a test of the source alone"));
  }

  HttpRig(HttpApi<I, I> source, Authenticator<? super HttpApi.Request> caller) {
    handler =
        new Handler(
            source
                .caller(caller)
                .rules(Rules.insecureAnyInput("a test of the source alone"))
                .permit(Permit.insecureEveryCaller("a test of the source alone"))
                .audit(new Ledger())
                .logic(
                    (input, call) -> {
                      inputs.add(input);
                      return input;
                    }));
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
  record Reply(int status, JsonNode headers, JsonNode body) {
    String reason() {
      return body.path("reason").asText();
    }
  }

  /** An event of a POST with a JSON body, changed as the test wants. */
  static ObjectNode event(Consumer<ObjectNode> change) {
    try {
      ObjectNode event =
          (ObjectNode)
              JSON.readTree(
                  """
                  {"version":"2.0","routeKey":"POST /orders","rawPath":"/orders",
                   "rawQueryString":"","headers":{"content-type":"application/json"},
                   "requestContext":{"accountId":"123456789012","apiId":"api1","stage":"$default",
                     "domainName":"api1.execute-api.eu-central-1.amazonaws.com","requestId":"r1",
                     "routeKey":"POST /orders","timeEpoch":1,"time":"now",
                     "http":{"method":"POST","path":"/orders","protocol":"HTTP/1.1",
                       "sourceIp":"203.0.113.7","userAgent":"test"}},
                   "body":"{\\"name\\":\\"a\\",\\"count\\":1}","isBase64Encoded":false}""");
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
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      handler.handleRequest(
          new ByteArrayInputStream(JSON.writeValueAsBytes(event)), out, context());
      JsonNode reply = JSON.readTree(out.toByteArray());
      String body = reply.path("body").asText();
      return new Reply(
          reply.path("statusCode").intValue(), reply.path("headers"), JSON.readTree(body));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  static Context context() {
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
                  default -> null;
                });
  }
}
