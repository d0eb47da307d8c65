package dev.gabion.testing;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gabion.testing.AwsService.Api;
import dev.gabion.testing.LoopbackHttp.Request;
import dev.gabion.testing.LoopbackHttp.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * The protocol AWS JSON 1.1: an operation in {@code X-Amz-Target}, a JSON object in, a JSON object
 * or an error out.
 *
 * <p>Source: Smithy, "AWS JSON 1.1 protocol".
 */
final class AwsJson {
  static final Response EMPTY = new Response(200, List.of(), new byte[0]);

  private static final String TYPE = "application/x-amz-json-1.1";

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** Whoever does what is asked. */
  interface Desk {
    /** The operations of a service in a region. */
    Map<String, AwsService.Operation> operations(Api api, String region);

    /** Is told of every signed request before it is answered, and may answer otherwise. */
    FaultPlan.Fault arrived(Api api, String operation, AwsAsk ask);
  }

  private final ObjectMapper json = new ObjectMapper();
  private final SigV4 signatures;
  private final Clock clock;
  private final Desk desk;

  AwsJson(SigV4 signatures, Clock clock, Desk desk) {
    this.signatures = signatures;
    this.clock = clock;
    this.desk = desk;
  }

  Response handle(Request request) throws InterruptedException {
    Response response = routed(request);
    List<Map.Entry<String, String>> headers = new ArrayList<>(response.headers());
    headers.add(Map.entry("x-amzn-RequestId", UUID.randomUUID().toString()));
    headers.add(Map.entry("Date", DATE.format(clock.instant())));
    return new Response(response.status(), headers, response.body(), response.delivery());
  }

  private Response routed(Request request) throws InterruptedException {
    String target = request.headers().getOrDefault("x-amz-target", "");
    for (Api api : Api.values()) {
      if (target.startsWith(api.target + ".")) {
        try {
          return answer(api, target.substring(api.target.length() + 1), request);
        } catch (AwsRefusal refusal) {
          return error(api, refusal);
        }
      }
    }
    return error(
        Api.KMS, // any will do
        AwsRefusal.of("UnknownOperationException", "X-Amz-Target names no service of LocalAws."));
  }

  private Response answer(Api api, String operation, Request request) throws InterruptedException {
    byte[] body = request.body();
    if (body == null) {
      throw AwsRefusal.of(413, "RequestEntityTooLargeException", "The body is too large.");
    }
    if (!request.method().equals("POST") || !request.target().equals("/")) {
      throw AwsRefusal.of("UnknownOperationException", "This protocol is POST / alone.");
    }
    String region = signatures.check(request, body, api.signingName);
    AwsService.Operation action = desk.operations(api, region).get(operation);
    if (action == null) {
      throw AwsRefusal.of("UnknownOperationException", "LocalAws does not have that operation.");
    }
    AwsAsk ask = read(body);
    return desk.arrived(api, operation, ask)
        .answer(
            api,
            () -> {
              try {
                return response(200, action.run(ask));
              } catch (AwsRefusal refusal) {
                return error(api, refusal);
              }
            });
  }

  private AwsAsk read(byte[] body) {
    try {
      JsonNode node = json.readTree(body);
      if (node.isObject()) {
        return new AwsAsk(node);
      }
    } catch (JacksonException notJson) {
      // said below
    } catch (IOException impossible) {
      throw new AssertionError("Bytes in memory cannot fail to be read.", impossible);
    }
    throw AwsRefusal.of("SerializationException", "The body is not a JSON object.");
  }

  static Response error(Api api, AwsRefusal refusal) {
    return response(
        refusal.status(),
        AwsService.answer().put("__type", refusal.code()).put(api.message, refusal.text()));
  }

  private static Response response(int status, JsonNode body) {
    return new Response(
        status,
        List.of(Map.entry("Content-Type", TYPE)),
        body.toString().getBytes(StandardCharsets.UTF_8));
  }
}
