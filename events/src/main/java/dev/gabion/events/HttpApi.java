package dev.gabion.events;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gabion.core.Delivery;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.Rejection;
import dev.gabion.core.SourceFacts;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An API Gateway HTTP API or a Lambda function URL, payload format 2.0 ("Create AWS Lambda proxy
 * integrations for HTTP APIs", "Invoking Lambda function URLs"). An HTTP API that is set to payload
 * format 1.0 is a {@link RestApi}.
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
public final class HttpApi<I, O> extends HttpSource<HttpApi.Request, I, O, HttpApi<I, O>> {
  private HttpApi(Class<I> input, Class<O> output, HttpChoices<O> choices) {
    super(input, output, choices);
  }

  @Override
  HttpApi<I, O> with(HttpChoices<O> choices) {
    return new HttpApi<>(input(), output(), choices);
  }

  @Override
  String kind() {
    return "HTTP API";
  }

  /** Takes a POST whose body is an {@code I}. */
  public static <I, O> HttpApi<I, O> post(Class<I> input, Class<O> output) {
    return new HttpApi<>(input, output, new HttpChoices<>("POST"));
  }

  /** Takes a PUT whose body is an {@code I}. */
  public static <I, O> HttpApi<I, O> put(Class<I> input, Class<O> output) {
    return new HttpApi<>(input, output, new HttpChoices<>("PUT"));
  }

  /** Takes a PATCH whose body is an {@code I}. */
  public static <I, O> HttpApi<I, O> patch(Class<I> input, Class<O> output) {
    return new HttpApi<>(input, output, new HttpChoices<>("PATCH"));
  }

  /** Takes a GET whose path and query parameters make an {@code I}. */
  public static <I, O> HttpApi<I, O> get(Class<I> input, Class<O> output) {
    return new HttpApi<>(input, output, new HttpChoices<>("GET"));
  }

  /** Takes a DELETE whose path and query parameters make an {@code I}. */
  public static <I, O> HttpApi<I, O> delete(Class<I> input, Class<O> output) {
    return new HttpApi<>(input, output, new HttpChoices<>("DELETE"));
  }

  /**
   * Hardens a handler that a team already has.
   *
   * @param event {@code APIGatewayV2HTTPEvent} of {@code aws-lambda-java-events}
   */
  public static <T> Around<Request, T, HttpApi<T, Void>> around(
      Class<T> event, RequestHandler<? super T, ?> handler) {
    HttpApi<T, Void> door = new HttpApi<>(event, Void.class, Around.anyMethod());
    return Around.of(door, "APIGatewayV2HTTPEvent", handler);
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
    return but(copy -> copy.accounts = HttpChoices.with(copy.accounts, account));
  }

  /** Takes events from the API or function URL with this id only, whatever its account. */
  public HttpApi<I, O> api(String id) {
    return but(copy -> copy.origins = HttpChoices.with(copy.origins, id));
  }

  @Override
  protected Delivery<Request> open(JsonNode event, FunctionArn function) {
    Request request = Request.of(new HttpFields(event, "not-http-api"), event);
    if (!choices().expects(request.account, request.facts().origin(), function)) {
      throw Rejection.of(Rejection.Code.FORBIDDEN, "origin");
    }
    return Delivery.of(request);
  }

  /** One HTTP request as API Gateway or a function URL hands it over. */
  public static final class Request extends HttpRequest implements ApiGatewayRequest {
    private final String account;
    private final Map<String, String> pathParameters;
    private final List<String> cookies;
    private final Map<String, String> jwtClaims;
    private final Map<String, String> lambdaContext;
    private final Map<String, String> iamIdentity;
    private final MutualTls.@Nullable Certificate certificate;

    private Request(JsonNode event, HttpFields fields, HttpFields context, HttpFields http) {
      super(
          event,
          fields,
          context.text("requestId"),
          http.text("method"),
          HttpHeaders.of(fields.single("headers")),
          HttpQuery.raw(fields.textOr("rawQueryString", "")),
          new SourceFacts(
              "http-api",
              context.text("apiId"),
              context.text("routeKey"),
              http.text("method"),
              context.textOrNull("domainName"),
              http.textOrNull("sourceIp"),
              http.textOrNull("userAgent")));
      HttpFields authorizer = context.objectOrEmpty("authorizer");
      this.account = context.text("accountId");
      this.pathParameters = fields.texts("pathParameters");
      this.cookies = fields.list("cookies");
      this.jwtClaims = Map.copyOf(authorizer.objectOrEmpty("jwt").texts("claims"));
      this.lambdaContext = Map.copyOf(authorizer.objectOrEmpty("lambda").asTexts());
      this.iamIdentity = Map.copyOf(IamCaller.identity(authorizer.objectOrEmpty("iam"), "userId"));
      this.certificate = MutualTls.Certificate.of(context.objectOrEmpty("authentication"));
    }

    private static Request of(HttpFields fields, JsonNode event) {
      fields.require(fields.text("version").equals("2.0"));
      fields.require(!fields.has("routeArn")); // else it is an authorizer's own event
      HttpFields context = fields.object("requestContext");
      return new Request(event, fields, context, context.object("http"));
    }

    @Override
    public Map<String, String> jwtClaims() {
      return jwtClaims;
    }

    @Override
    public Map<String, String> lambdaContext() {
      return lambdaContext;
    }

    @Override
    public Map<String, String> iamIdentity() {
      return iamIdentity;
    }

    /** API Gateway takes the cookies out of the header lines. */
    @Override
    List<String> cookies() {
      return cookies.isEmpty() ? super.cookies() : cookies;
    }

    @Override
    List<String> cookiesApart() {
      return cookies;
    }

    @Override
    Map<String, String> pathParameters() {
      return pathParameters;
    }

    @Override
    MutualTls.@Nullable Certificate clientCertificate() {
      return certificate;
    }

    @Override
    HttpReply.Shape shape() {
      return HttpReply.Shape.HTTP_API;
    }
  }
}
