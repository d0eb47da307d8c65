package dev.gabion.secrets;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gabion.core.Delivery;
import dev.gabion.core.Envelope;
import dev.gabion.core.EventSource;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.Rejection;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.StrictJson;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Secrets Manager invokes a rotation function with: {@code {"Step", "SecretId",
 * "ClientRequestToken"}}, and {@code "RotationToken"} where the function works through a role that
 * it assumes ("Rotation by Lambda function" in the AWS Secrets Manager User Guide; steps are
 * written as AWS's published rotation functions have them).
 */
final class RotationEvents extends EventSource<RotationEvents.Event, RotationEvents.Event, String> {
  private static final Set<String> REQUIRED = Set.of("Step", "SecretId", "ClientRequestToken");
  private static final String ROTATION_TOKEN = "RotationToken";

  /** "Resource types defined by AWS Secrets Manager" in the Service Authorization Reference. */
  private static final Pattern SECRET =
      Pattern.compile(
          "arn:aws[a-z-]{0,16}:secretsmanager:[a-z0-9-]{1,32}:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]{1,519}");

  /** {@code PutSecretValue} in the API Reference gives both lengths. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9/_+=.@-]{32,64}");

  private static final Pattern PROOF = Pattern.compile("[A-Za-z0-9-]{36,256}");

  /** The four steps, in their order. */
  enum Step {
    CREATE("createSecret"),
    SET("setSecret"),
    TEST("testSecret"),
    FINISH("finishSecret");

    private final String word;

    Step(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }

    static Optional<Step> of(String word) {
      return Arrays.stream(values()).filter(step -> step.word.equals(word)).findFirst();
    }
  }

  /**
   * One step that is asked for.
   *
   * @param version the id of the version that is to become current
   * @param proof the rotation token: shows that who stores the new version acts for this rotation
   * @param function whom it was sent to
   */
  record Event(Step step, String arn, String version, @Nullable String proof, FunctionArn function)
      implements Envelope {
    @Override
    public String id() {
      return version + "/" + step.word;
    }

    @Override
    public SourceFacts facts() {
      return SourceFacts.of("secret-rotation", arn, step.word);
    }

    /** The proof is nobody else's business. */
    @Override
    public String toString() {
      return "Event[" + step.word + " " + arn + " " + version + "]";
    }
  }

  RotationEvents() {
    super(Event.class, String.class);
  }

  @Override
  public String describe() {
    return "Secrets Manager: steps of a rotation";
  }

  @Override
  protected Delivery<Event> open(JsonNode event, FunctionArn function) {
    boolean whole = event.isObject() && REQUIRED.stream().allMatch(event::has);
    if (!whole || event.size() > REQUIRED.size() + (event.has(ROTATION_TOKEN) ? 1 : 0)) {
      throw notARotation();
    }
    return Delivery.of(
        new Event(
            Step.of(event.path("Step").asText()).orElseThrow(RotationEvents::notARotation),
            text(event.path("SecretId"), SECRET),
            text(event.path("ClientRequestToken"), TOKEN),
            event.has(ROTATION_TOKEN) ? text(event.path(ROTATION_TOKEN), PROOF) : null,
            function));
  }

  private static String text(JsonNode member, Pattern form) {
    if (!member.isTextual() || !form.matcher(member.textValue()).matches()) {
      throw notARotation();
    }
    return member.textValue();
  }

  private static Rejection notARotation() {
    return Rejection.of(Rejection.Code.MALFORMED, "not-a-rotation");
  }

  @Override
  protected Event decode(Event event, StrictJson json) {
    return event;
  }

  /** Secrets Manager looks at whether the function fails, not at what it says. */
  @Override
  protected byte[] done(Event event, @Nullable String result, StrictJson json) {
    return new byte[0];
  }

  @Override
  protected byte[] refused(Event event, Rejection rejection, String correlationId) {
    return new byte[0];
  }

  @Override
  protected byte[] reply(List<Part<Event>> parts) {
    return new byte[0];
  }

  /** A refusal fails the invocation, and Secrets Manager tries the rotation again. */
  @Override
  protected boolean answersRefusals() {
    return false;
  }
}
