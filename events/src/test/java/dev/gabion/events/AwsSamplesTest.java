package dev.gabion.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.ApplicationLoadBalancerRequestEvent;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.Authenticator;
import dev.gabion.core.InvocationFailed;
import dev.gabion.core.Permit;
import dev.gabion.core.Rejection;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** AWS's own sample events, where they are at hand: each through its door, no other through any. */
class AwsSamplesTest {
  private static final Path SAMPLES =
      Path.of(
              System.getProperty(
                  "gabion.corpora",
                  Path.of(System.getProperty("gabion.root", ".."), "..", "shared", "corpora")
                      .toString()))
          .resolve("lambda-events");
  private static final ObjectMapper JSON = new ObjectMapper();

  record Parameters(List<String> parameter1, List<String> parameter2) {}

  record Greeting(String message, String proxy, String foo) {}

  record Nothing(String none) {}

  @BeforeEach
  void samplesAreAtHand() {
    if (!Files.isDirectory(SAMPLES)) {
      System.out.println("AWS's sample events: skipped, the corpora folder is absent.");
    }
    assumeTrue(Files.isDirectory(SAMPLES), "the corpora folder is absent");
  }

  private static ObjectNode sample(String name) {
    try {
      return (ObjectNode) JSON.readTree(Files.readAllBytes(SAMPLES.resolve(name)));
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }

  /** The sample as AWS writes it names an account that is none. */
  private static ObjectNode balancer() {
    ObjectNode event = sample("elb_event.json");
    ObjectNode elb = event.withObject("/requestContext/elb");
    String arn = elb.path("targetGroupArn").textValue();
    assertThat(arn).contains(":us-east-1:XXXXXXXXXXX:");
    elb.put(
        "targetGroupArn",
        arn.replace("us-east-1", "eu-central-1").replace("XXXXXXXXXXX", "123456789012"));
    return event;
  }

  @Test
  void anHttpApisSampleIsWhatLogicSees() {
    ObjectNode event = sample("apigw_http_event.json");
    HttpApi.Request request =
        HttpApi.get(Parameters.class, Parameters.class)
            .open(event, HttpRig.function())
            .envelopes()
            .get(0);

    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.id()).isEqualTo("id");
    assertThat(request.header("header2")).contains("value1,value2");
    assertThat(request.header("Header1")).contains("value1");
    assertThat(request.rawBody()).asString().isEqualTo("Hello from Lambda!!");
    assertThat(request.pathParameters()).isEqualTo(Map.of("parameter1", "value1"));
    assertThat(request.jwtClaims()).isEqualTo(Map.of("claim1", "value1", "claim2", "value2"));
    assertThat(request.query().pairs())
        .containsExactly(
            new HttpQuery.Pair("parameter1", "value1"),
            new HttpQuery.Pair("parameter1", "value2"),
            new HttpQuery.Pair("parameter2", "value"));
    assertThatThrownBy(() -> request.cookie("cookie1"))
        .as("the sample's cookies are none")
        .isInstanceOf(Rejection.class);
  }

  @Test
  void aRestApisSampleIsWhatLogicSees() {
    HttpRig<Parameters> rig = new HttpRig<>(RestApi.get(Parameters.class, Parameters.class));
    ObjectNode event = sample("apigw_rest_event.json");

    assertThat(rig.send(event).reason()).as("a GET with a body").isEqualTo("unexpected-body");
    event.remove("body");
    assertThat(rig.send(event).status()).isEqualTo(200);
    assertThat(rig.inputs)
        .containsExactly(new Parameters(List.of("value1"), List.of("value1", "value2")));
    RestApi.Request request =
        RestApi.get(Parameters.class, Parameters.class)
            .open(event, HttpRig.function())
            .envelopes()
            .get(0);
    assertThat(request.header("header2")).contains("value1, value2");
    assertThat(request.header("header3")).contains("value1,value2");
    assertThat(request.jwtClaims()).isEmpty();
  }

  @Test
  void aProxySampleIsWhatLogicSees() {
    HttpRig<Greeting> rig =
        new HttpRig<>(RestApi.post(Greeting.class, Greeting.class).path("proxy").query("foo"));
    ObjectNode event = sample("apigw/events/apigw_event.json");

    assertThat(rig.send(event).status()).as("it names no content type").isEqualTo(415);
    HttpRig.headers(event).put("Content-Type", "application/json");
    assertThat(rig.send(event).status()).isEqualTo(200);
    assertThat(rig.inputs)
        .containsExactly(new Greeting("Lambda rocks", "/path/to/resource", "bar"));
    ObjectNode nobody = sample("apigw/events/apigw_event_nobody.json");
    HttpRig.headers(nobody).put("Content-Type", "application/json");
    assertThat(rig.send(nobody).reason()).isEqualTo("no-body");
  }

