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
 * An API Gateway REST API ("Set up Lambda proxy integrations in API Gateway"), or an HTTP API that
 * is set to payload format 1.0 ("Create AWS Lambda proxy integrations for HTTP APIs"): both send
 * the same event.
 *
 * <p>{@link #post}, {@link #put} and {@link #patch} take a JSON body; {@link #get} and {@link
 * #delete} take no body and bind path and query, which API Gateway has decoded. Every path and
 * query parameter must be one of the input's components: with a body those that {@link #path} and
 * {@link #query} name, else all.
 *
 * <p>An event must come from the function's own account, unless {@link #account} or {@link #api}
 * says otherwise. Both are claims of the event; who may invoke the function is for its resource
 * policy to say.
 */
public final class RestApi<I, O> extends HttpSource<RestApi.Request, I, O, RestApi<I, O>> {
  private RestApi(Class<I> input, Class<O> output, HttpChoices<O> choices) {
    super(input, output, choices);
  }

  @Override
  RestApi<I, O> with(HttpChoices<O> choices) {
    return new RestApi<>(input(), output(), choices);
  }

  @Override
  String kind() {
    return "REST API";
  }

  /** Takes a POST whose body is an {@code I}. */
  public static <I, O> RestApi<I, O> post(Class<I> input, Class<O> output) {
    return new RestApi<>(input, output, new HttpChoices<>("POST"));
  }

  /** Takes a PUT whose body is an {@code I}. */
  public static <I, O> RestApi<I, O> put(Class<I> input, Class<O> output) {
    return new RestApi<>(input, output, new HttpChoices<>("PUT"));
  }

  /** Takes a PATCH whose body is an {@code I}. */
  public static <I, O> RestApi<I, O> patch(Class<I> input, Class<O> output) {
    return new RestApi<>(input, output, new HttpChoices<>("PATCH"));
  }

  /** Takes a GET whose path and query parameters make an {@code I}. */
  public static <I, O> RestApi<I, O> get(Class<I> input, Class<O> output) {
    return new RestApi<>(input, output, new HttpChoices<>("GET"));
  }

  /** Takes a DELETE whose path and query parameters make an {@code I}. */
  public static <I, O> RestApi<I, O> delete(Class<I> input, Class<O> output) {
    return new RestApi<>(input, output, new HttpChoices<>("DELETE"));
  }

  /**
   * Hardens a handler that a team already has.
   *
   * @param event {@code APIGatewayProxyRequestEvent} of {@code aws-lambda-java-events}
   */
  public static <T> Around<Request, T, RestApi<T, Void>> around(
      Class<T> event, RequestHandler<? super T, ?> handler) {
    RestApi<T, Void> door = new RestApi<>(event, Void.class, Around.anyMethod());
    return Around.of(door, "APIGatewayProxyRequestEvent", handler);
  }

  /** Takes events from this account, twelve digits, and no longer from the function's own. */
  public RestApi<I, O> account(String account) {
    if (!account.matches("[0-9]{12}")) {
      throw new IllegalArgumentException("An account is twelve digits.");
    }
    return but(copy -> copy.accounts = HttpChoices.with(copy.accounts, account));
  }

  /** Takes events from the API with this id only, whatever its account. */
  public RestApi<I, O> api(String id) {
    return but(copy -> copy.origins = HttpChoices.with(copy.origins, id));
  }

  /** Takes events from the stage of this name only, such as {@code prod}. */
  public RestApi<I, O> stage(String name) {
    return but(copy -> copy.stages = HttpChoices.with(copy.stages, name));
  }

  @Override
  protected Delivery<Request> open(JsonNode event, FunctionArn function) {
    Request request = Request.of(new HttpFields(event, "not-rest-api"), event);
    boolean expected =
        choices().expects(request.account, request.facts().origin(), function)
            && (choices().stages.isEmpty() || choices().stages.contains(request.stage));
    if (!expected) {
      throw Rejection.of(Rejection.Code.FORBIDDEN, "origin");
    }
    return Delivery.of(request);
  }

  /** One HTTP request as API Gateway hands it over. */
  public static final class Request extends HttpRequest implements ApiGatewayRequest {
    private final String account;
    private final String stage;
    private final Map<String, String> pathParameters;
    private final Map<String, String> jwtClaims;
    private final Map<String, String> lambdaContext;
    private final Map<String, String> iamIdentity;
    private final MutualTls.@Nullable Certificate certificate;

    private Request(JsonNode event, HttpFields fields, HttpFields context, HttpFields identity) {
      super(
          event,
          fields,
          context.text("requestId"),
          fields.text("httpMethod"),
          HttpHeaders.of(listsOrSingle(fields, "multiValueHeaders", "headers")),
          HttpQuery.decoded(
              listsOrSingle(fields, "multiValueQueryStringParameters", "queryStringParameters")),
          new SourceFacts(
              "rest-api",
              context.text("apiId"),
              fields.text("httpMethod") + " " + context.text("resourcePath"),
              fields.text("httpMethod"),
              context.textOrNull("domainName"),
              identity.textOrNull("sourceIp"),
              identity.textOrNull("userAgent")));
      HttpFields authorizer = context.objectOrEmpty("authorizer");
      this.account = context.text("accountId");
      this.stage = context.text("stage");
      this.pathParameters = fields.texts("pathParameters");
      this.jwtClaims = Map.copyOf(authorizer.objectOrEmpty("claims").asTexts());
      // What a Lambda authorizer says lies flat beside principalId; a token's claims lie deeper.
      this.lambdaContext =
          authorizer.has("principalId") ? Map.copyOf(authorizer.asTexts()) : Map.of();
      this.iamIdentity = Map.copyOf(IamCaller.identity(identity, "caller"));
      this.certificate = MutualTls.Certificate.of(identity);
    }

    /** Lists of values where the event has them, else single values. */
    static Map<String, List<String>> listsOrSingle(HttpFields fields, String lists, String single) {
      return fields.has(lists) ? fields.lists(lists) : fields.single(single);
    }

    private static Request of(HttpFields fields, JsonNode event) {
      fields.require(fields.textOr("version", "1.0").equals("1.0"));
      fields.require(!fields.has("methodArn")); // else it is an authorizer's own event
      HttpFields context = fields.object("requestContext");
      fields.require(!context.has("connectionId")); // else it is a WebSocket's
      fields.require(fields.text("httpMethod").equals(context.text("httpMethod")));
      fields.text("resource");
      return new Request(event, fields, context, context.object("identity"));
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
      return HttpReply.Shape.REST_API;
    }
  }
}
