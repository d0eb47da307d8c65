package dev.gabion.core;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The configuration that an execution environment was started with: its environment variables.
 *
 * <p>This is the one place that reads them. Settings name things; a secret never is one.
 */
public final class Settings {
  private final Map<String, String> values;

  private Settings(Map<String, String> values) {
    this.values = values;
  }

  /** The process's own environment variables. */
  public static Settings ofProcess() {
    return new Settings(System.getenv());
  }

  /** Given settings, for tests. */
  public static Settings of(Map<String, String> values) {
    return new Settings(Map.copyOf(values));
  }

  /**
   * Reads a setting of the process that a handler cannot do without; meant for its constructor.
   *
   * @throws InvocationFailed if it is missing or blank: the log names it, the outside learns
   *     nothing
   */
  public static String required(String name) {
    try {
      return ofProcess().get(name);
    } catch (StartFailed missing) {
      throw Startup.failed("settings", missing);
    }
  }

  /** Reads a setting; empty if it is missing or blank. */
  public Optional<String> find(String name) {
    return Optional.ofNullable(values.get(name)).filter(value -> !value.isBlank());
  }

  /** The names of all settings, in no order; blank ones are not there. */
  public Set<String> names() {
    return values.keySet().stream()
        .filter(name -> find(name).isPresent())
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Reads a setting that its reader cannot do without.
   *
   * @throws StartFailed if it is missing or blank
   */
  public String get(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new StartFailed(
                    "The setting "
                        + name
                        + " is missing or blank: add it to the function's environment variables."));
  }

  /** Names nothing: even names of settings stay out of logs that print them by accident. */
  @Override
  public String toString() {
    return "Settings[" + values.size() + "]";
  }
}
