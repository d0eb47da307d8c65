package dev.gabion.events;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditSink;
import dev.gabion.core.Authenticator;
import dev.gabion.core.Envelope;
import dev.gabion.core.EventSource;
import dev.gabion.core.InvocationFailed;
import dev.gabion.core.Logic;
import dev.gabion.core.Permit;
import dev.gabion.core.Quarantine;
import dev.gabion.core.Recipe;
import dev.gabion.core.Rules;
import dev.gabion.core.Scope;
import dev.gabion.core.SecureHandler;
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
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/** Sends records to a handler that keeps the inputs it was given. */
final class RecordRig<I> {
  static final ObjectMapper JSON = new ObjectMapper();
  static final String QUEUE = "arn:aws:sqs:eu-central-1:123456789012:orders";
  static final String STREAM = "arn:aws:kinesis:eu-central-1:123456789012:stream/orders";
  static final String TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/orders";

  final List<AuditEvent> events = Collections.synchronizedList(new ArrayList<>());
  final List<I> inputs = Collections.synchronizedList(new ArrayList<>());
  Predicate<AuditEvent> unrecorded = event -> false;
  private final SecureHandler handler;
  int remainingMillis = 30_000;

  private <E extends Envelope, O> RecordRig(
      EventSource<E, I, O> source,
      Authenticator<? super E> caller,
      Rules<? super I> rules,
      Logic<I, O> logic) {
    handler =
        new Handler(
            source
                .caller(caller)
                .rules(rules)
                .permit(Permit.insecureEveryCaller("a test of the source alone"))
                .audit(new Ledger())
                .logic(
                    (input, call) -> {
                      inputs.add(input);
                      return logic.apply(input, call);
                    }));
  }

  static <E extends Envelope, I, O> RecordRig<I> of(EventSource<E, I, O> source) {
    return of(source, (input, call) -> nothing());
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what logic of a queue returns
  private static <O> O nothing() {
    return null;
  }

  static <E extends Envelope, I, O> RecordRig<I> of(
      EventSource<E, I, O> source, Logic<I, O> logic) {
    return of(source, Rules.insecureAnyInput("a test of the source alone"), logic);
  }

  static <E extends Envelope, I, O> RecordRig<I> of(
      EventSource<E, I, O> source, Rules<? super I> rules, Logic<I, O> logic) {
    return new RecordRig<>(
        source, Authenticator.insecureAnyone("a test of the source alone"), rules, logic);
  }

  static <E extends Envelope, I, O> RecordRig<I> from(
      EventSource<E, I, O> source, Authenticator<? super E> caller) {
    return new RecordRig<>(
        source,
        caller,
        Rules.insecureAnyInput("a test of the caller alone"),
        (input, call) -> nothing());
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
    public void write(AuditEvent event) throws IOException {
      if (unrecorded.test(event)) {
        throw new IOException("full");
      }
      events.add(event);
    }
  }

  /** A place that keeps what it is given, or fails for some. */
  static final class Cell implements Quarantine {
    final Map<String, Kept> kept = Collections.synchronizedMap(new TreeMap<>());
    Predicate<Kept> full = message -> false;

    @Override
    public void keep(Kept message, Scope scope) throws IOException {
      if (full.test(message)) {
        throw new IOException("full");
      }
      kept.put(message.correlationId(), message);
    }

    @Override
    public String describe() {
      return "cell";
    }
  }

  /** What the service is answered; empty if the invocation fails. */
  String send(byte[] event) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      handler.handleRequest(new ByteArrayInputStream(event), out, context());
    } catch (InvocationFailed failed) {
      return "";
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  String send(String event) {
    return send(event.getBytes(StandardCharsets.UTF_8));
  }

  String send(JsonNode event) {
    return send(event.toString());
  }

  /** The identifiers in a partial batch response. */
  static List<String> failures(String reply) {
    try {
      JsonNode failures = JSON.readTree(reply).path("batchItemFailures");
      return StreamSupport.stream(failures.spliterator(), false)
          .map(failure -> failure.path("itemIdentifier").textValue())
          .toList();
    } catch (IOException notJson) {
      throw new UncheckedIOException(notJson);
    }
  }

  String onlyReason() {
    if (events.size() != 1 || events.get(0).outcome() == null) {
      throw new AssertionError("Not exactly one outcome: " + events);
    }
    return reason(events.get(0));
  }

  /** Why a path ended as it did; {@code done} if it went through. */
  static String reason(AuditEvent outcome) {
    return Objects.requireNonNull(outcome.outcome()).reason();
  }

  private Context context() {
    int remaining = remainingMillis;
    return (Context)
        Proxy.newProxyInstance(
            RecordRig.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getAwsRequestId" -> "request-1";
                  case "getInvokedFunctionArn" ->
                      "arn:aws:lambda:eu-central-1:123456789012:function:orders";
                  case "getRemainingTimeInMillis" -> remaining;
                  default -> null;
                });
  }

  static ObjectNode records(List<ObjectNode> records) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.putArray("Records").addAll(records);
    return event;
  }

  /** A message of a queue, with the id {@code m<number>}. */
  static ObjectNode sqs(String queue, int number, String body, int deliveries) {
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    message
        .put("messageId", "m" + number)
        .put("receiptHandle", "handle")
        .put("body", body)
        .put("eventSource", "aws:sqs")
        .put("eventSourceARN", queue)
        .put("awsRegion", "eu-central-1");
    message
        .putObject("attributes")
        .put("ApproximateReceiveCount", "" + deliveries)
        .put("SenderId", "AROAEXAMPLE:session");
    message.putObject("messageAttributes");
    return message;
  }

  /** A record of a stream, with the sequence number {@code 1000 + number}. */
  static ObjectNode kinesis(int number, String data) {
    ObjectNode sent = JsonNodeFactory.instance.objectNode();
    sent.put("eventSource", "aws:kinesis")
        .put("eventName", "aws:kinesis:record")
        .put("eventID", "shardId-000000000000:" + (1000 + number))
        .put("eventSourceARN", STREAM)
        .putObject("kinesis")
        .put("partitionKey", "p")
        .put("sequenceNumber", "" + (1000 + number))
        .put("data", Base64.getEncoder().encodeToString(data.getBytes(StandardCharsets.UTF_8)));
    return sent;
  }

  /** A change of an item whose attribute {@code job} is this text. */
  static ObjectNode dynamoDb(int number, String job) {
    ObjectNode sent = JsonNodeFactory.instance.objectNode();
    ObjectNode dynamodb =
        sent.put("eventSource", "aws:dynamodb")
            .put("eventName", "INSERT")
            .put("eventID", "e" + number)
            .put("eventSourceARN", TABLE + "/stream/2015-06-27T00:48:05.899")
            .putObject("dynamodb");
    dynamodb.put("SequenceNumber", "" + (1000 + number));
    dynamodb.putObject("Keys").putObject("id").put("N", "" + number);
    dynamodb.putObject("NewImage").putObject("job").put("S", job);
    return sent;
  }
}
