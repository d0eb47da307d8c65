package dev.gabion.core;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Lets a function start though one of its environment variables holds a secret.
 *
 * <p>Whoever may read a function's configuration reads its environment, and so does every library
 * in it. So a function does not start in Lambda while one of its variables looks like a secret by
 * its name or its value: the log names the variables. The way out is a secret's name in the
 * variable and the secret in a manager; until then {@code .uses(EnvironmentCheck.insecureAllow(…))}
 * for each.
 */
public final class EnvironmentCheck implements Managed {
  private final String name;
  private final String reason;

  private EnvironmentCheck(String name, String reason) {
    this.name = name;
    this.reason = reason;
  }

  /**
   * Leaves a variable out of the check.
   *
   * @param name the variable's name, as it is set
   * @param reason why that is right here; read by reviewers and kept in the description
   */
  public static EnvironmentCheck insecureAllow(String name, String reason) {
    return new EnvironmentCheck(name, Insecure.reason(reason));
  }

  /**
   * Refuses secrets in variables, where this is Lambda: a developer's machine and a pipeline have
   * secrets that are not the function's.
   *
   * @throws StartFailed if there are any that {@code uses} do not allow
   */
  static void require(Settings settings, List<Managed> uses) {
    if (!isLambda(settings)) {
      return;
    }
    Set<String> found = new TreeSet<>(EnvironmentSecrets.names(settings));
    for (Managed resource : uses) {
      if (resource instanceof EnvironmentCheck allowed) {
        found.remove(allowed.name);
      }
    }
    if (!found.isEmpty()) {
      throw new StartFailed(
          "Environment variables hold secrets: "
              + String.join(", ", found)
              + ". Put each into Secrets Manager or Parameter Store and its name into a variable"
              + " that ends in _ARN or _NAME, or say"
              + " .uses(EnvironmentCheck.insecureAllow(name, reason)). Code: environment-secret.");
    }
  }

  /** AWS Lambda Developer Guide, "Using the Lambda runtime API": every runtime is told its host. */
  static boolean isLambda(Settings settings) {
    return settings.find("AWS_LAMBDA_RUNTIME_API").isPresent();
  }

  @Override
  public String describe() {
    return Insecure.INSECURE + "a secret in the environment variable " + name + " (" + reason + ")";
  }
}
