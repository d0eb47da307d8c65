package dev.gabion.events;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.gabion.core.AuditSink;
import dev.gabion.core.Authenticator;
import dev.gabion.core.Permit;
import dev.gabion.core.Recipe;
import dev.gabion.core.Rules;
import java.util.function.UnaryOperator;

/**
 * Hardens a handler that a team already has: its events pass the door, a caller, a rule for bodies
 * and a permit before it sees them, and its replies leave with every security header.
 *
 * <p>The handler gets the event of {@code aws-lambda-java-events} that the runtime would have given
 * it, bound from what was read strictly. Its query and path parameters are within their budgets and
 * well encoded, but which there are, and what they say, is still the handler's to check.
 *
 * <p>Of its reply, status, body, {@code content-type} and headers of its own are kept. What every
 * reply has is set over what it says, CORS is the door's to say, and what names the server's
 * software or how the connection is used is left out. A reply that the source could not read, or a
 * header value with a control character, is refused as our own fault.
 *
 * @param <E> the source's request
 * @param <T> the type of the event
 * @param <S> the source
 */
public final class Around<E extends HttpRequest, T, S extends HttpSource<E, T, Void, S>> {
  private final S door;
  private final RequestHandler<? super T, ?> handler;

  private Around(S door, RequestHandler<? super T, ?> handler) {
    this.door = door;
    this.handler = handler;
  }

  static <E extends HttpRequest, T, S extends HttpSource<E, T, Void, S>> Around<E, T, S> of(
      S door, String eventType, RequestHandler<? super T, ?> handler) {
    if (!door.input()
        .getName()
        .equals("com.amazonaws.services.lambda.runtime.events." + eventType)) {
      throw new IllegalArgumentException(
          "The event of this source is " + eventType + " of aws-lambda-java-events.");
    }
    return new Around<>(door, handler);
  }

  /** What the door of a handler takes in that says itself what it does with which method. */
  static HttpChoices<Void> anyMethod() {
    return new HttpChoices<>("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
  }

  /** Takes these methods only, in capitals, such as {@code POST}. */
  public Around<E, T, S> methods(String... names) {
    return new Around<>(door.but(copy -> copy.methods = HttpChoices.sorted(names)), handler);
  }

  /**
   * Declares more of the source: where events may come from, CORS. What says how an input is bound
   * or answered, such as {@code query} and {@code status}, is of no effect: the handler does both.
   */
  public Around<E, T, S> door(UnaryOperator<S> choice) {
    return new Around<>(choice.apply(door), handler);
  }

  /**
   * Demands that a body is strict JSON of this type and keeps these rules, and that there is one
   * with POST, PUT and PATCH alone. The handler reads the same body again, itself.
   */
  public <B> CallerStage<E, T> body(Class<B> type, Rules<? super B> rules) {
    return stages(new AroundSource<>(door, type), new AroundSource.BodyRules<>(type, rules));
  }

  /**
   * Lets any body through to the handler that is within its budget.
   *
   * @param reason why that is right here; read by reviewers and kept in the description
   */
  public CallerStage<E, T> insecureAnyBody(String reason) {
    Rules<Object> any = Rules.insecureAnyInput(reason);
    return stages(new AroundSource<>(door, null), new AroundSource.BodyRules<>(Object.class, any));
  }

  private CallerStage<E, T> stages(AroundSource<E, ?> source, Rules<AroundSource.Input> rules) {
    Class<T> type = door.input();
    return caller ->
        permit ->
            audit ->
                source
                    .caller(caller)
                    .rules(rules)
                    .permit(new AroundSource.EventPermit<>(type, permit))
                    .audit(audit)
                    .logic(
                        (input, call) ->
                            AroundSource.Answer.of(
                                source.tree(
                                    handler.handleRequest(
                                        type.cast(input.event()), call.lambdaContext()))));
  }

  /** What is missing: who may call. */
  public interface CallerStage<E extends HttpRequest, T> {
    /** Declares who may call. */
    PermitStage<E, T> caller(Authenticator<? super E> caller);
  }

  /** What is missing: who may have which event. */
  public interface PermitStage<E extends HttpRequest, T> {
    /** Declares who may have which event handled. */
    AuditStage<E> permit(Permit<? super T> permit);
  }

  /** What is missing: where outcomes are recorded. */
  public interface AuditStage<E extends HttpRequest> {
    /** Declares where outcomes are recorded. */
    Recipe<E, ?, ?> audit(AuditSink audit);
  }
}
