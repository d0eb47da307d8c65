package dev.gabion.core;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Has the code run that the first event will need, while nobody waits for it: before a snapshot,
 * and where Lambda starts environments ahead of events.
 *
 * <p>Each sample is opened, admitted, decoded, checked and sealed, and then an outcome is rendered
 * and written nowhere. No caller is identified or permitted anything and no logic runs, so nothing
 * is fetched, and no secret is needed or made.
 */
final class Priming {
  /**
   * AWS Lambda Developer Guide, "Defined runtime environment variables". With {@code on-demand} a
   * caller waits for INIT: what is paid there for all would be paid by that one, as without.
   */
  private static final Set<String> AHEAD =
      Set.of("snap-start", "provisioned-concurrency", "lambda-managed-instances");

  /** What every event makes use of, beside what its source and type bring. */
  private static final List<Class<?>> PATH =
      List.of(
          Invocation.class,
          Passage.class,
          Passage.Admitted.class,
          Passage.Identified.class,
          Passage.Decoded.class,
          Passage.Checked.class,
          Passage.Permitted.class,
          Passage.Done.class,
          Passage.Sealed.class,
          Passage.Recorded.class,
          Visit.class,
          Stopwatch.class,
          FilteredContext.class,
          FilteredLogger.class);

  private static final Pattern ACCOUNT = Pattern.compile("(?<![0-9])[0-9]{12}(?![0-9])");

  private static final int ACCOUNTS = 8;

  private Priming() {}

  /** Whether nobody waits for this INIT. */
  static boolean isAhead(Settings settings) {
    return settings.find("AWS_LAMBDA_INITIALIZATION_TYPE").filter(AHEAD::contains).isPresent();
  }

  /**
   * Takes each sample along, or does what can be done without one.
   *
   * @throws StartFailed if a sample is not what the handler takes
   * @throws Exception if the sink cannot render an outcome
   */
  static <E extends Envelope, I, O> void run(Recipe<E, I, O> recipe, StrictJson json)
      throws Exception {
    for (Class<?> type : PATH) {
      Class.forName(type.getName(), true, type.getClassLoader());
    }
    E last = null;
    int number = 0;
    for (Recipe.Sample<O> sample : recipe.samples()) {
      number++;
      Stop[] at = {Stop.OPEN};
      try {
        last = walk(recipe, json, sample, at);
      } catch (Rejection refused) {
        throw new StartFailed(
            "Sample " + number + " was refused at stop " + at[0] + ": " + reason(refused));
      }
    }
    recipe.audit().prime(outcome(recipe.settings(), last));
  }

  private static <E extends Envelope, I, O> E walk(
      Recipe<E, I, O> recipe, StrictJson json, Recipe.Sample<O> sample, Stop[] at) {
    EventSource<E, I, O> source = recipe.source();
    byte[] event = sample.event();
    if (event.length > recipe.limits().of(Limits.Bound.EVENT_BYTES)) {
      throw Rejection.of(Rejection.Code.TOO_LARGE, "event-bytes");
    }
    Delivery<E> delivery = open(recipe, json, event);
    if (delivery.envelopes().isEmpty()) {
      throw Rejection.of(Rejection.Code.MALFORMED, "empty-delivery");
    }
    List<EventSource.Part<E>> parts = new ArrayList<>();
    for (E envelope : delivery.envelopes()) {
      at[0] = Stop.OPEN;
      source.admit(envelope, recipe.limits());
      Optional<EventSource.Answer> answer = source.answer(envelope);
      byte[] bytes =
          answer.isPresent()
              ? answer.get().bytes()
              : made(recipe, json, envelope, sample.output(), at);
      parts.add(new EventSource.Part<>(envelope, true, bytes));
    }
    source.reply(parts);
    return delivery.envelopes().get(0);
  }

  /**
   * The part of a reply that a message gets for the sample's output; a refusal where it has none.
   */
  private static <E extends Envelope, I, O> byte[] made(
      Recipe<E, I, O> recipe, StrictJson json, E envelope, @Nullable O output, Stop[] at) {
    EventSource<E, I, O> source = recipe.source();
    at[0] = Stop.DECODE;
    I input = source.decode(envelope, json);
    at[0] = Stop.CHECK;
    List<Violation> violations = recipe.rules().check(input);
    if (!violations.isEmpty()) {
      throw Rejection.unfit(violations);
    }
    at[0] = Stop.SEAL;
    byte[] refused = source.refused(envelope, Rejection.forbidden(), "sample");
    return output == null ? refused : source.done(envelope, output, json);
  }

  /** An environment does not know its account yet, so a sample comes from one that it names. */
  private static <E extends Envelope> Delivery<E> open(
      Recipe<E, ?, ?> recipe, StrictJson json, byte[] event) {
    Rejection refused = null;
    for (String account : accounts(event)) {
      try {
        return recipe.source().open(json.event(event), function(recipe.settings(), account));
      } catch (Rejection other) {
        refused = other;
      }
    }
    throw refused == null ? Rejection.of(Rejection.Code.MALFORMED, "no-account") : refused;
  }

  private static Set<String> accounts(byte[] event) {
    Set<String> accounts = new LinkedHashSet<>();
    Matcher found = ACCOUNT.matcher(new String(event, StandardCharsets.UTF_8));
    while (found.find() && accounts.size() < ACCOUNTS) {
      accounts.add(found.group());
    }
    return accounts.isEmpty() ? Set.of("123456789012") : accounts;
  }

  private static FunctionArn function(Settings settings, String account) {
    return new FunctionArn(
        "aws",
        settings.find("AWS_REGION").orElse("unknown"),
        account,
        settings.find("AWS_LAMBDA_FUNCTION_NAME").orElse("unknown"));
  }

  private static String reason(Rejection refused) {
    StringBuilder text = new StringBuilder(refused.reason());
    for (Violation violation : refused.violations()) {
      text.append(", ").append(violation.path()).append(": ").append(violation.rule());
    }
    return text.append(". Correct the sample, or what it shows to be wrong.").toString();
  }

  private static AuditEvent outcome(Settings settings, @Nullable Envelope envelope) {
    AuditEvent.InvocationFacts invocation =
        new AuditEvent.InvocationFacts(
            "sample",
            "sample",
            null,
            null,
            function(settings, "123456789012"),
            settings.find("AWS_LAMBDA_FUNCTION_VERSION").orElse("unknown"),
            true);
    return new AuditEvent(
        AuditEvent.Activity.OUTCOME,
        AuditEvent.Verdict.ALLOWED,
        Stop.RECORD,
        Instant.now(),
        invocation,
        envelope == null ? null : envelope.facts(),
        Caller.of("sample", "sample"),
        new AuditEvent.Outcome(200, "done", List.of(), List.of(), Map.of(), 0, 0),
        Map.of());
  }
}
