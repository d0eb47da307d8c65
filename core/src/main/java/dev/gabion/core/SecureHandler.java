package dev.gabion.core;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.gabion.core.Passage.Admitted;
import dev.gabion.core.Passage.Checked;
import dev.gabion.core.Passage.Decoded;
import dev.gabion.core.Passage.Done;
import dev.gabion.core.Passage.Identified;
import dev.gabion.core.Passage.Permitted;
import dev.gabion.core.Passage.Sealed;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A Lambda function whose logic is reached only by events that were bounded, opened, identified,
 * decoded strictly, checked and permitted, and whose every outcome is on an audit trail.
 *
 * <p>Extend it, hand a {@link Recipe} to the constructor, and name the class as the function's
 * handler. Constructing it starts everything the recipe names, side by side: that is INIT. Loading
 * it installs the floors under all code in the process: {@link TlsFloor}, {@link StandardOutput}
 * and {@link SerializationFloor}.
 */
public abstract class SecureHandler implements RequestStreamHandler {
  static {
    TlsFloor.install();
    StandardOutput.install();
    SerializationFloor.install();
  }

  private final Recipe<?, ?, ?> recipe;
  private final StrictJson json;
  private final AuditTrail trail;
  private final Load load;
  private final IntFunction<Deadline> deadline;
  private final Health health = new Health();
  private final Watch watch = new Watch(health::examine);
  private final AtomicBoolean cold = new AtomicBoolean(true);

  /** Held, because the runtime's own hold is weak. */
  @SuppressWarnings({"unused", "FieldCanBeLocal"})
  private final @Nullable Snapshot snapshot;

  /**
   * Starts a handler.
   *
   * @throws InvocationFailed if anything it needs cannot be started; the log says what and why
   */
  protected SecureHandler(Recipe<?, ?, ?> recipe) {
    this(recipe, System::currentTimeMillis, System::nanoTime);
  }

  /** The same by other clocks, for tests that move them by hand. */
  SecureHandler(Recipe<?, ?, ?> recipe, LongSupplier wallMillis, LongSupplier monotonicNanos) {
    this.recipe = recipe;
    this.deadline = millis -> Deadline.of(millis, recipe.limits(), wallMillis, monotonicNanos);
    this.json = new StrictJson(recipe.limits());
    this.load = new Load(recipe.limits());
    this.trail = new AuditTrail(recipe.audit(), recipe.observers());
    this.snapshot = Startup.run(recipe, json, trail, getClass());
  }

  /**
   * Starts a handler whose recipe may fail to be made: what the supplier throws stays inside, as
   * what a start throws does.
   *
   * <p>What the arguments of {@code super(…)}, static initialisers, fields and the rest of a
   * constructor throw does not pass here, and the runtime reports it to whoever invokes the
   * function; {@link ContainedHandler} contains that as well.
   *
   * @throws InvocationFailed if the recipe cannot be made, or anything it needs cannot be started;
   *     the log says what and why
   */
  protected SecureHandler(Supplier<? extends Recipe<?, ?, ?>> recipe) {
    this(Startup.made(recipe));
  }

  /**
   * Takes one event along the path and writes its reply.
   *
   * @throws InvocationFailed if the event is not the declared source's, if nothing of a batch was
   *     done, if an outcome could not be recorded, or if the reply came too late
   */
  @Override
  public final void handleRequest(InputStream in, OutputStream out, Context context) {
    Invocation invocation = null;
    try {
      health.require();
      invocation = Invocation.of(context, cold.getAndSet(false), trail, deadline);
      watch.begin(invocation);
      walk(recipe, invocation, in, out);
    } catch (Throwable failure) {
      throw failed(invocation, failure);
    } finally {
      if (invocation != null) {
        watch.end(invocation);
      }
      StandardOutput.flush();
    }
  }

