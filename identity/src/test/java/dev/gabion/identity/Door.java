package dev.gabion.identity;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditSink;
import dev.gabion.core.Authenticator;
import dev.gabion.core.HttpEnvelope;
import dev.gabion.core.Managed;
import dev.gabion.core.Permit;
import dev.gabion.core.Recipe;
import dev.gabion.core.Rules;
import dev.gabion.core.Scope;
import dev.gabion.core.SecureHandler;
import dev.gabion.events.HttpApi;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A handler behind {@link HttpApi}, and what became of each request that was sent to it. */
final class Door {
  private static final ObjectMapper JSON = new ObjectMapper();

  record Order(String name, int count) {}

  /** What the sender and the audit trail learnt of one request. */
  record Seen(int status, String reply, AuditEvent event) {
    /** Whether the caller was known; what came after that is not of interest here. */
    boolean letIn() {
      return event.caller() != null && status != 401 && status != 403;
    }

    String reason() {
      return Objects.requireNonNull(event.outcome()).reason();
    }
  }

  final List<AuditEvent> details = Collections.synchronizedList(new ArrayList<>());
  final List<Order> orders = Collections.synchronizedList(new ArrayList<>());
  private final List<AuditEvent> outcomes = Collections.synchronizedList(new ArrayList<>());
  private final SecureHandler handler;

  Door(Authenticator<HttpEnvelope> caller, Managed... uses) {
    handler =
        new Handler(
            HttpApi.post(Order.class, Order.class)
                .caller(caller)
                .rules(Rules.insecureAnyInput("a test of the caller alone"))
                .permit(Permit.insecureEveryCaller("a test of the caller alone"))
                .audit(new Ledger())
                .logic(
                    (order, call) -> {
                      orders.add(order);
                      return order;
                    })
                .uses(uses));
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
      (event.outcome() == null ? details : outcomes).add(event);
    }
  }

  /** Sends a body as text. */
  Seen send(String body, Map<String, String> headers) {
    return send(event(body, false, headers));
  }

  /** Sends a body in base64. */
  Seen send(byte[] body, Map<String, String> headers) {
    return send(event(Base64.getEncoder().encodeToString(body), true, headers));
  }

  private static ObjectNode event(String body, boolean base64, Map<String, String> headers) {
    ObjectNode event = JSON.createObjectNode();
    event.put("version", "2.0").put("routeKey", "POST /").put("rawQueryString", "");
    event.putObject("headers").put("content-type", "application/json");
    headers.forEach(((ObjectNode) event.path("headers"))::put);
    ObjectNode context = event.putObject("requestContext");
    context.put("accountId", "123456789012").put("apiId", "api1").put("requestId", "r1");
    context.put("routeKey", "POST /");
    context.putObject("http").put("method", "POST").put("path", "/");
    event.put("body", body).put("isBase64Encoded", base64);
    return event;
  }

  private synchronized Seen send(ObjectNode event) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      handler.handleRequest(
          new ByteArrayInputStream(JSON.writeValueAsBytes(event)), out, context());
      JsonNode reply = JSON.readTree(out.toByteArray());
      return new Seen(
          reply.path("statusCode").intValue(),
          out.toString(StandardCharsets.UTF_8),
          outcomes.get(outcomes.size() - 1));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static Context context() {
    return (Context)
        Proxy.newProxyInstance(
            Door.class.getClassLoader(),
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
