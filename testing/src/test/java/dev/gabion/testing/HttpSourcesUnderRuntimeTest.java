package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.amazonaws.services.lambda.runtime.events.ApplicationLoadBalancerResponseEvent;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gabion.core.Authenticator;
import dev.gabion.core.Envelope;
import dev.gabion.core.Permit;
import dev.gabion.core.Recipe;
import dev.gabion.core.Recipe.RulesStage;
import dev.gabion.core.Rules;
import dev.gabion.core.SecureHandler;
import dev.gabion.events.Alb;
import dev.gabion.events.Cors;
import dev.gabion.events.HttpApi;
import dev.gabion.events.RestApi;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The HTTP sources under AWS's runtime client, their replies read back as their senders do. */
class HttpSourcesUnderRuntimeTest {
  record Order(String item, int count) {}

  private static final String CORS_ORIGIN = "https://app.example.org";
  private static final SampleEvents.Http GOOD =
      SampleEvents.post("/orders", "{\"item\":\"tea\",\"count\":2}").header("origin", CORS_ORIGIN);
  private static final SampleEvents.Http BAD = GOOD.body("{\"item\":\"tea\"}");

  /** Nothing in a reply may be what its sender does not know: the gateway would answer 502. */
  private static final ObjectMapper STRICT = new ObjectMapper();

  private static <E extends Envelope> Recipe<?, ?, ?> echo(RulesStage<E, Order, Order> stage) {
    return stage
        .rules(Rules.insecureAnyInput("a test of the source alone"))
        .permit(Permit.insecureEveryCaller("a test of the source alone"))
        .audit(new RecordingAudit())
        .logic((order, call) -> order);
  }

  private static Authenticator<Envelope> anyone() {
    return Authenticator.insecureAnyone("a test of the source alone");
  }

  /** An HTTP API. */
  public static final class OfHttpApi extends SecureHandler {
    public OfHttpApi() {
      super(
          echo(
              HttpApi.post(Order.class, Order.class)
                  .status(201)
                  .responseHeader("location", order -> "/orders/" + order.item())
                  .cors(Cors.origins(CORS_ORIGIN))
                  .caller(anyone())));
    }
  }

  /** A REST API. */
  public static final class OfRestApi extends SecureHandler {
    public OfRestApi() {
      super(
          echo(
              RestApi.post(Order.class, Order.class)
                  .status(201)
                  .responseHeader("location", order -> "/orders/" + order.item())
                  .cors(Cors.origins(CORS_ORIGIN))
                  .caller(anyone())));
    }
  }

  /** A load balancer. */
  public static final class OfAlb extends SecureHandler {
    public OfAlb() {
      super(
          echo(
              Alb.post(Order.class, Order.class)
                  .route("/orders")
                  .status(201)
                  .responseHeader("location", order -> "/orders/" + order.item())
                  .cors(Cors.origins(CORS_ORIGIN))
                  .caller(anyone())));
    }
  }

  private static <T> T read(RealRuntime runtime, String event, Class<T> type) throws IOException {
    Reply reply = runtime.invoke(event);
    assertThat(reply.isError()).as(reply.text()).isFalse();
    return STRICT.readValue(reply.payload(), type);
  }

  @Test
  void anHttpApiReadsTheReply() throws IOException {
    try (RealRuntime runtime = RealRuntime.of(OfHttpApi.class).start()) {
      APIGatewayV2HTTPResponse done = read(runtime, GOOD.json(), APIGatewayV2HTTPResponse.class);
      APIGatewayV2HTTPResponse refused = read(runtime, BAD.json(), APIGatewayV2HTTPResponse.class);

      assertThat(done.getStatusCode()).isEqualTo(201);
      assertThat(done.getBody()).isEqualTo("{\"item\":\"tea\",\"count\":2}");
      assertThat(done.getIsBase64Encoded()).isFalse();
      assertThat(done.getHeaders())
          .containsEntry("location", "/orders/tea")
          .containsEntry("access-control-allow-origin", CORS_ORIGIN)
          .containsEntry("content-type", "application/json");
      assertThat(refused.getStatusCode()).isEqualTo(400);
      assertThat(refused.getHeaders()).containsEntry("content-type", "application/problem+json");
      assertThat(runtime.invoke(GOOD.restApiJson()).isError()).as("another's event").isTrue();
    }
  }

  @Test
  void aRestApiReadsTheReply() throws IOException {
    try (RealRuntime runtime = RealRuntime.of(OfRestApi.class).start()) {
      APIGatewayProxyResponseEvent done =
          read(runtime, GOOD.restApiJson(), APIGatewayProxyResponseEvent.class);
      APIGatewayProxyResponseEvent refused =
          read(runtime, BAD.restApiJson(), APIGatewayProxyResponseEvent.class);

      assertThat(done.getStatusCode()).isEqualTo(201);
      assertThat(done.getBody()).isEqualTo("{\"item\":\"tea\",\"count\":2}");
      assertThat(done.getHeaders())
          .containsEntry("location", "/orders/tea")
          .containsEntry("access-control-allow-origin", CORS_ORIGIN)
          .containsEntry("x-content-type-options", "nosniff");
      assertThat(refused.getStatusCode()).isEqualTo(400);
      assertThat(refused.getHeaders()).containsEntry("content-type", "application/problem+json");
      assertThat(runtime.invoke(GOOD.albJson()).isError()).as("another's event").isTrue();
    }
  }

  @Test
  void aLoadBalancerReadsTheReplyInItsMode() throws IOException {
    try (RealRuntime runtime = RealRuntime.of(OfAlb.class).start()) {
      ApplicationLoadBalancerResponseEvent single =
          read(runtime, GOOD.albJson(), ApplicationLoadBalancerResponseEvent.class);
      ApplicationLoadBalancerResponseEvent lists =
          read(runtime, GOOD.albMultiValueJson(), ApplicationLoadBalancerResponseEvent.class);
      ApplicationLoadBalancerResponseEvent elsewhere =
          read(runtime, GOOD.path("/other").albJson(), ApplicationLoadBalancerResponseEvent.class);

      assertThat(single.getStatusCode()).isEqualTo(201);
      assertThat(single.getStatusDescription()).isEqualTo("201 Created");
      assertThat(single.getBody()).isEqualTo("{\"item\":\"tea\",\"count\":2}");
      assertThat(single.getHeaders())
          .containsEntry("location", "/orders/tea")
          .containsEntry("x-frame-options", "DENY");
      assertThat(single.getMultiValueHeaders()).isNull();
      assertThat(lists.getHeaders()).isNull();
      assertThat(lists.getMultiValueHeaders().get("location")).containsExactly("/orders/tea");
      assertThat(elsewhere.getStatusCode()).isEqualTo(404);
      assertThat(elsewhere.getStatusDescription()).isEqualTo("404 Not Found");
      assertThat(runtime.invoke(GOOD.json()).isError()).as("another's event").isTrue();
    }
  }
}
