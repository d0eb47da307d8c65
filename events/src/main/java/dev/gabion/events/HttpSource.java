package dev.gabion.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.Delivery;
import dev.gabion.core.Environment;
import dev.gabion.core.EventSource;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.Limits;
import dev.gabion.core.Rejection;
import dev.gabion.core.StartFailed;
import dev.gabion.core.StrictJson;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What all HTTP sources have in common: one method, a body or none, strictly bound parameters, and
 * replies with security headers.
 *
 * @param <E> the source's request
 * @param <S> the source itself, which each choice gives a changed copy of
 */
public abstract sealed class HttpSource<
        E extends HttpRequest, I, O, S extends HttpSource<E, I, O, S>>
    extends EventSource<E, I, O> permits HttpApi, RestApi, Alb {
  static final String FORM = "application/x-www-form-urlencoded";

  private final HttpChoices<O> choices;

  HttpSource(Class<I> input, Class<O> output, HttpChoices<O> choices) {
    super(input, output);
    this.choices = choices;
  }

  /** The same source with other choices. */
  abstract S with(HttpChoices<O> choices);

  /** The same source but for one choice: a source is never changed once it is handed out. */
  final S but(Consumer<HttpChoices<O>> choice) {
    HttpChoices<O> copy = choices.copy();
    choice.accept(copy);
    return with(copy);
  }

  final HttpChoices<O> choices() {
    return choices;
  }

  /**
   * Answers with another status than 200 when all went well.
   *
   * @param code 200 to 299; 204 and 205 for an output that is always null
   */
  public final S status(int code) {
    if (code < 200 || code > 299) {
      throw new IllegalArgumentException("The status of a success is 200 to 299.");
    }
    return but(copy -> copy.status = code);
  }

  /** Binds path parameters to components of the input beside its body. */
  public final S path(String... names) {
    return but(copy -> copy.fromPath = HttpChoices.with(copy.fromPath, names));
  }

  /** Binds query parameters to components of the input beside its body. */
  public final S query(String... names) {
    return but(copy -> copy.fromQuery = HttpChoices.with(copy.fromQuery, names));
  }

  /** Takes a body of this JSON media type, such as {@code application/merge-patch+json}, only. */
  public final S contentType(String type) {
    if (type.equals(FORM)) {
      throw new IllegalArgumentException("Declare a form with form().");
    }
    return but(copy -> copy.contentType = type);
  }

  /**
   * Takes a form ({@code application/x-www-form-urlencoded}) instead of JSON: each field one of the
   * input's components, within the budgets of a JSON body.
   *
   * <p>A browser sends a form to any host whichever page it stands on, without asking first: let
   * cookies alone not identify who sends one.
   */
  public final S form() {
    return but(copy -> copy.contentType = FORM);
  }

  /**
   * Answers with a header of the handler's own when all went well, such as {@code location}.
   *
   * @param name not one that every reply has, nor {@code content-type}, a length or a CORS header
   * @param value what to say of an output: visible ASCII characters, blanks and tabs; anything else
   *     is refused as our own fault before it leaves
   */
  public final S responseHeader(String name, Function<? super O, String> value) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!HttpReply.isName(name) || HttpReply.isOurs(lower)) {
      throw new IllegalArgumentException(
          "A response header's name is a token, and none of those that are set for every reply.");
    }
    return but(copy -> copy.headers.put(lower, value));
  }

  /** Lets pages of other origins read the replies, and answers preflight requests. */
  public final S cors(Cors cors) {
    return but(copy -> copy.cors = cors);
  }

  /** What the source is called, such as {@code HTTP API}. */
  abstract String kind();

  @Override
  public String describe() {
    return kind()
        + ": "
        + String.join(" ", choices.methods)
        + " "
        + input().getSimpleName()
        + (choices.isForm() ? " as a form" : "")
        + (choices.route == null ? "" : " at " + choices.route)
        + (choices.cors == null ? "" : ", " + choices.cors.describe());
  }

  /**
   * Makes sure that the declaration can be kept.
   *
   * @throws StartFailed if a bound parameter is no component of the input, if status and output do
   *     not agree on whether there is a body, or if there is nothing to make a header of
   */
  @Override
  protected void start(Environment environment, StrictJson json) {
    if (HttpReply.isEmpty(choices.status) != (output() == Void.class)) {
      throw new StartFailed(
          describe()
              + " answers "
              + choices.status
              + " with "
              + output().getSimpleName()
              + ": an output of Void goes with status 204 or 205, and they with it alone.");
    }
    if (output() == Void.class && !choices.headers.isEmpty()) {
      throw new StartFailed(
          describe() + " has a response header of an output of Void: there is none to make it of.");
    }
    if (!choices.hasBody() && choices.isForm()) {
      throw new StartFailed(describe() + ", which has no body: a form goes with post, put, patch.");
    }
    for (String name :
        HttpChoices.with(choices.fromPath, choices.fromQuery.toArray(String[]::new))) {
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
  protected abstract Delivery<E> open(JsonNode event, FunctionArn function);

  @Override
  protected void admit(E request, Limits limits) {
    Cors preflight = preflight(request);
    if (preflight == null && !choices.methods.contains(request.method())) {
      throw Rejection.of(Rejection.Code.METHOD_NOT_ALLOWED, "method");
    }
    request.headers().check(request.cookiesApart(), limits);
    request.body().check(limits);
    if (preflight != null) {
      preflight.check(request, choices.methods);
    }
  }

  @Override
  protected Optional<Answer> answer(E request) {
    Cors preflight = preflight(request);
    if (preflight == null) {
      return Optional.empty();
    }
    HttpReply reply = new HttpReply(204);
    preflight.addPreflightTo(reply, choices.methods);
    return Optional.of(new Answer("preflight", 204, written(reply, request)));
  }

  /** What is declared of other origins, if the request asks for that; else null. */
  private @Nullable Cors preflight(E request) {
    Cors cors = choices.cors;
    return cors != null && cors.isPreflight(request) ? cors : null;
  }

  @Override
  protected I decode(E request, StrictJson json) {
    ObjectNode input = JsonNodeFactory.instance.objectNode();
    if (!choices.hasBody()) {
      if (!request.body().isEmpty()) {
        throw Rejection.of(Rejection.Code.MALFORMED, "unexpected-body");
      }
      return bind(request, null, null, input, json);
    }
    String text = request.body().text(request.headers(), choices.contentType, json.limits());
    boolean bodyAlone = choices.fromPath.isEmpty() && choices.fromQuery.isEmpty();
    if (bodyAlone) {
      HttpParameters.refuse(request);
      if (!choices.isForm()) {
        return json.read(text, input());
      }
    }
    if (choices.isForm()) {
      new HttpParameters(json, input()).addForm(HttpQuery.raw(text), input);
    } else if (json.tree(text) instanceof ObjectNode body) {
      input = body;
    } else {
      throw Rejection.of(Rejection.Code.MALFORMED, "wrong-type");
    }
    if (choices.fromPath.stream().anyMatch(input::has)
        || choices.fromQuery.stream().anyMatch(input::has)) {
      throw Rejection.of(Rejection.Code.MALFORMED, "parameter-in-body");
    }
    return bind(request, choices.fromPath, choices.fromQuery, input, json);
  }

  /** Binds what is there with the parameters that may join it; null for any of the input. */
  private I bind(
      E request,
      @Nullable Set<String> path,
      @Nullable Set<String> query,
      ObjectNode input,
      StrictJson json) {
    HttpParameters parameters = new HttpParameters(json, input());
    parameters.addPath(request.pathParameters(), path, input);
    parameters.addQuery(request.query(), query, input);
    return json.bind(input, input());
  }

  @Override
  protected byte[] done(E request, @Nullable O output, StrictJson json) {
    HttpReply reply = HttpReply.done(choices.status, output, json);
    if (output != null) {
      for (Map.Entry<String, Function<? super O, String>> header : choices.headers.entrySet()) {
        reply.set(header.getKey(), header.getValue().apply(output));
      }
    }
    return written(reply, request);
  }

  @Override
  protected int doneStatus(@Nullable O output) {
    return choices.status;
  }

  @Override
  protected byte[] refused(E request, Rejection rejection, String correlationId) {
    return written(HttpReply.refused(rejection, choices.methods, correlationId), request);
  }

  /** A reply as the request's source and the page that asked may read it. */
  final byte[] written(HttpReply reply, E request) {
    if (choices.cors != null) {
      choices.cors.addTo(reply, request);
    }
    return reply.write(request.shape());
  }

  @Override
  protected byte[] reply(List<Part<E>> parts) {
    return parts.get(0).bytes();
  }

  @Override
  protected boolean answersRefusals() {
    return true;
  }
}
