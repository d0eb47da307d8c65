package dev.gabion.secrets;

import dev.gabion.aws.AwsClients;
import dev.gabion.core.AuditSink;
import dev.gabion.core.Authenticator;
import dev.gabion.core.Caller;
import dev.gabion.core.Permit;
import dev.gabion.core.Recipe;
import dev.gabion.core.Rules;
import dev.gabion.core.Scope;
import dev.gabion.core.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A function that rotates secrets for AWS Secrets Manager.
 *
 * <pre>{@code
 * public final class RotateDb extends SecureHandler {
 *   public RotateDb() {
 *     super(
 *         SecretRotation.of("arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/db")
 *             .steps(new Steps())
 *             .audit(OcsfAudit.of("rotation")));
 *   }
 * }
 * }</pre>
 *
 * <p>Each step is what AWS prescribes ("Lambda rotation functions" in the AWS Secrets Manager User
 * Guide): the secret's rotation is enabled, by this function; the version is one of the secret's
 * and is pending. One that is current already is done. Beyond that, a version becomes current only
 * after it has been tested once more, so that steps out of order cannot break those who use it.
 *
 * <p>The role needs {@code DescribeSecret}, {@code GetSecretValue}, {@code PutSecretValue} and
 * {@code UpdateSecretVersionStage} on the secrets. The event has no credentials: let the function's
 * resource policy allow {@code secretsmanager.amazonaws.com} alone, with {@code aws:SourceAccount}.
 */
public final class SecretRotation {
  private static final Pattern WHOLE = Pattern.compile(".+-[A-Za-z0-9]{6}");
  private static final Pattern NAME =
      Pattern.compile(
          "arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+");
  private static final String SUFFIX = "-??????";

  private final List<String> arns;
  private final AwsClients clients;

  private SecretRotation(List<String> arns, AwsClients clients) {
    this.arns = arns;
    this.clients = clients;
  }

  /**
   * Declares which secrets the function rotates: no other is touched, whatever an event says.
   *
   * @param arn the ARN with or without the hyphen and the six characters that Secrets Manager puts
   *     at its end; {@code -??????} stands for them where the name itself ends so, such as {@code
   *     my-secret}
   * @throws IllegalArgumentException if this is no secret's ARN
   */
  public static SecretRotation of(String arn, String... more) {
    List<String> arns = new ArrayList<>(List.of(arn));
    arns.addAll(Arrays.asList(more));
    for (String each : arns) {
      String name = each.endsWith(SUFFIX) ? each.substring(0, each.length() - 7) : each;
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "A secret's ARN is arn:aws:secretsmanager:<region>:<account>:secret:<name>, and not "
                + each);
      }
    }
    return new SecretRotation(List.copyOf(arns), AwsClients.standard());
  }

  /** Takes clients of another role, or FIPS endpoints. */
  public SecretRotation clients(AwsClients other) {
    return new SecretRotation(arns, other);
  }

  /** Declares what is done beside Secrets Manager. */
  public AuditStage steps(RotationSteps steps) {
    Rotator rotator = new Rotator(clients, steps);
    return audit ->
        new RotationEvents()
            .caller(new Invoker())
            .rules(new WellFormed())
            .permit(new Declared(arns))
            .audit(audit)
            .logic(rotator)
            .uses(rotator, steps);
  }

  /** What is missing: where outcomes are recorded. */
  @FunctionalInterface
  public interface AuditStage {
    /** Declares where outcomes are recorded. */
    Recipe<?, ?, ?> audit(AuditSink audit);
  }

  /** Whether an ARN, as an event has it, is one that is declared. */
  private static Predicate<String> isAt(String declared) {
    boolean anySuffix = declared.endsWith(SUFFIX);
    if (!anySuffix && WHOLE.matcher(declared).matches()) {
      return declared::equals;
    }
    int end = declared.length() - (anySuffix ? SUFFIX.length() : 0);
    return Pattern.compile(Pattern.quote(declared.substring(0, end)) + "-[A-Za-z0-9]{6}")
        .asMatchPredicate();
  }

  /** Knows nobody: whoever may invoke the function may ask for a step. */
  private static final class Invoker implements Authenticator<RotationEvents.Event> {
    @Override
    public Caller identify(RotationEvents.Event event, Scope scope) {
      return Caller.of("lambda-resource-policy", "invoker");
    }

    @Override
    public String describe() {
      return "whoever the function's resource policy lets invoke it, which must be"
          + " secretsmanager.amazonaws.com alone: the event has no credentials";
    }
  }

  /** What can be wrong with an event was found when it was opened. */
  private static final class WellFormed implements Rules<RotationEvents.Event> {
    @Override
    public List<Violation> check(RotationEvents.Event event) {
      return List.of();
    }

    @Override
    public String describe() {
      return "one of the four steps, a secret's ARN, a version's id";
    }
  }

  private record Declared(List<String> arns, List<Predicate<String>> places)
      implements Permit<RotationEvents.Event> {
    Declared(List<String> arns) {
      this(arns, arns.stream().map(SecretRotation::isAt).toList());
    }

    @Override
    public boolean allows(Caller caller, RotationEvents.Event event) {
      return places.stream().anyMatch(place -> place.test(event.arn()));
    }

    @Override
    public String describe() {
      return "the secrets " + String.join(", ", arns);
    }
  }
}
