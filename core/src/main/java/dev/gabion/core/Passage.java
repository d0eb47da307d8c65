package dev.gabion.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The stops that one envelope passes, and the proofs that it did.
 *
 * <p>Each stop takes the proof of the one before it and gives its own. A proof's constructor is
 * private to this class, so that nothing but the stop itself can make one and a stop that is left
 * out or comes too early does not compile.
 */
final class Passage<E extends Envelope, I, O> {
  private final Recipe<E, I, O> recipe;
  private final StrictJson json;
  private final AuditTrail trail;
  private final Visit visit;
  private final E envelope;
  private final Deadline deadline;
  private boolean tried;

  private Passage(
      Recipe<E, I, O> recipe,
      StrictJson json,
      AuditTrail trail,
      Deadline deadline,
      Visit visit,
      E envelope) {
    this.recipe = recipe;
    this.deadline = deadline;
    this.json = json;
    this.trail = trail;
    this.visit = visit;
    this.envelope = envelope;
  }

  /** One passage for each envelope of a delivery. */
  static <E extends Envelope, I, O> List<Passage<E, I, O>> of(
      Delivery<E> delivery, Recipe<E, I, O> recipe, StrictJson json, Invocation invocation) {
    List<Passage<E, I, O>> passages = new ArrayList<>();
    for (E envelope : delivery.envelopes()) {
      String suffix = delivery.envelopes().size() == 1 ? "" : "/" + passages.size();
      Visit visit = invocation.visit(envelope, suffix);
      passages.add(
          new Passage<>(recipe, json, invocation.trail(), invocation.deadline(), visit, envelope));
    }
    return passages;
  }

  /** Its method and header lines are as declared. */
  static final class Admitted {
    private final Optional<EventSource.Answer> answer;

    private Admitted(Optional<EventSource.Answer> answer) {
      this.answer = answer;
    }
  }

  /** Its caller is known. */
  static final class Identified {
    private final Caller caller;

    private Identified(Caller caller) {
      this.caller = caller;
    }
  }

  /** Its input has the declared shape. */
  static final class Decoded<I> {
    private final Identified who;
    private final I input;

    private Decoded(Identified who, I input) {
      this.who = who;
      this.input = input;
    }
  }

  /** Its input keeps the rules. */
  static final class Checked<I> {
    private final Decoded<I> decoded;

    private Checked(Decoded<I> decoded) {
      this.decoded = decoded;
    }
  }

  /** Its caller may do this to that. */
  static final class Permitted<I> {
    private final I input;

    private Permitted(I input) {
      this.input = input;
    }
  }

  /** User logic has returned. */
  static final class Done<O> {
    private final O output;

    private Done(O output) {
      this.output = output;
    }
  }

  /** Its part of the reply is ready, whatever it says. */
  static final class Sealed {
    private final byte[] bytes;
    private final int status;
    private final @Nullable Rejection rejection;
    private final boolean settled;

    private Sealed(byte[] bytes, int status, @Nullable Rejection rejection, boolean settled) {
      this.bytes = bytes;
      this.status = status;
      this.rejection = rejection;
      this.settled = settled;
    }
  }

  /** Its outcome is on the audit trail. */
  static final class Recorded<E extends Envelope> {
    private final EventSource.Part<E> part;

    private Recorded(EventSource.Part<E> part) {
      this.part = part;
    }

    EventSource.Part<E> part() {
      return part;
    }
  }

  /** Has every line that is logged from here on carry the message's identifiers. */
  void begin() {
    LogFields.set(visit);
  }

  /** Arrives at a stop, unless its time is spent: then it was the stop before that spent it. */
  private void arrive(Stop stop) {
    if (isTooLate()) {
      tried = false;
      throw Rejection.outOfTime();
    }
    visit.at(stop);
  }

  /**
   * The end of stop 2: the event is proven to be the source's, now the source looks at this
   * message.
   */
  Admitted admit() {
    arrive(Stop.OPEN);
    tried = true;
    recipe.source().admit(envelope, recipe.limits());
    return new Admitted(recipe.source().answer(envelope));
  }

  /** Whether the source answers the message itself: then no caller is asked for, no logic runs. */
  boolean answers(Admitted admitted) {
    return admitted.answer.isPresent();
  }

  /** Stop 8, for what the source answers itself. */
  Sealed answer(Admitted admitted) {
    visit.at(Stop.SEAL);
    EventSource.Answer answer = admitted.answer.orElseThrow();
    visit.answered(answer.what());
    return new Sealed(answer.bytes(), answer.status(), null, true);
  }

  /** Stop 3. */
  Identified identify(Admitted admitted) throws Exception {
    arrive(Stop.IDENTIFY);
    Caller caller;
    try {
      caller = recipe.caller().identify(envelope, visit);
    } catch (Rejection refused) {
      visit.unidentified(refused);
      throw refused;
    }
    Objects.requireNonNull(caller, "An Authenticator identified nobody.");
    visit.identified(caller);
    refuseOtherTenants(visit.tenantId(), caller.tenant());
    return new Identified(caller);
  }

  /** Two that are named must agree; where tenancy is declared, two must be named. */
  private void refuseOtherTenants(Optional<String> invocations, Optional<String> callers) {
    boolean named = invocations.isPresent() && callers.isPresent();
    if (recipe.isTenantIsolated() && !named) {
      throw Rejection.of(Rejection.Code.FORBIDDEN, "no-tenant");
    }
    if (named && !invocations.equals(callers)) {
      throw Rejection.of(Rejection.Code.FORBIDDEN, "tenant");
    }
  }

