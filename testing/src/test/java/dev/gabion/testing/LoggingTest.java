package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.logging.LogFormat;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LoggingTest {
  @Test
  void with_the_telemetry_descriptor_the_context_logger_writes_frames() {
    Instant before = Instant.now().minusSeconds(1);
    try (RealRuntime runtime =
        RealRuntime.of(Handlers.Obedient.class).telemetryDescriptor().start()) {
      Reply reply = runtime.invoke("log two\nlines");

      assertThat(reply.frames())
          .singleElement()
          .satisfies(
              frame -> {
                assertThat(frame.message().strip()).isEqualTo("two\nlines");
                assertThat(frame.format()).isEqualTo(LogFormat.TEXT);
                assertThat(frame.level()).isEqualTo(LogLevel.UNDEFINED);
                assertThat(frame.time()).isBetween(before, Instant.now().plusSeconds(1));
              });
      assertThat(reply.logLines()).containsExactly("two", "lines");
      assertThat(runtime.invoke("print past it").frames()).isEmpty();
      assertThat(runtime.logLines()).containsExactly("past it", "two", "lines");
    }
  }

  @Test
  void in_json_format_the_frames_carry_json() {
    try (RealRuntime runtime =
        RealRuntime.of(Handlers.Obedient.class)
            .telemetryDescriptor()
            .logFormat("JSON")
            .logLevel("WARN")
            .start()) {
      Reply reply = runtime.invoke("throw broken");

      assertThat(reply.frames())
          .singleElement()
          .satisfies(
              frame -> {
                assertThat(frame.format()).isEqualTo(LogFormat.JSON);
                assertThat(frame.level()).isEqualTo(LogLevel.ERROR);
                assertThat(frame.message()).startsWith("{").contains("broken");
              });
    }
  }

  @Test
  void without_the_descriptor_json_lines_come_out_of_standard_output() {
    try (RealRuntime runtime = RealRuntime.of(Handlers.Obedient.class).logFormat("JSON").start()) {
      Reply reply = runtime.invoke("log hello");

      assertThat(reply.frames()).isEmpty();
      assertThat(reply.logLines())
          .singleElement()
          .satisfies(line -> assertThat(line).startsWith("{").contains("\"message\":\"hello\""));
    }
  }
}
