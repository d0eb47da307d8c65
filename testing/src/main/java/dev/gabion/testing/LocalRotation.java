package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.testing.LocalSecret.Version;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Rotation by a function: an empty version becomes AWSPENDING, and the function is called to fill,
 * set, test and promote it.
 *
 * <p>Source: AWS Secrets Manager User Guide, "Rotation by Lambda function", "Lambda rotation
 * functions".
 */
final class LocalRotation {
  private static final List<String> STEPS =
      List.of("createSecret", "setSecret", "testSecret", "finishSecret");

  private final Map<String, LocalAws.RotationFunction> functions = new ConcurrentHashMap<>();
  private final Clock clock;

  LocalRotation(Clock clock) {
    this.clock = clock;
  }

  void function(String arn, LocalAws.RotationFunction function) {
    functions.put(arn, function);
  }

  /** Notes how a secret is rotated, and begins unless that is put off. */
  void begin(LocalSecret secret, AwsAsk ask, String token) {
    String function = ask.text("RotationLambdaARN", secret.rotationFunction);
    if (function.isEmpty()) {
      throw AwsRefusal.of(
          "InvalidRequestException",
          "No Lambda rotation function ARN is associated with this secret.");
    }
    Version there = secret.version(token);
    if (secret.isRotating() && there == null) {
      throw AwsRefusal.of(
          "InvalidRequestException",
          "A previous rotation isn't complete. That rotation will be reattempted.");
    }
    secret.rotationFunction = function;
    secret.rotationDays =
        ask.object("RotationRules")
            .number("AutomaticallyAfterDays", 1, 1000)
            .orElse(secret.rotationDays);
    if (there == null && ask.flag("RotateImmediately", true)) {
      secret.put(token, null, List.of(LocalSecret.PENDING), clock.instant());
      secret.rotated = clock.instant();
    }
  }

  /** Calls the function, if there is one here, step by step until one fails. */
  void run(LocalSecret secret, String token) {
    LocalAws.RotationFunction function = functions.get(secret.rotationFunction);
    if (function == null) {
      return;
    }
    try {
      for (String step : STEPS) {
        function.invoke(event(step, secret, token).toString().getBytes(UTF_8));
      }
    } catch (Exception failed) {
      // AWS tries again later; until then the version stays AWSPENDING.
    }
  }

  private static ObjectNode event(String step, LocalSecret secret, String token) {
    return AwsService.answer()
        .put("Step", step)
        .put("SecretId", secret.arn)
        .put("ClientRequestToken", token);
  }
}