  /** Stop 4. */
  Decoded<I> decode(Identified who) {
    arrive(Stop.DECODE);
    I input = recipe.source().decode(envelope, json);
    return new Decoded<>(who, Objects.requireNonNull(input, "A source decoded nothing."));
  }

  /** Stop 5. */
  Checked<I> check(Decoded<I> decoded) {
    arrive(Stop.CHECK);
    List<Violation> violations = recipe.rules().check(decoded.input);
    if (!violations.isEmpty()) {
      throw Rejection.unfit(violations);
    }
    return new Checked<>(decoded);
  }

  /** Stop 6. */
  Permitted<I> permit(Checked<I> checked) throws Exception {
    arrive(Stop.PERMIT);
    Decoded<I> decoded = checked.decoded;
    if (!recipe.permit().allows(decoded.who.caller, decoded.input)) {
      throw Rejection.forbidden();
    }
    return new Permitted<>(decoded.input);
  }

  /** Stop 7: the only user code, only in time, and only if what it does can be recorded. */
  Done<O> logic(Permitted<I> permitted) throws Exception {
    arrive(Stop.LOGIC);
    trail.ready(visit);
    return new Done<>(recipe.logic().apply(permitted.input, visit));
  }

  /** Whether time is spent, or the message was cut off: then its outcome is recorded already. */
  private boolean isTooLate() {
    return visit.hasEnded() || deadline.isSpent();
  }

  /** Stop 8, for what was done. */
  Sealed seal(Done<O> done) {
    visit.at(Stop.SEAL);
    EventSource<E, I, O> source = recipe.source();
    return new Sealed(
        source.done(envelope, done.output, json), source.doneStatus(done.output), null, true);
  }

  /** Stop 8, for what was refused: the outside learns a code, the audit trail the rest. */
  Sealed refuse(Throwable failure) {
    Rejection rejection = Rejection.from(failure);
    visit.refused(rejection.caller());
    byte[] bytes = recipe.source().refused(envelope, rejection, visit.correlationId());
    return new Sealed(bytes, rejection.code().status(), rejection, false);
  }

  /**
   * The end of stop 8, for what was refused and can never pass: out of the way, if the source has a
   * place for it. If it cannot be put there, it stays refused.
   */
  Sealed quarantine(Sealed refused, Health health) {
    Quarantine quarantine = recipe.source().quarantine();
    Rejection rejection = Objects.requireNonNull(refused.rejection);
    if (quarantine == null
        || isTooLate()
        || !(envelope instanceof RecordEnvelope message)
        || !neverPasses(message, rejection)) {
      return refused;
    }
    String place = "";
    try {
      place = quarantine.describe();
      health.require();
      trail.ready(visit);
      quarantine.keep(
          new Quarantine.Kept(message, rejection, visit.last(), visit.correlationId()), visit);
      visit.quarantined("kept", place);
      return new Sealed(refused.bytes, refused.status, rejection, true);
    } catch (Throwable failure) {
      health.examine(failure);
      OperatorLog.error("A message could not be put into quarantine.", failure);
      visit.quarantined("failed", place);
      return refused;
    }
  }

  /**
   * Whether trying again is of no use: what was refused before logic ran is what it is; a failure
   * is one once the source has delivered the message as often as is declared. What was not tried
   * says nothing, and neither does a trail that takes no outcome.
   */
  private boolean neverPasses(RecordEnvelope message, Rejection rejection) {
    if (!tried || rejection.getCause() instanceof AuditFailed) {
      return false;
    }
    int attempts = recipe.source().attempts();
    boolean passing =
        rejection.code() == Rejection.Code.FAULT || rejection.code() == Rejection.Code.UNAVAILABLE;
    return (!passing && visit.last().compareTo(Stop.LOGIC) < 0)
        || (attempts > 0 && message.deliveries().orElse(0) >= attempts);
  }

  /**
   * Stop 9: what could not be recorded was not done.
   *
   * @throws AuditFailed if it could not be recorded, and there is a sender who would take a reply
   *     or the environment is lost
   */
  Recorded<E> record(Sealed sealed) {
    visit.end();
    try {
      visit.recordOutcome(sealed.status, sealed.rejection, sealed.bytes.length);
      return new Recorded<>(new EventSource.Part<>(envelope, sealed.settled, sealed.bytes));
    } catch (AuditFailed unrecorded) {
      if (recipe.source().answersRefusals() || Health.isFatal(unrecorded)) {
        throw unrecorded;
      }
      OperatorLog.error("An outcome was not recorded.", unrecorded);
      return new Recorded<>(new EventSource.Part<>(envelope, false, new byte[0]));
    } finally {
      visit.cleanUp();
    }
  }

  /** Says that it came to an end after its outcome was recorded: nothing is made of it. */
  void discard() {
    OperatorLog.warn("A result came too late and was discarded: " + visit.correlationId());
  }

  /**
   * The part of a message whose outcome was not recorded in time.
   *
   * @throws InvocationFailed if there is a sender who would take it for an answer
   */
  EventSource.Part<E> undone() {
    if (recipe.source().answersRefusals()) {
      throw InvocationFailed.of(visit.correlationId());
    }
    return new EventSource.Part<>(envelope, false, new byte[0]);
  }
}
