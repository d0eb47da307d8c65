package dev.gabion.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.Delivery;
import dev.gabion.core.Environment;
import dev.gabion.core.EventSource;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.HttpEnvelope;
import dev.gabion.core.Limits;
import dev.gabion.core.Rejection;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.StartFailed;
import dev.gabion.core.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An API Gateway HTTP API or a Lambda function URL, payload format 2.0 ("Create AWS Lambda proxy
 * integrations for HTTP APIs", "Invoking Lambda function URLs").
 *
 * <p>{@link #post}, {@link #put} and {@link #patch} take a JSON body; {@link #get} and {@link
 * #delete} take no body and bind path and query. Every path and query parameter must be one of the
 * input's components: with a body those that {@link #path} and {@link #query} name, else all.
 *
 * <p>An event must come from the function's own account, unless {@link #account} or {@link #api}
 * says otherwise. A function URL without IAM authentication names no account but {@code anonymous}:
 * declare that, or better the URL's id with {@link #api}. Both are claims of the event; who may
 * invoke the function is for its resource policy to say.
 */
public final class HttpApi<I, O> extends EventSource<HttpApi.Request, I, O> {
  private final String method;
  private int status = 200;
  private Set<String> accounts = Set.of();
  private Set<String> apis = Set.of();
  private Set<String> fromPath = Set.of();
  private Set<String> fromQuery = Set.of();
  private String contentType = "application/json";

  private HttpApi(String method, Class<I> input, Class<O> output) {
    super(input, output);
    this.method = method;
  }

  /** The same source but for one choice: a source is never changed once it is handed out. */
  private HttpApi<I, O> but(Consumer<HttpApi<I, O>> choice) {
    HttpApi<I, O> copy = new HttpApi<>(method, input(), output());
    copy.status = status;
    copy.accounts = accounts;
    copy.apis = apis;
    copy.fromPath = fromPath;
    copy.fromQuery = fromQuery;
    copy.contentType = contentType;
    choice.accept(copy);
    return copy;
  }

  /** Takes a POST whose body is an {@code I}. */
  public static <I, O> HttpApi<I, O> post(Class<I> input, Class<O> output) {
    return new HttpApi<>("POST", input, output);
  }

  /** Takes a PUT whose body is an {@code I}. */
  public static <I, O> HttpApi<I, O> put(Class<I> input, Class<O> output) {
    return new HttpApi<>("PUT", input, output);
  }

  /** Takes a PATCH whose body is an {@code I}. */
  public static <I, O> HttpApi<I, O> patch(Class<I> input, Class<O> output) {
    return new HttpApi<>("PATCH", input, output);
  }

  /** Takes a GET whose path and query parameters make an {@code I}. */
  public static <I, O> HttpApi<I, O> get(Class<I> input, Class<O> output) {
    return new HttpApi<>("GET", input, output);
  }

  /** Takes a DELETE whose path and query parameters make an {@code I}. */
  public static <I, O> HttpApi<I, O> delete(Class<I> input, Class<O> output) {
    return new HttpApi<>("DELETE", input, output);
  }

  /**
   * Answers with another status than 200 when all went well.
   *
   * @param code 200 to 299; 204 and 205 for an output that is always null
   */
  public HttpApi<I, O> status(int code) {
    if (code < 200 || code > 299) {
      throw new IllegalArgumentException("The status of a success is 200 to 299.");
    }
    return but(copy -> copy.status = code);
  }

  /**
   * Takes events from this account and no longer from the function's own.
   *
   * @param account twelve digits, or {@code anonymous}, which is what a function URL without IAM
   *     authentication names
   */
  public HttpApi<I, O> account(String account) {
    if (!account.matches("[0-9]{12}|anonymous")) {
      throw new IllegalArgumentException("An account is twelve digits, or anonymous.");
    }
    return but(copy -> copy.accounts = with(accounts, account));
  }

  /** Takes events from the API or function URL with this id only, whatever its account. */
  public HttpApi<I, O> api(String id) {
    return but(copy -> copy.apis = with(apis, id));
  }

  /** Binds path parameters to components of the input beside its body. */
  public HttpApi<I, O> path(String... names) {
    return but(copy -> copy.fromPath = with(fromPath, names));
  }

  /** Binds query parameters to components of the input beside its body. */
  public HttpApi<I, O> query(String... names) {
    return but(copy -> copy.fromQuery = with(fromQuery, names));
  }

  /** Takes a body of this JSON media type, such as {@code application/merge-patch+json}, only. */
  public HttpApi<I, O> contentType(String type) {
    return but(copy -> copy.contentType = type);
  }

  private static Set<String> with(Set<String> some, String... more) {
    Set<String> all = new HashSet<>(some);
    all.addAll(List.of(more));
    return Set.copyOf(all);
  }

  private boolean hasBody() {
    return !method.equals("GET") && !method.equals("DELETE");
  }

  @Override
  public String describe() {
    return "HTTP API: " + method + " " + input().getSimpleName();
  }

  /**
   * Makes sure that the declaration can be kept.
   *
   * @throws StartFailed if a bound parameter is no component of the input, or if status and output
   *     do not agree on whether there is a body
   */
  @Override
  protected void start(Environment environment, StrictJson json) {
    if (HttpReply.isEmpty(status) != (output() == Void.class)) {
      throw new StartFailed(
          describe()
              + " answers "
              + status
              + " with "
              + output().getSimpleName()
              + ": an output of Void goes with status 204 or 205, and they with it alone.");
    }
    for (String name : with(fromPath, fromQuery.toArray(String[]::new))) {
      if (json.fields(input()).kind(name) == null) {
        throw new StartFailed(
            describe()
                + " binds the parameter "
                + name
                + ", which the input has no component for.");
      }
    }
  }

  @Override
  protected Delivery<Request> open(JsonNode event, FunctionArn function) {
    Request request = Request.of(event);
    Set<String> expected = accounts.isEmpty() ? Set.of(function.account()) : accounts;
    boolean known =
        apis.isEmpty()
            ? expected.contains(request.account)
            : apis.contains(request.api)
                && (accounts.isEmpty() || accounts.contains(request.account));
    if (!known) {
      throw Rejection.of(Rejection.Code.FORBIDDEN, "origin");
    }
    return Delivery.of(request);
  }

  @Override
  protected void admit(Request request, Limits limits) {
    if (!request.method.equals(method)) {
      throw Rejection.of(Rejection.Code.METHOD_NOT_ALLOWED, "method");
    }
    request.headers.check(limits);
    HttpBody.check(request, limits);
  }

  @Override
  protected I decode(Request request, StrictJson json) {
    if (!hasBody()) {
      if (request.body != null && !request.body.isEmpty()) {
        throw Rejection.of(Rejection.Code.MALFORMED, "unexpected-body");
      }
      return bind(request, null, null, JsonNodeFactory.instance.objectNode(), json);
    }
    String text = HttpBody.text(request, contentType, json.limits());
    if (fromPath.isEmpty() && fromQuery.isEmpty()) {
      HttpParameters.refuse(request.pathParameters, request.rawQuery);
      return json.read(text, input());
    }
    if (!(json.tree(text) instanceof ObjectNode input)) {
      throw Rejection.of(Rejection.Code.MALFORMED, "wrong-type");
    }
    if (fromPath.stream().anyMatch(input::has) || fromQuery.stream().anyMatch(input::has)) {
      throw Rejection.of(Rejection.Code.MALFORMED, "parameter-in-body");
    }
    return bind(request, fromPath, fromQuery, input, json);
  }

  /** Binds what is there with the parameters that may join it; null for any of the input. */
  private I bind(
      Request request,
      @Nullable Set<String> path,
      @Nullable Set<String> query,
      ObjectNode input,
      StrictJson json) {
    HttpParameters parameters = new HttpParameters(json, input());
    parameters.addPath(request.pathParameters, path, input);
    parameters.addQuery(request.rawQuery, query, input);
    return json.bind(input, input());
  }

  @Override
  protected byte[] done(Request request, @Nullable O output, StrictJson json) {
    return HttpReply.done(status, output, json);
  }

  @Override
  protected int doneStatus() {
    return status;
  }

  @Override
  protected byte[] refused(Request request, Rejection rejection, String correlationId) {
    return HttpReply.refused(rejection, method, correlationId);
  }

  @Override
  protected byte[] reply(List<Part<Request>> parts) {
    return parts.get(0).bytes();
  }

  @Override
  protected boolean answersRefusals() {
    return true;
  }

  /** One HTTP request as API Gateway or a function URL hands it over. */
  public static final class Request implements HttpEnvelope {
    private final String id;
    private final String account;
    private final String api;
    private final String method;
    private final HttpHeaders headers;
    private final Map<String, String> pathParameters;
    private final String rawQuery;
    private final @Nullable String body;
    private final boolean base64;
    private final Map<String, String> jwtClaims;
    private final SourceFacts facts;

    private Request(JsonNode event) {
      JsonNode context = object(event, "requestContext");
      JsonNode http = object(context, "http");
      this.id = text(context, "requestId");
      this.account = text(context, "accountId");
      this.api = text(context, "apiId");
      this.method = text(http, "method");
      this.headers = HttpHeaders.of(texts(event.path("headers")));
      this.pathParameters = texts(event.path("pathParameters"));
      this.rawQuery = textOr(event.path("rawQueryString"), "");
      this.body = textOrNull(event.path("body"));
      this.base64 = flag(event.path("isBase64Encoded"));
      this.jwtClaims = Map.copyOf(texts(context.path("authorizer").path("jwt").path("claims")));
      this.facts =
          new SourceFacts(
              "http-api",
              api,
              text(context, "routeKey"),
              method,
              textOrNull(context.path("domainName")),
              textOrNull(http.path("sourceIp")),
              textOrNull(http.path("userAgent")));
    }

    static Request of(JsonNode event) {
      if (!text(event, "version").equals("2.0")) {
        throw notHttpApi();
      }
      return new Request(event);
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public SourceFacts facts() {
      return facts;
    }

    @Override
    public String method() {
      return method;
    }

    @Override
    public Optional<String> header(String name) {
      return headers.get(name);
    }

    /** The claims of the JWT that API Gateway's authorizer has verified; empty without one. */
    public Map<String, String> jwtClaims() {
      return jwtClaims;
    }

    @Override
    public byte[] rawBody() {
      if (body == null) {
        return new byte[0];
      }
      if (!base64) {
        return body.getBytes(StandardCharsets.UTF_8);
      }
      try {
        return Base64.getDecoder().decode(body);
      } catch (IllegalArgumentException invalid) {
        throw Rejection.of(Rejection.Code.MALFORMED, "base64");
      }
    }

    /** The body as the event has it, or null. */
    @Nullable String body() {
      return body;
    }

    /** Whether the event has the body in base64. */
    boolean base64() {
      return base64;
    }

    private static JsonNode object(JsonNode parent, String name) {
      JsonNode node = parent.path(name);
      if (!node.isObject()) {
        throw notHttpApi();
      }
      return node;
    }

    private static String text(JsonNode parent, String name) {
      JsonNode node = parent.path(name);
      if (!node.isTextual()) {
        throw notHttpApi();
      }
      return node.textValue();
    }

    private static @Nullable String textOrNull(JsonNode node) {
      if (node.isMissingNode() || node.isNull()) {
        return null;
      }
      if (!node.isTextual()) {
        throw notHttpApi();
      }
      return node.textValue();
    }

    private static String textOr(JsonNode node, String otherwise) {
      String text = textOrNull(node);
      return text == null ? otherwise : text;
    }

    private static boolean flag(JsonNode node) {
      if (!node.isBoolean() && !node.isMissingNode()) {
        throw notHttpApi();
      }
      return node.booleanValue();
    }

    private static Map<String, String> texts(JsonNode node) {
      if (!node.isObject() && !node.isMissingNode() && !node.isNull()) {
        throw notHttpApi();
      }
      Map<String, String> texts = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        if (!field.getValue().isTextual()) {
          throw notHttpApi();
        }
        texts.put(field.getKey(), field.getValue().textValue());
      }
      return texts;
    }

    private static Rejection notHttpApi() {
      return Rejection.of(Rejection.Code.MALFORMED, "not-http-api");
    }
  }
}
