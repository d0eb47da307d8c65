package dev.gabion.benchmarks;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.ApplicationLoadBalancerRequestEvent;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.S3Event;
import com.amazonaws.services.lambda.runtime.events.SNSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import dev.gabion.core.Authenticator;
import dev.gabion.core.EventSource;
import dev.gabion.core.HttpEnvelope;
import dev.gabion.core.Permit;
import dev.gabion.core.Recipe;
import dev.gabion.core.RecordEnvelope;
import dev.gabion.core.Rules;
import dev.gabion.core.SecureHandler;
import dev.gabion.events.Alb;
import dev.gabion.events.DynamoDb;
import dev.gabion.events.EventBridge;
import dev.gabion.events.HttpApi;
import dev.gabion.events.Kinesis;
import dev.gabion.events.RestApi;
import dev.gabion.events.S3;
import dev.gabion.events.Senders;
import dev.gabion.events.Sns;
import dev.gabion.events.Sqs;
import dev.gabion.testing.SampleEvents;
import dev.gabion.testing.SampleRecords;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One event of each source: the whole path of its messages to logic that does nothing, body bound
 * and outcome kept but not written; beside AWS's parser, which makes its own type of the event and
 * leaves bodies alone.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH fills the parameters, then calls start
public class SourceEvents {
  private static final String BODY = "{\"name\":\"a book\",\"quantity\":1}";

  record Parcel(String name, int quantity) {}

  record Row(Image newImage) {
    record Image(int id, String name) {}
  }

  /** Whose event. */
  public enum Source {
    /** An HTTP API, payload 2.0. */
    HTTP_API,
    /** A REST API. */
    REST_API,
    /** A load balancer. */
    ALB,
    /** A queue, one message. */
    SQS,
    /** A queue, ten messages. */
    SQS_10,
    /** A topic. */
    SNS,
    /** A bus. */
    EVENT_BRIDGE,
    /** A bucket. */
    S3,
    /** A stream, one record. */
    KINESIS,
    /** A table, one change. */
    DYNAMO_DB;

    byte[] event() {
      String event =
          switch (this) {
            case HTTP_API -> SampleEvents.post("/parcels", BODY).json();
            case REST_API -> SampleEvents.post("/parcels", BODY).restApiJson();
            case ALB -> SampleEvents.post("/parcels", BODY).albJson();
            case SQS -> SampleRecords.sqs("orders", BODY);
            case SQS_10 -> {
              String[] bodies = new String[10];
              Arrays.fill(bodies, BODY);
              yield SampleRecords.sqs("orders", bodies);
            }
            case SNS -> SampleRecords.sns("orders", BODY);
            case EVENT_BRIDGE -> SampleRecords.eventBridge("com.acme", "OrderPlaced", BODY);
            case S3 -> SampleRecords.s3("orders", "in/a book.json");
            case KINESIS -> SampleRecords.kinesis("orders", BODY);
            case DYNAMO_DB -> SampleRecords.dynamoDb("orders", "name", "a book");
          };
      return event.getBytes(StandardCharsets.UTF_8);
    }

    SecureHandler handler() {
      return switch (this) {
        case HTTP_API -> new Handler(answering(HttpApi.post(Parcel.class, Parcel.class)));
        case REST_API -> new Handler(answering(RestApi.post(Parcel.class, Parcel.class)));
        case ALB -> new Handler(answering(Alb.post(Parcel.class, Parcel.class)));
        case SQS, SQS_10 -> new Handler(recipe(Sqs.queue("orders", Parcel.class)));
        case SNS -> new Handler(recipe(Sns.topic("orders", Parcel.class)));
        case EVENT_BRIDGE ->
            new Handler(recipe(EventBridge.events("com.acme", "OrderPlaced", Parcel.class)));
        case S3 -> new Handler(recipe(dev.gabion.events.S3.bucket("orders")));
        case KINESIS -> new Handler(recipe(Kinesis.stream("orders", Parcel.class)));
        case DYNAMO_DB -> new Handler(recipe(DynamoDb.table("orders", Row.class)));
      };
    }

    Class<?> type() {
      return switch (this) {
        case HTTP_API -> APIGatewayV2HTTPEvent.class;
        case REST_API -> APIGatewayProxyRequestEvent.class;
        case ALB -> ApplicationLoadBalancerRequestEvent.class;
        case SQS, SQS_10 -> SQSEvent.class;
        case SNS -> SNSEvent.class;
        case EVENT_BRIDGE -> ScheduledEvent.class;
        case S3 -> S3Event.class;
        case KINESIS -> KinesisEvent.class;
        case DYNAMO_DB -> DynamodbEvent.class;
      };
    }
  }

  /** Who takes it. */
  public enum Subject {
    /** A handler, with everything that it does. */
    GABION,
    /** AWS's parser alone. */
    SERIALIZATION
  }

  private static final class Handler extends SecureHandler {
    Handler(Recipe<?, ?, ?> recipe) {
      super(recipe);
    }
  }

  @SuppressWarnings("NullAway") // the one value that a Void has
  private static <E extends RecordEnvelope, I> Recipe<E, I, Void> recipe(
      EventSource<E, I, Void> source) {
    return source
        .caller(Senders.whoeverMayWrite())
        .rules(Rules.insecureAnyInput("a benchmark of the source alone"))
        .permit(Permit.insecureEveryCaller("a benchmark of the source alone"))
        .audit(new HardenedHandler.Latest())
        .logic((input, call) -> null);
  }

  private static <E extends HttpEnvelope> Recipe<E, Parcel, Parcel> answering(
      EventSource<E, Parcel, Parcel> source) {
    return source
        .caller(Authenticator.insecureAnyone("a benchmark of the source alone"))
        .rules(Rules.insecureAnyInput("a benchmark of the source alone"))
        .permit(Permit.insecureEveryCaller("a benchmark of the source alone"))
        .audit(new HardenedHandler.Latest())
        .logic((parcel, call) -> parcel);
  }

  /** Whose event. */
  @Param public Source source;

  /** Who takes it. */
  @Param public Subject subject;

  private byte[] event;
  private Context context;
  private SecureHandler handler;
  private PojoSerializer<?> parser;

  /** Starts both, and demands that the handler does what it is measured for. */
  @Setup
  public void start() {
    event = source.event();
    context = Orders.context();
    handler = source.handler();
    parser =
        LambdaEventSerializers.serializerFor(source.type(), SourceEvents.class.getClassLoader());
    String reply = handled().toString(StandardCharsets.UTF_8);
    if (!reply.equals("{}")
        && !reply.equals("{\"batchItemFailures\":[]}")
        && !reply.contains("\"statusCode\":200")) {
      throw new IllegalStateException("The event was refused: " + reply);
    }
  }

  private ByteArrayOutputStream handled() {
    ByteArrayOutputStream reply = new ByteArrayOutputStream(256);
    handler.handleRequest(new ByteArrayInputStream(event), reply, context);
    return reply;
  }

  /** One event. */
  @Benchmark
  public Object event() {
    return subject == Subject.GABION ? handled() : parser.fromJson(new ByteArrayInputStream(event));
  }
}
