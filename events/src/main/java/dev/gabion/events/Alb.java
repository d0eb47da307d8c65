package dev.gabion.events;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gabion.core.Delivery;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.Limits;
import dev.gabion.core.Rejection;
import dev.gabion.core.SourceFacts;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An Application Load Balancer whose target the function is ("Use Lambda functions as targets of an
 * Application Load Balancer"), with multi-value headers or without: the reply is as the event was.
 *
 * <p>{@link #post}, {@link #put} and {@link #patch} take a JSON body; {@link #get} and {@link
 * #delete} take no body and bind path and query, which a load balancer passes on as they were sent.
 * Every parameter must be one of the input's components. A load balancer has no path parameters:
 * they are those of {@link #route}; without one any path is taken and none of it is bound.
 *
 * <p>Without multi-value headers a load balancer drops all but the last of several values, so that
 * nobody can see what was sent twice: turn them on ({@code lambda.multi_value_headers.enabled}).
 *
 * <p>An event must come from a target group in the function's own account and Region, where AWS
 * demands that it is, and from the declared one with {@link #targetGroup}. That is a claim of the
 * event; who may invoke the function is for its resource policy to say.
 */
public final class Alb<I, O> extends HttpSource<Alb.Request, I, O, Alb<I, O>> {
  /** Service Authorization Reference, "Resource types defined by AWS Elastic Load Balancing V2". */
  private static final Pattern TARGET_GROUP =
      Pattern.compile(
          "arn:(aws[a-z-]{0,16}):elasticloadbalancing:([a-z0-9-]{1,32}):([0-9]{12}):targetgroup/"
              + "[A-Za-z0-9-]{1,32}/[0-9a-f]{1,32}");

  private Alb(Class<I> input, Class<O> output, HttpChoices<O> choices) {
    super(input, output, choices);
  }

  @Override
  Alb<I, O> with(HttpChoices<O> choices) {
    return new Alb<>(input(), output(), choices);
  }

  @Override
  String kind() {
    return "ALB";
  }

  /** Takes a POST whose body is an {@code I}. */
  public static <I, O> Alb<I, O> post(Class<I> input, Class<O> output) {
    return new Alb<>(input, output, new HttpChoices<>("POST"));
  }

  /** Takes a PUT whose body is an {@code I}. */
  public static <I, O> Alb<I, O> put(Class<I> input, Class<O> output) {
    return new Alb<>(input, output, new HttpChoices<>("PUT"));
  }

  /** Takes a PATCH whose body is an {@code I}. */
  public static <I, O> Alb<I, O> patch(Class<I> input, Class<O> output) {
    return new Alb<>(input, output, new HttpChoices<>("PATCH"));
  }

  /** Takes a GET whose path and query parameters make an {@code I}. */
  public static <I, O> Alb<I, O> get(Class<I> input, Class<O> output) {
    return new Alb<>(input, output, new HttpChoices<>("GET"));
  }

  /** Takes a DELETE whose path and query parameters make an {@code I}. */
  public static <I, O> Alb<I, O> delete(Class<I> input, Class<O> output) {
    return new Alb<>(input, output, new HttpChoices<>("DELETE"));
  }

  /**
   * Hardens a handler that a team already has.
   *
   * @param event {@code ApplicationLoadBalancerRequestEvent} of {@code aws-lambda-java-events}
   */
  public static <T> Around<Request, T, Alb<T, Void>> around(
      Class<T> event, RequestHandler<? super T, ?> handler) {
    Alb<T, Void> door = new Alb<>(event, Void.class, Around.anyMethod());
    return Around.of(door, "ApplicationLoadBalancerRequestEvent", handler);
  }

  /** Takes events from the target group with this ARN only. */
  public Alb<I, O> targetGroup(String arn) {
    if (!TARGET_GROUP.matcher(arn).matches()) {
      throw new IllegalArgumentException(
          "A target group's ARN is"
              + " arn:aws:elasticloadbalancing:<region>:<account>:targetgroup/<name>/<id>.");
    }
    return but(copy -> copy.origins = HttpChoices.with(copy.origins, arn));
  }

  /**
   * Takes requests of this path only, and its parameters in braces as path parameters: {@code
   * /orders/{id}}.
   *
   * @throws IllegalArgumentException if it is another form of template
   */
  public Alb<I, O> route(String template) {
    HttpRoute route = new HttpRoute(template);
    return but(copy -> copy.route = route);
  }

  @Override
  protected Delivery<Request> open(JsonNode event, FunctionArn function) {
    Request request = Request.of(new HttpFields(event, "not-alb"), event, choices().route);
    String group = request.facts().origin();
    Matcher arn = TARGET_GROUP.matcher(group);
    boolean expected =
        arn.matches()
            && arn.group(1).equals(function.partition())
            && arn.group(2).equals(function.region())
            && arn.group(3).equals(function.account())
            && (choices().origins.isEmpty() || choices().origins.contains(group));
    if (!expected) {
      throw Rejection.of(Rejection.Code.FORBIDDEN, "origin");
    }
    return Delivery.of(request);
  }

  @Override
  protected void admit(Request request, Limits limits) {
    super.admit(request, limits);
    if (request.route != null && request.route.match(request.path) == null) {
      throw Rejection.of(Rejection.Code.NOT_FOUND, "route");
    }
  }

  /** One HTTP request as a load balancer hands it over. */
  public static final class Request extends HttpRequest {
    private static final Pattern TRACE =
        Pattern.compile("(?:^|;)(Self|Root)=(1-[0-9a-f]{8}-[0-9a-f]{24})(?=;|$)");

    private final String path;
    private final @Nullable HttpRoute route;
    private final boolean lists;

    private Request(
        JsonNode event, HttpFields fields, HttpHeaders headers, @Nullable HttpRoute route) {
      super(
          event,
          fields,
          traceId(headers.only("x-amzn-trace-id").orElse("")),
          fields.text("httpMethod"),
          headers,
          HttpQuery.encoded(
              RestApi.Request.listsOrSingle(
                  fields, "multiValueQueryStringParameters", "queryStringParameters")),
          new SourceFacts(
              "alb",
              fields.object("requestContext").object("elb").text("targetGroupArn"),
              fields.text("httpMethod") + (route == null ? "" : " " + route),
              fields.text("httpMethod"),
              headers.only("host").orElse(null),
              sender(headers),
              headers.only("user-agent").orElse(null)));
      this.path = fields.text("path");
      this.route = route;
      this.lists = fields.has("multiValueHeaders");
    }

    private static Request of(HttpFields fields, JsonNode event, @Nullable HttpRoute route) {
      fields.require(fields.has("headers") || fields.has("multiValueHeaders"));
      HttpHeaders headers =
          HttpHeaders.of(RestApi.Request.listsOrSingle(fields, "multiValueHeaders", "headers"));
      return new Request(event, fields, headers, route);
    }

    /**
     * What the load balancer traces the request by ("Request tracing for your Application Load
     * Balancer"): it makes {@code Self} where the sender has a {@code Root} of its own. A health
     * check has neither.
     */
    private static String traceId(String header) {
      String id = "untraced";
      Matcher traced = TRACE.matcher(header);
      while (traced.find()) {
        if (traced.group(1).equals("Self")) {
          return traced.group(2);
        }
        id = traced.group(2);
      }
      return id;
    }

    /** The address that the load balancer has added behind those that the sender claims. */
    private static @Nullable String sender(HttpHeaders headers) {
      List<String> lines = headers.all("x-forwarded-for");
      if (lines.isEmpty()) {
        return null;
      }
      String last = lines.get(lines.size() - 1);
      return last.substring(last.lastIndexOf(',') + 1).strip();
    }

    @Override
    Map<String, String> pathParameters() {
      Map<String, String> matched = route == null ? null : route.match(path);
      return matched == null ? Map.of() : matched;
    }

    @Override
    MutualTls.@Nullable Certificate clientCertificate() {
      // Without lists a line that a client has written cannot be told from the load balancer's.
      return lists ? MutualTls.Certificate.ofLoadBalancer(headers()) : null;
    }

    @Override
    HttpReply.Shape shape() {
      return lists ? HttpReply.Shape.LOAD_BALANCER_LISTS : HttpReply.Shape.LOAD_BALANCER;
    }
  }
}
