package dev.gabion.benchmarks;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.function.Function;

/**
 * The handler to compare with: parses the event and the body with Jackson as it comes, calls the
 * logic and writes the reply. Nothing is authenticated, bounded, checked or recorded.
 */
class PlainHandler<I> implements RequestStreamHandler {
  private static final Map<String, String> HEADERS = Map.of("content-type", "application/json");

  private final ObjectMapper mapper = new ObjectMapper();
  private final Class<I> input;
  private final Function<I, Object> logic;

  PlainHandler(Class<I> input, Function<I, Object> logic) {
    this.input = input;
    this.logic = logic;
  }

  /** As much of an event as such a handler needs. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Event(String body) {}

  record Answer(int statusCode, Map<String, String> headers, String body) {}

  @Override
  public final void handleRequest(InputStream in, OutputStream out, Context context)
      throws IOException {
    I order = mapper.readValue(mapper.readValue(in, Event.class).body(), input);
    String body = mapper.writeValueAsString(logic.apply(order));
    mapper.writeValue(out, new Answer(201, HEADERS, body));
  }
}
