package dev.gabion.secrets;

import dev.gabion.core.SecretValue;
import java.util.Map;

/**
 * What a source gave.
 *
 * @param values the secret under the empty name; or, for a path, each parameter under its name
 *     relative to the path
 * @param version the version's id; of a path, one that changes when any parameter's does
 */
record Fetched(Map<String, SecretValue> values, String version) {
  Fetched {
    values = Map.copyOf(values);
  }

  static Fetched of(SecretValue value, String version) {
    return new Fetched(Map.of("", value), version);
  }
}
