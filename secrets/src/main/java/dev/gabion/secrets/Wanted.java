package dev.gabion.secrets;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a source.
 *
 * @param name a secret's or parameter's name or ARN, or the path that parameters stand under
 * @param stage the stage (Secrets Manager) or label (Parameter Store), or null
 * @param version the version, or null; with neither, the current one
 * @param path whether all parameters under {@code name} are wanted
 */
record Wanted(String name, @Nullable String stage, @Nullable String version, boolean path) {
  /** What names, ARNs, stages, labels and versions are made of. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9/_+=.@:-]{1,2048}");

  Wanted {
    for (String part : new @Nullable String[] {name, stage, version}) {
      if (part != null && !NAME.matcher(part).matches()) {
        throw new IllegalArgumentException(
            "Names, stages and versions of secrets are made of letters, digits and / _ + = . @ : -");
      }
    }
  }

  static Wanted current(String name) {
    return new Wanted(name, null, null, false);
  }

  /** Whether whatever is current is wanted, and not something that is named. */
  boolean isCurrent() {
    return stage == null && version == null && !path;
  }

  /** The version that a rotation is about to make current. */
  Wanted pending() {
    return new Wanted(name, "AWSPENDING", null, false);
  }
}
