package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gabion.core.EventSource;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.Permit;
import dev.gabion.core.Recipe;
import dev.gabion.core.RecordEnvelope;
import dev.gabion.core.Rules;
import dev.gabion.core.SecureHandler;
import dev.gabion.events.Direct;
import dev.gabion.events.DynamoDb;
import dev.gabion.events.EventBridge;
import dev.gabion.events.Kinesis;
import dev.gabion.events.S3;
import dev.gabion.events.Senders;
import dev.gabion.events.Sns;
import dev.gabion.events.Sqs;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Each record source under AWS's runtime client: what the service is answered, byte for byte. */
class RecordsUnderRuntimeTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GOOD = "{\"name\":\"a\"}";

  record Order(String name) {}

  /** One function for each source; which one is asked, the invoked function's name says. */
  public static final class Functions implements RequestStreamHandler {
    private final Map<String, SecureHandler> functions =
        Map.of(
            "sqs", nothing(Sqs.queue("orders", Order.class)),
            "fifo", nothing(Sqs.queue("orders.fifo", Order.class)),
            "sns", nothing(Sns.topic("orders", Order.class)),
            "bridge", nothing(EventBridge.events("com.acme", "OrderPlaced", Order.class)),
            "s3", nothing(S3.bucket("orders")),
            "kinesis", nothing(Kinesis.stream("orders", Order.class)),
            "dynamodb", nothing(DynamoDb.table("orders", Named.class)),
            "direct", new Function<>(Direct.json(Order.class, Order.class), order -> order),
            "answering",
                new Function<>(Direct.json(Order.class, Order.class).answering(), order -> order));

    /** An item's image has its key in it. */
    record Named(Image newImage) {
      record Image(int id, String name) {}
    }

    @SuppressWarnings("NullAway") // the one value that a Void has
    private static <E extends RecordEnvelope, I> SecureHandler nothing(
        EventSource<E, I, Void> source) {
      return new Function<>(source, input -> null);
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) {
      String name = FunctionArn.parse(context.getInvokedFunctionArn()).name();
      Objects.requireNonNull(functions.get(name)).handleRequest(in, out, context);
    }
  }

  private static final class Function<E extends RecordEnvelope, I, O> extends SecureHandler {
    Function(EventSource<E, I, O> source, java.util.function.Function<I, O> logic) {
      super(recipe(source, logic));
    }

    private static <E extends RecordEnvelope, I, O> Recipe<E, I, O> recipe(
        EventSource<E, I, O> source, java.util.function.Function<I, O> logic) {
      return source
          .caller(Senders.whoeverMayWrite())
          .rules(Rules.insecureAnyInput("a test of the reply"))
          .permit(Permit.insecureEveryCaller("a test of the reply"))
          .audit(new RecordingAudit())
          .logic((input, call) -> logic.apply(input));
    }
  }

  private static Reply invoke(RealRuntime runtime, String function, String event) {
    return runtime.invoke(
        Invocation.of(event)
            .functionArn("arn:aws:lambda:eu-central-1:123456789012:function:" + function));
  }

  @Test
  void everySourceIsAnsweredAsItsServiceReads() throws IOException {
    try (RealRuntime runtime = RealRuntime.of(Functions.class).start()) {
      Reply queue =
          invoke(runtime, "sqs", SampleRecords.sqs("orders", GOOD, "junk", GOOD, "{\"x\":1}"));
      assertThat(queue.payload())
          .isEqualTo(
              "{\"batchItemFailures\":[{\"itemIdentifier\":\"m1\"},{\"itemIdentifier\":\"m3\"}]}"
                  .getBytes(UTF_8));
      assertThat(JSON.readValue(queue.payload(), SQSBatchResponse.class).getBatchItemFailures())
          .extracting(SQSBatchResponse.BatchItemFailure::getItemIdentifier)
          .containsExactly("m1", "m3");
      Reply fifo = invoke(runtime, "fifo", SampleRecords.sqs("orders.fifo", GOOD, "junk", GOOD));
      assertThat(JSON.readValue(fifo.payload(), SQSBatchResponse.class).getBatchItemFailures())
          .extracting(SQSBatchResponse.BatchItemFailure::getItemIdentifier)
          .containsExactly("m1", "m2");
      assertThat(invoke(runtime, "sqs", SampleRecords.sqs("orders", GOOD)).text())
          .isEqualTo("{\"batchItemFailures\":[]}");

      for (Reply stream :
          List.of(
              invoke(runtime, "kinesis", SampleRecords.kinesis("orders", GOOD, "junk", GOOD)),
              invoke(
                  runtime,
                  "dynamodb",
                  SampleRecords.dynamoDb("orders", "name", "a", "b")
                      .replaceFirst("\\{\"S\":\"b\"}", "{\"N\":\"5\"}")))) {
        assertThat(stream.payload())
            .isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":\"1001\"}]}".getBytes(UTF_8));
        assertThat(
                JSON.readValue(stream.payload(), StreamsEventResponse.class).getBatchItemFailures())
            .extracting(StreamsEventResponse.BatchItemFailure::getItemIdentifier)
            .containsExactly("1001");
      }

      assertThat(invoke(runtime, "sns", SampleRecords.sns("orders", GOOD)).text()).isEqualTo("{}");
      assertThat(
              invoke(runtime, "bridge", SampleRecords.eventBridge("com.acme", "OrderPlaced", GOOD))
                  .text())
          .isEqualTo("{}");
      assertThat(invoke(runtime, "s3", SampleRecords.s3("orders", "a b/\u00e9")).text())
          .isEqualTo("{}");
      assertThat(invoke(runtime, "direct", GOOD).text()).isEqualTo(GOOD);
      assertThat(invoke(runtime, "answering", "{\"name\":5}").text())
          .startsWith("{\"problem\":{\"title\":\"Bad Request\",\"status\":400,");

      for (Reply failed :
          List.of(
              invoke(runtime, "sqs", SampleRecords.sqs("orders", "junk")),
              invoke(runtime, "sqs", SampleRecords.sqs("others", GOOD)),
              invoke(runtime, "fifo", SampleRecords.sqs("orders.fifo", "junk", GOOD)),
              invoke(runtime, "kinesis", SampleRecords.kinesis("orders", "junk", GOOD)),
              invoke(runtime, "sns", SampleRecords.sns("orders", "junk")),
              invoke(runtime, "bridge", SampleRecords.eventBridge("com.acme", "Other", GOOD)),
              invoke(runtime, "s3", SampleRecords.s3("orders", "../x")),
              invoke(runtime, "direct", "{\"name\":\"hunter2\",\"x\":1}"))) {
        assertThat(failed.isError()).as(failed.text()).isTrue();
        assertThat(failed.errorType()).contains("dev.gabion.core.InvocationFailed");
        assertThat(failed.text()).doesNotContain("hunter2");
      }
      assertThat(runtime.starts()).isEqualTo(1);
    }
  }
}
