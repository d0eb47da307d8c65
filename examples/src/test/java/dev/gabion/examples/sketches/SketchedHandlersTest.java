package dev.gabion.examples.sketches;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gabion.core.Authenticator;
import dev.gabion.core.Caller;
import dev.gabion.core.Delivery;
import dev.gabion.core.Envelope;
import dev.gabion.core.Environment;
import dev.gabion.core.EventSource;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.Managed;
import dev.gabion.core.Permit;
import dev.gabion.core.Rejection;
import dev.gabion.core.Scope;
import dev.gabion.core.SecureHandler;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.StrictJson;
import dev.gabion.events.HttpApi;
import dev.gabion.testing.InProcess;
import dev.gabion.testing.RecordingAudit;
import dev.gabion.testing.SampleEvents;
import dev.gabion.validation.BeanRules;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The core types, tried on handlers whose rooms are not built yet: a FIFO queue worker, and a
 * webhook whose key comes from a secret. Queue and secrets are stubs; what is tried is how the
 * handlers read and that the path carries them.
 */
class SketchedHandlersTest {
  private final RecordingAudit audit = new RecordingAudit();
  private final List<String> done = new ArrayList<>();

  record Shipment(@NotNull String orderId, @Min(1) int parcels) {}

  /** A FIFO queue worker, as its user would write it. */
  static final class ShipOrders extends SecureHandler {
    ShipOrders(RecordingAudit audit, List<String> done) {
      super(
          FifoQueue.of("arn:aws:sqs:eu-central-1:123456789012:orders.fifo", Shipment.class)
              .caller(Authenticator.insecureAnyone("the queue's policy names its one sender"))
              .rules(BeanRules.create())
              .permit(Permit.insecureEveryCaller("the queue's policy names its one sender"))
              .audit(audit)
              .logic(
                  (shipment, call) -> {
                    done.add(shipment.orderId() + " " + call.deliveryId());
                    return "shipped";
                  }));
    }
  }

  record Payment(@NotNull String id) {}

  /** A webhook whose sender proves itself with a key that comes from a secret. */
  static final class TakePayment extends SecureHandler {
    TakePayment(Secret key, RecordingAudit audit, List<String> done) {
      super(
          HttpApi.post(Payment.class, String.class)
              .caller(new HmacSignature("x-signature", key))
              .rules(BeanRules.create())
              .permit(Permit.insecureEveryCaller("there is one sender, and it proved itself"))
              .audit(audit)
              .logic(
                  (payment, call) -> {
                    done.add(payment.id() + " from " + call.caller().id());
                    return "thanks";
                  })
              .uses(key));
    }
  }

  @Test
  void aFifoWorkerStopsAtTheFirstFailureAndReportsTheRest() {
    ShipOrders handler = new ShipOrders(audit, done);

    String reply =
        InProcess.send(
            handler,
            """
            {"Records":[
              {"messageId":"m1","body":"{\\"orderId\\":\\"o1\\",\\"parcels\\":1}"},
              {"messageId":"m2","body":"{\\"orderId\\":\\"o2\\",\\"parcels\\":0}"},
              {"messageId":"m3","body":"{\\"orderId\\":\\"o3\\",\\"parcels\\":1}"}]}""");

    assertThat(done).containsExactly("o1 m1");
    assertThat(reply)
        .isEqualTo(
            "{\"batchItemFailures\":[{\"itemIdentifier\":\"m2\"},{\"itemIdentifier\":\"m3\"}]}");
    assertThat(audit.outcomes()).hasSize(3);
  }

  @Test
  void aWebhookKnowsItsSenderByTheSignature() {
    Secret key = new Secret("whsec-test");
    TakePayment handler = new TakePayment(key, audit, done);
    String body = "{\"id\":\"p1\"}";
    String good =
        HexFormat.of()
            .formatHex(
                HmacSignature.sign(
                    "whsec-test".getBytes(StandardCharsets.UTF_8),
                    body.getBytes(StandardCharsets.UTF_8)));

    assertThat(InProcess.send(handler, signed(body, good))).contains("thanks");
    assertThat(InProcess.send(handler, signed(body + " ", good))).contains("\"statusCode\":401");
    assertThat(done).containsExactly("p1 from webhook");
  }

  private static String signed(String body, String signature) {
    return SampleEvents.httpApi().header("x-signature", signature).body(body).json();
  }

  /** A stub of a secret handle: declared with the handler, filled at its start, lent to a body. */
  static final class Secret implements Managed {
    private final String stored;
    private byte[] value = {};

    Secret(String stored) {
      this.stored = stored;
    }

    @Override
    public void start(Environment environment) {
      value = stored.getBytes(StandardCharsets.UTF_8);
    }

    <R> R use(Scope scope, Body<R> body) throws GeneralSecurityException {
      assertThat(scope.deadline().passed()).isFalse();
      return body.with(value);
    }

    interface Body<R> {
      R with(byte[] value) throws GeneralSecurityException;
    }
  }

  record HmacSignature(String header, Secret key) implements Authenticator<HttpApi.Request> {
    @Override
    public Caller identify(HttpApi.Request request, Scope scope) throws GeneralSecurityException {
      byte[] expected = key.use(scope, value -> sign(value, request.rawBody()));
      String given =
          request.header(header).orElseThrow(() -> Rejection.unauthenticated("unsigned"));
      byte[] bytes = given.getBytes(StandardCharsets.US_ASCII);
      byte[] wanted = HexFormat.of().formatHex(expected).getBytes(StandardCharsets.US_ASCII);
      if (!MessageDigest.isEqual(wanted, bytes)) {
        throw Rejection.unauthenticated("signature");
      }
      return Caller.of("hmac", "webhook");
    }

    static byte[] sign(byte[] key, byte[] body) {
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(body);
      } catch (GeneralSecurityException impossible) {
        throw new IllegalStateException(impossible);
      }
    }

    @Override
    public String describe() {
      return "HMAC-SHA256 in " + header;
    }
  }

  /** A stub of a FIFO queue as a source. */
  static final class FifoQueue<I> extends EventSource<FifoQueue.Message, I, String> {
    private final String arn;

    private FifoQueue(String arn, Class<I> input) {
      super(input, String.class);
      this.arn = arn;
    }

    static <I> FifoQueue<I> of(String arn, Class<I> input) {
      return new FifoQueue<>(arn, input);
    }

    record Message(String id, String body, SourceFacts facts) implements Envelope {}

    @Override
    public String describe() {
      return "FIFO queue " + arn;
    }

    @Override
    protected Delivery<Message> open(JsonNode event, FunctionArn function) {
      List<Message> messages = new ArrayList<>();
      for (JsonNode message : event.path("Records")) {
        messages.add(
            new Message(
                message.path("messageId").textValue(),
                message.path("body").textValue(),
                SourceFacts.of("sqs", arn, "ReceiveMessage")));
      }
      return new Delivery<>(messages, true);
    }

    @Override
    protected I decode(Message message, StrictJson json) {
      return json.read(message.body(), input());
    }

    @Override
    protected byte[] done(Message message, @Nullable String output, StrictJson json) {
      return new byte[0];
    }

    @Override
    protected byte[] refused(Message message, Rejection rejection, String correlationId) {
      return new byte[0];
    }

    @Override
    protected byte[] reply(List<Part<Message>> parts) {
      return parts.stream()
          .filter(part -> !part.done())
          .map(part -> "{\"itemIdentifier\":\"" + part.envelope().id() + "\"}")
          .collect(Collectors.joining(",", "{\"batchItemFailures\":[", "]}"))
          .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    protected boolean answersRefusals() {
      return false;
    }
  }
}
