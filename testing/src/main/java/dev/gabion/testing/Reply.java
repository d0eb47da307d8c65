package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the invoker of a function receives, and what the function logged meanwhile. */
public final class Reply {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final byte[] payload;
  private final @Nullable String errorType;
  private final RuntimeLog.Slice log;

  Reply(Outcome outcome, RuntimeLog.Slice log) {
    this.payload = outcome.payload();
    this.errorType = outcome.errorType();
    this.log = log;
  }

  /** The reply's bytes; of a failed invocation, the error document. */
  public byte[] payload() {
    return payload.clone();
  }

  /** The payload, read as UTF-8. */
  public String text() {
    return new String(payload, UTF_8);
  }

  /** Whether the service would mark the reply with {@code X-Amz-Function-Error}. */
  public boolean isError() {
    return errorType != null;
  }

  /**
   * The error document's type: an exception's class name, or the service's own word such as {@code
   * Runtime.ExitError} or {@code Sandbox.Timedout}. Empty unless this is an error.
   */
  public Optional<String> errorType() {
    return isError()
        ? field("errorType").or(() -> Optional.ofNullable(errorType))
        : Optional.empty();
  }

  /** The error document's message; empty unless this is an error that has one. */
  public Optional<String> errorMessage() {
    return isError() ? field("errorMessage") : Optional.empty();
  }

  /**
   * Everything that the function wrote to its log between taking this event and being ready for the
   * next: standard output and error, then the messages of the {@link #frames}. With several
   * invocations at once also what others wrote meanwhile.
   */
  public byte[] log() {
    return log.bytes();
  }

  /** The lines of the {@link #log} that are not empty. */
  public List<String> logLines() {
    return log.lines();
  }

  /** What came through the telemetry descriptor, where one was given. */
  public List<LogFrame> frames() {
    return log.frames();
  }

  /** Says how it ended and how long it is; payloads stay out of failure messages by accident. */
  @Override
  public String toString() {
    return "Reply[" + errorType().orElse("ok") + ", " + payload.length + " bytes]";
  }

  private Optional<String> field(String name) {
    try {
      JsonNode field = JSON.readTree(payload).path(name);
      return field.isTextual() ? Optional.of(field.textValue()) : Optional.empty();
    } catch (JacksonException notJson) {
      return Optional.empty();
    } catch (IOException impossible) {
      throw new AssertionError("Bytes in memory cannot fail to be read.", impossible);
    }
  }
}