  @Test
  void aLoadBalancersSampleIsWhatLogicSees() {
    ObjectNode event = balancer();
    Alb.Request request =
        Alb.get(Nothing.class, Nothing.class).open(event, HttpRig.function()).envelopes().get(0);

    assertThat(request.method()).isEqualTo("GET");
    assertThat(request.id()).isEqualTo("1-5bdb40ca-556d8b0c50dc66f0511bf520");
    assertThat(request.rawBody()).asString().isEqualTo("Hello from ELB");
    assertThat(request.cookie("name")).contains("value");
    event
        .path("headers")
        .properties()
        .forEach(
            header ->
                assertThat(request.header(header.getKey())).contains(header.getValue().asText()));
    assertThatThrownBy(
            () ->
                Alb.get(Nothing.class, Nothing.class)
                    .open(sample("elb_event.json"), HttpRig.function()))
        .as("as it is, it names no account")
        .isInstanceOf(Rejection.class);
  }

  @Test
  void everyOtherSampleIsRefusedByEveryHttpDoor() throws IOException {
    Map<String, HttpRig<Nothing>> doors =
        Map.of(
            "HTTP API", new HttpRig<>(HttpApi.get(Nothing.class, Nothing.class)),
            "REST API", new HttpRig<>(RestApi.get(Nothing.class, Nothing.class)),
            "ALB", new HttpRig<>(Alb.get(Nothing.class, Nothing.class)));
    Map<String, String> own =
        Map.of(
            "apigw_http_event.json", "HTTP API",
            "apigw_rest_event.json", "REST API",
            "apigw_event.json", "REST API",
            "apigw_event_nobody.json", "REST API");
    Map<String, Integer> refused = new TreeMap<>();
    List<String> let = new ArrayList<>();
    for (Path file : samples()) {
      String name = file.getFileName().toString();
      JsonNode event = JSON.readTree(Files.readAllBytes(file));
      doors.forEach(
          (door, rig) -> {
            if (door.equals(own.get(name)) || !(event instanceof ObjectNode object)) {
              return;
            }
            try {
              rig.send(object);
              let.add(name + " by " + door);
            } catch (InvocationFailed notThisSource) {
              refused.merge(door, 1, Integer::sum);
            }
          });
    }
    System.out.println("AWS's sample events refused by another's door: " + refused);
    assertThat(let).isEmpty();
    assertThat(refused.values()).allMatch(count -> count > 50);
  }

  private static List<Path> samples() throws IOException {
    try (Stream<Path> files = Files.walk(SAMPLES)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  @Test
  void anExistingHandlerGetsTheEventThatTheRuntimeWouldGiveIt() {
    List<Object> seen = new ArrayList<>();
    HttpRig<Object> http = open(HttpApi.around(APIGatewayV2HTTPEvent.class, keptIn(seen)));
    HttpRig<Object> rest = open(RestApi.around(APIGatewayProxyRequestEvent.class, keptIn(seen)));
    HttpRig<Object> alb = open(Alb.around(ApplicationLoadBalancerRequestEvent.class, keptIn(seen)));

    assertThat(http.send(sample("apigw_http_event.json")).status()).isEqualTo(200);
    assertThat(rest.send(sample("apigw_rest_event.json")).status()).isEqualTo(200);
    assertThat(rest.send(sample("apigw/events/apigw_event.json")).status()).isEqualTo(200);
    assertThat(alb.send(balancer()).status()).isEqualTo(200);

    assertThat(seen)
        .containsExactly(
            asTheRuntimeDoes(APIGatewayV2HTTPEvent.class, sample("apigw_http_event.json")),
            asTheRuntimeDoes(APIGatewayProxyRequestEvent.class, sample("apigw_rest_event.json")),
            asTheRuntimeDoes(
                APIGatewayProxyRequestEvent.class, sample("apigw/events/apigw_event.json")),
            asTheRuntimeDoes(ApplicationLoadBalancerRequestEvent.class, balancer()));
  }

  private static <T> RequestHandler<T, Map<String, Object>> keptIn(List<Object> seen) {
    return (event, context) -> {
      seen.add(event);
      return Map.of("statusCode", 200);
    };
  }

  private static <E extends HttpRequest, T, S extends HttpSource<E, T, Void, S>>
      HttpRig<Object> open(Around<E, T, S> around) {
    return new HttpRig<>(
        sink ->
            around
                .insecureAnyBody("a test of the event alone")
                .caller(Authenticator.insecureAnyone("a test"))
                .permit(Permit.insecureEveryCaller("a test"))
                .audit(sink));
  }

  private static <T> T asTheRuntimeDoes(Class<T> type, ObjectNode event) {
    byte[] bytes = event.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return LambdaEventSerializers.serializerFor(type, AwsSamplesTest.class.getClassLoader())
        .fromJson(new ByteArrayInputStream(bytes));
  }
}
