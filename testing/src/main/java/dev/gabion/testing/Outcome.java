package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How INIT, a restore or an invocation ended: a payload, and a type if that is an error.
 *
 * <p>The service's own error documents are worded as it words them.
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record Outcome(byte[] payload, @Nullable String errorType) {
  /** What the service takes from an invoker, and what from a function: 6 MiB and a little. */
  static final int EVENT_BYTES = 6_291_456;

  static final int RESPONSE_BYTES = 6_291_556;

  static Outcome of(byte[] payload) {
    return new Outcome(payload, null);
  }

  static Outcome error(String type, String message) {
    String document =
        JsonNodeFactory.instance
            .objectNode()
            .put("errorType", type)
            .put("errorMessage", message)
            .toString();
    return new Outcome(document.getBytes(UTF_8), type);
  }

  static Outcome exited(String during, int code) {
    return error(
        "Runtime.ExitError",
        during
            + "Error: Runtime exited "
            + (code == 0
                ? "without providing a reason"
                : code > 128
                    ? "with error: signal: " + (code - 128)
                    : "with error: exit status " + code));
  }

  static Outcome timedOut(String requestId, Duration timeout) {
    return error(
        "Sandbox.Timedout",
        String.format(
            Locale.ROOT,
            "RequestId: %s Error: Task timed out after %.2f seconds",
            requestId,
            timeout.toMillis() / 1000.0));
  }

  static Outcome tooLarge() {
    return error(
        "Function.ResponseSizeTooLarge",
        "Response payload size exceeded maximum allowed payload size ("
            + RESPONSE_BYTES
            + " bytes).");
  }
}
