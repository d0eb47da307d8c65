package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gabion.testing.LoopbackHttp.Request;
import dev.gabion.testing.LoopbackHttp.Response;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Serves a function on this machine: HTTP in, an HTTP API's event through a {@link RealRuntime},
 * HTTP out.
 *
 * <p>It stands in for the API, not for the API's authorizers: requests are unauthenticated unless
 * an identity is named. It binds to loopback addresses only and answers only requests that were
 * meant for them and come from no web page of another site. What the function logs goes to standard
 * error.
 *
 * <pre>
 * LocalServer HANDLER PORT [--route 'GET /orders/{id}']... [--env NAME=VALUE]...
 *             [--insecure-identity SUBJECT [--scope SCOPE]... [--claim NAME=VALUE]...]
 * </pre>
 */
public final class LocalServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern TEXT =
      Pattern.compile("(?i)(text/.*|application/(.*\\+)?(json|xml|javascript)([ ;].*)?)");

  private static final Pattern LOOPBACK =
      Pattern.compile("(?i)https?://(localhost|127\\.[0-9.]+|\\[::1])(:[0-9]+)?");

  private final RealRuntime runtime;
  private final List<Route> routes;
  private final UnaryOperator<SampleEvents.Http> identity;
  private final LoopbackHttp http;

  private LocalServer(
      RealRuntime runtime,
      InetSocketAddress address,
      List<Route> routes,
      UnaryOperator<SampleEvents.Http> identity)
      throws IOException {
    this.runtime = runtime;
    this.routes = List.copyOf(routes);
    this.identity = identity;
    this.http = new LoopbackHttp(address, Outcome.EVENT_BYTES, this::handle);
  }

  /**
   * Serves a function, unauthenticated, on every path.
   *
   * @param port 0 for any
   */
  public static LocalServer serve(RealRuntime runtime, int port) throws IOException {
    return serve(runtime, LoopbackHttp.local(port));
  }

  /**
   * Serves a function on an address and certain routes.
   *
   * @param routes route keys such as {@code GET /orders/{id}}; none for every path
   * @throws IllegalArgumentException if the address is not a loopback one
   */
  public static LocalServer serve(RealRuntime runtime, InetSocketAddress address, String... routes)
      throws IOException {
    return new LocalServer(runtime, address, routes(List.of(routes)), event -> event);
  }

  /**
   * Serves a function and gives every request an identity that nobody proved: whoever reaches the
   * port on this machine has it.
   *
   * @param identity adds the claims, such as {@code event -> event.jwt("alice", "orders:write")}
   */
  public static LocalServer insecureServeAs(
      UnaryOperator<SampleEvents.Http> identity,
      RealRuntime runtime,
      InetSocketAddress address,
      String... routes)
      throws IOException {
    return new LocalServer(runtime, address, routes(List.of(routes)), identity);
  }

  /** Serves until the process is ended. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Arguments read = Arguments.read(List.of(arguments));
    RealRuntime runtime = read.setup().start();
    if (runtime.initError().isPresent()) {
      System.err.println(String.join("\n", runtime.logLines()));
      runtime.close();
      throw new IllegalStateException(
          "The function does not start: " + runtime.initError().get().text());
    }
    LocalServer server =
        new LocalServer(
            runtime, LoopbackHttp.local(read.port()), routes(read.routes()), read.identity());
    System.out.println(server.url());
    new CountDownLatch(1).await();
  }

  /** Where it listens. */
  public URI url() {
    InetSocketAddress address = http.address();
    String host = address.getAddress().getHostAddress();
    return URI.create(
        "http://"
            + (host.contains(":") ? "[" + host.replaceAll("%.*", "") + "]" : host)
            + ":"
            + address.getPort()
            + "/");
  }

  /** Stops listening; the function goes on. */
  @Override
  public void close() {
    http.close();
  }

  private static List<Route> routes(List<String> keys) {
    return keys.stream().map(Route::of).toList();
  }

  private Response handle(Request request) {
    if (!isMeantForLoopback(request)) {
      return Response.json(403, "{\"message\":\"Forbidden\"}");
    }
    byte[] body = request.body();
    if (body == null) {
      return Response.json(413, "{\"message\":\"Request Too Long\"}");
    }
    if (!request.target().startsWith("/")) {
      return Response.json(400, "{\"message\":\"Bad Request\"}");
    }
    SampleEvents.Http event = event(request, body);
    if (event == null) {
      return Response.json(404, "{\"message\":\"Not Found\"}");
    }
    byte[] bytes = identity.apply(event).bytes();
    if (bytes.length > Outcome.EVENT_BYTES) {
      return Response.json(413, "{\"message\":\"Request Too Long\"}");
    }
    Reply reply = runtime.invoke(bytes);
    System.err.write(reply.log(), 0, reply.log().length);
    System.err.flush();
    Response response = reply.isError() ? null : response(reply.payload());
    return response == null || !response.isSound()
        ? Response.json(500, "{\"message\":\"Internal Server Error\"}")
        : response;
  }

  /**
   * A page of another site may resolve its own name to this machine, or send here from its own
   * origin: the names give it away.
   */
  private static boolean isMeantForLoopback(Request request) {
    String host = request.headers().getOrDefault("host", "");
    String origin = request.headers().getOrDefault("origin", "http://localhost");
    return LOOPBACK.matcher("http://" + host).matches() && LOOPBACK.matcher(origin).matches();
  }

  /** The event of a request; null if no route takes it. */
  private SampleEvents.@Nullable Http event(Request request, byte[] body) {
    String[] target = request.target().split("\\?", 2);
    SampleEvents.Http event =
        SampleEvents.httpApi()
            .method(request.method())
            .path(target[0])
            .query(target.length == 1 ? "" : target[1])
            .requestId(UUID.randomUUID().toString())
            .sourceIp("127.0.0.1")
            .removeHeader("content-type");
    for (Map.Entry<String, String> header : request.headers().entrySet()) {
      event = header(event, header.getKey(), header.getValue());
    }
    event = body(event, request, body);
    if (routes.isEmpty()) {
      return event.routeKey("$default");
    }
    for (Route route : routes) {
      Matcher match = route.matcher(request.method(), target[0]);
      if (match.matches()) {
        return route.apply(event, match);
      }
    }
    return null;
  }

  private static SampleEvents.Http header(SampleEvents.Http event, String name, String value) {
    if (!name.equals("cookie")) {
      return event.header(name, value);
    }
    SampleEvents.Http with = event;
    for (String cookie : value.split(";", -1)) {
      with = with.cookie(cookie.strip());
    }
    return with;
  }

  /** Text stays text, as the API has it; everything else is carried in base64. */
  private static SampleEvents.Http body(SampleEvents.Http event, Request request, byte[] body) {
    if (body.length == 0) {
      return event.noBody();
    }
    Map<String, String> headers = request.headers();
    if (headers.containsKey("content-encoding")
        || !TEXT.matcher(headers.getOrDefault("content-type", "")).matches()) {
      return event.base64Body(body);
    }
    try {
      return event.body(UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
    } catch (CharacterCodingException notText) {
      return event.base64Body(body);
    }
  }

  /** Payload format 2.0's two kinds of reply; null if it is neither. */
  private static @Nullable Response response(byte[] payload) {
    JsonNode reply;
    try {
      reply = JSON.readTree(payload);
    } catch (IOException notJson) {
      return null;
    }
    if (!reply.isObject() || !reply.has("statusCode")) {
      return Response.json(200, new String(payload, UTF_8));
    }
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    reply
        .path("headers")
        .properties()
        .forEach(header -> headers.add(Map.entry(header.getKey(), header.getValue().asText())));
    headers.removeIf(
        header -> header.getKey().matches("(?i)content-length|connection|transfer-encoding"));
    reply.path("cookies").forEach(cookie -> headers.add(Map.entry("set-cookie", cookie.asText())));
    String body = reply.path("body").asText("");
    try {
      return new Response(
          reply.path("statusCode").asInt(),
          headers,
          reply.path("isBase64Encoded").asBoolean()
              ? Base64.getDecoder().decode(body)
              : body.getBytes(UTF_8));
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }

  /** A route key with its template: {@code {name}} is one segment, {@code {name+}} is the rest. */
  private record Route(String key, Pattern pattern, List<String> names) {
    private static final Pattern PARAMETER = Pattern.compile("\\{([A-Za-z0-9_.-]+)(\\+?)}");

    static Route of(String key) {
      if (!key.matches("[A-Z]+ /\\S*")) {
        throw new IllegalArgumentException("A route reads like GET /orders/{id}, not " + key);
      }
      String[] parts = key.split(" ", 2);
      StringBuilder pattern =
          new StringBuilder(parts[0].equals("ANY") ? "[A-Z]+ " : parts[0] + " ");
      List<String> names = new ArrayList<>();
      Matcher parameter = PARAMETER.matcher(parts[1]);
      int end = 0;
      while (parameter.find()) {
        pattern.append(Pattern.quote(parts[1].substring(end, parameter.start())));
        pattern.append(parameter.group(2).isEmpty() ? "([^/]+)" : "(.+)");
        names.add(parameter.group(1));
        end = parameter.end();
      }
      pattern.append(Pattern.quote(parts[1].substring(end)));
      return new Route(key, Pattern.compile(pattern.toString()), names);
    }

    Matcher matcher(String method, String path) {
      return pattern.matcher(method + " " + path);
    }

    SampleEvents.Http apply(SampleEvents.Http event, Matcher match) {
      SampleEvents.Http routed = event.routeKey(key);
      for (int i = 0; i < names.size(); i++) {
        routed = routed.pathParameter(names.get(i), match.group(i + 1));
      }
      return routed;
    }
  }
}
