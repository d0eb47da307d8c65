package dev.gabion.core;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A way into the function: opens its source's events into envelopes and turns results back into the
 * reply that the source expects.
 *
 * <p>Each source is one immutable file that knows both directions. Choosing what the handler
 * demands begins with {@link #caller}.
 *
 * @param <E> the source's envelope
 * @param <I> the input that a message's body, path and query are decoded into
 * @param <O> the output
 */
public abstract class EventSource<E extends Envelope, I, O> {
  private final Class<I> input;
  private final Class<O> output;

  /** Creates a source that takes {@code input} and gives {@code output}. */
  protected EventSource(Class<I> input, Class<O> output) {
    this.input = input;
    this.output = output;
  }

  /** Declares who may call; the first of the stages that every handler goes through. */
  public final Recipe.RulesStage<E, I, O> caller(Authenticator<? super E> caller) {
    return Recipe.from(this, caller);
  }

  /** The type of the input. */
  public final Class<I> input() {
    return input;
  }

  /** The type of the output. */
  public final Class<O> output() {
    return output;
  }

  /** Says in one line what is taken in, such as {@code "HTTP API: POST Order"}. */
  public abstract String describe();

  /**
   * Readies the source, during INIT: whatever is wrong with what it declares shows here.
   *
   * @throws StartFailed if it cannot work as it is declared
   */
  protected void start(Environment environment, StrictJson json) throws Exception {}

  /**
   * Opens an event.
   *
   * @param event the whole event, read strictly
   * @param function the invoked function: events come from its own account unless declared
   * @throws Rejection if this is not the declared source's event; the invocation then fails,
   *     because no reply would be understood
   */
  protected abstract Delivery<E> open(JsonNode event, FunctionArn function);

  /**
   * Admits an envelope that is proven to be this source's.
   *
   * @throws Rejection if its method or header lines are not as declared; answered as the source's
   *     protocol says
   */
  protected void admit(E envelope, Limits limits) {}

  /**
   * Answers an admitted message itself: what the protocol asks of a server and neither caller nor
   * logic has a part in, such as a CORS preflight. Empty for every message that goes on.
   */
  protected Optional<Answer> answer(E envelope) {
    return Optional.empty();
  }

  /**
   * Decodes a message strictly into the input.
   *
   * @throws Rejection if it is not what was declared
   */
  protected abstract I decode(E envelope, StrictJson json);

  /**
   * Turns an output into this message's part of the reply.
   *
   * @param output what logic returned; null only if it returned that
   * @throws Rejection if it is over its budget
   */
  protected abstract byte[] done(E envelope, @Nullable O output, StrictJson json);

  /** The HTTP status that says what {@link #done} says, for the audit trail. */
  protected int doneStatus(@Nullable O output) {
    return 200;
  }

  /**
   * Turns a refusal into this message's part of the reply.
   *
   * @param correlationId what the sender may quote to be helped
   */
  protected abstract byte[] refused(E envelope, Rejection rejection, String correlationId);

  /** Puts the parts together, in the order of the delivery, one for each of its envelopes. */
  protected abstract byte[] reply(List<Part<E>> parts);

  /**
   * Whether the source gives a refusal's reply back to the sender. Where it does not, a delivery of
   * which nothing was done fails as a whole: a mapping without partial batch responses would take
   * any reply for an acknowledgement.
   */
  protected abstract boolean answersRefusals();

  /** Whether the input is bound from JSON; false if the source makes it of what it knows. */
  protected boolean bindsInput() {
    return true;
  }

  /**
   * What a source answers itself.
   *
   * @param what the answer's name for the audit trail, such as {@code preflight}
   * @param status the HTTP status that says what it says
   */
  @SuppressWarnings("ArrayRecordComponent") // handed from one stop to the next, never compared
  public record Answer(String what, int status, byte[] bytes) {
    /** Copies the bytes. */
    public Answer {
      bytes = bytes.clone();
    }

    /** A copy of the part of the reply. */
    @Override
    public byte[] bytes() {
      return bytes.clone();
    }
  }

  /**
   * Whether the reply can name the messages that must come again. Where it cannot, and there is
   * nobody who would read a refusal, one that failed fails the delivery.
   */
  protected boolean namesFailures() {
    return true;
  }

  /**
   * What the messages of an unordered delivery are worked on with, together; null to work on them
   * in turn.
   */
  protected @Nullable Executor executor() {
    return null;
  }

  /** Where messages are kept that can never pass; null to report them as failed. */
  protected @Nullable Quarantine quarantine() {
    return null;
  }

  /**
   * With which delivery of a message, as its source counts, a failure of ours or of logic counts as
   * one that can never pass; 0 for never.
   */
  protected int attempts() {
    return 0;
  }

  /**
   * One message's part of the reply.
   *
   * @param done whether the message is settled, and that was recorded: worked on, or in quarantine
   * @param bytes what {@link #done} or {@link #refused} made of it
   */
  @SuppressWarnings("ArrayRecordComponent") // handed from one stop to the next, never compared
  public record Part<E extends Envelope>(E envelope, boolean done, byte[] bytes) {}
}
