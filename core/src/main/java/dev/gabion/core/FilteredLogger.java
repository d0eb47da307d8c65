package dev.gabion.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;

/**
 * The runtime's logger behind the filter of {@link StandardOutput}, which it would go past where it
 * has a descriptor of its own.
 */
final class FilteredLogger implements LambdaLogger {
  private final LambdaLogger runtime;

  FilteredLogger(LambdaLogger runtime) {
    this.runtime = runtime;
  }

  @Override
  public void log(String message) {
    runtime.log(filtered(message));
  }

  @Override
  public void log(byte[] message) {
    runtime.log(StandardOutput.filtered(message));
  }

  @Override
  public void log(String message, LogLevel level) {
    runtime.log(filtered(message), level);
  }

  @Override
  public void log(byte[] message, LogLevel level) {
    runtime.log(StandardOutput.filtered(message), level);
  }

  private static String filtered(String message) {
    byte[] lines = String.valueOf(message).getBytes(UTF_8);
    byte[] clean = StandardOutput.filtered(lines);
    return clean == lines ? message : new String(clean, UTF_8);
  }
}