  /** The path of one event, from the first stop to the last. */
  private <E extends Envelope, I, O> void walk(
      Recipe<E, I, O> recipe, Invocation invocation, InputStream in, OutputStream out)
      throws Exception {
    EventSource<E, I, O> source = recipe.source();
    byte[] event = invocation.read(in, recipe.limits()); //                            1
    try (Load.Share share = load.take(event.length, invocation.deadline())) {
      Delivery<E> delivery = invocation.open(event, source, json); //                  2
      List<Passage<E, I, O>> passages = Passage.of(delivery, recipe, json, invocation);
      List<Work<E, I, O>> works = Work.of(passages, this::pass, health::examine, load);
      invocation.begin(works);
      List<EventSource.Part<E>> parts = //                                             3-9
          walk(works, delivery.ordered(), share.refusal(), source, invocation.deadline());
      health.require();
      invocation.settle(); //                                                          9
      if (!source.answersRefusals() && failed(source, parts)) {
        throw InvocationFailed.of(invocation.correlationId());
      }
      invocation.write(source.reply(parts), out); //                                  10
    }
  }

  private <E extends Envelope, I, O> List<EventSource.Part<E>> walk(
      List<Work<E, I, O>> works,
      boolean ordered,
      @Nullable Rejection refusal,
      EventSource<E, I, O> source,
      Deadline deadline) {
    if (refusal != null) {
      works.forEach(work -> work.refuse(refusal));
    }
    Executor executor = ordered || refusal != null ? null : source.executor();
    return executor == null
        ? inTurn(works, ordered, deadline)
        : Together.walk(works, executor, deadline, health::examine);
  }

  /** Whether a reply would acknowledge what was not done. */
  private static <E extends Envelope> boolean failed(
      EventSource<E, ?, ?> source, List<EventSource.Part<E>> parts) {
    return source.namesFailures()
        ? parts.stream().noneMatch(EventSource.Part::done)
        : !parts.stream().allMatch(EventSource.Part::done);
  }

  /** One message after another; an ordered delivery stops at the first that is not done. */
  private <E extends Envelope, I, O> List<EventSource.Part<E>> inTurn(
      List<Work<E, I, O>> works, boolean ordered, Deadline deadline) {
    List<EventSource.Part<E>> parts = new ArrayList<>();
    boolean broken = false;
    for (Work<E, I, O> work : works) {
      if (broken) {
        work.refuse(Rejection.of(Rejection.Code.CONFLICT, "after-failure"));
      } else {
        work.run(); //                                                                 3-9
      }
      EventSource.Part<E> part = work.part(deadline);
      health.require();
      broken |= ordered && !part.done();
      parts.add(part);
    }
    return parts;
  }

  /** The stops that each envelope passes for itself. */
  private <E extends Envelope, I, O> Sealed pass(Passage<E, I, O> passage) {
    try {
      passage.begin();
      Admitted admitted = passage.admit(); //                                          2
      if (passage.answers(admitted)) {
        return passage.answer(admitted); //                                            8
      }
      Identified who = passage.identify(admitted); //                                  3
      Decoded<I> decoded = passage.decode(who); //                                     4
      Checked<I> checked = passage.check(decoded); //                                  5
      Permitted<I> permitted = passage.permit(checked); //                             6
      Done<O> done = passage.logic(permitted); //                                      7
      return passage.seal(done); //                                                    8
    } catch (Throwable failure) {
      health.examine(failure);
      Thread.interrupted(); // what logic left behind does not keep us from a quarantine
      return passage.quarantine(passage.refuse(failure), health); //                   8
    } finally {
      LogFields.clear();
      Thread.interrupted(); // an interrupt that logic left behind is not the next message's
    }
  }

  /**
   * What leaves instead of {@code failure}: nothing of it. Records it first if no envelope has been
   * recorded for it.
   */
  private RuntimeException failed(@Nullable Invocation invocation, Throwable failure) {
    health.examine(failure);
    try {
      if (failure instanceof InvocationFailed said) {
        return said;
      }
      if (invocation == null) {
        OperatorLog.error("An invocation could not begin.", failure);
        return InvocationFailed.of("none");
      }
      if (!invocation.endsUnopened()) {
        OperatorLog.error("A reply did not leave.", failure);
      } else {
        Rejection rejection = Rejection.from(failure);
        invocation.visit(null, "").recordOutcome(rejection.code().status(), rejection, 0);
        invocation.settle();
      }
      return InvocationFailed.of(invocation.correlationId());
    } catch (Throwable unrecorded) {
      health.examine(unrecorded);
      OperatorLog.error("An outcome was not recorded.", unrecorded);
      return InvocationFailed.of(invocation == null ? "none" : invocation.correlationId());
    } finally {
      health.require(); // overrides what would be returned
    }
  }
}
