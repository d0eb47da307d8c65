package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.logging.LogFormat;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LoggingTest {
  @Test
  void withTheTelemetryDescriptorTheContextLoggerWritesFrames() {
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
  void aFrameThatIsStillBeingWrittenIsLeftAndWhatIsNoFrameIsRefused() {
    byte[] frames = new byte[2 * 16 + 1];
    ByteBuffer.wrap(frames)
        .putInt(0xa55a0003 | 3 << 2)
        .putInt(1)
        .putLong(1_000_001)
        .put((byte) 'x')
        .putInt(0xa55a0003)
        .putInt(9);

    assertThat(LogFrame.parse(frames))
        .containsExactly(
            new LogFrame(LogLevel.INFO, LogFormat.TEXT, Instant.ofEpochSecond(1, 1000), "x"));
    assertThatThrownBy(() -> LogFrame.parse(new byte[16]))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void inJsonFormatTheFramesCarryJson() {
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
  void withoutTheDescriptorJsonLinesComeOutOfStandardOutput() {
    try (RealRuntime runtime = RealRuntime.of(Handlers.Obedient.class).logFormat("JSON").start()) {
      Reply reply = runtime.invoke("log hello");

      assertThat(reply.frames()).isEmpty();
      assertThat(reply.logLines())
          .singleElement()
          .satisfies(line -> assertThat(line).startsWith("{").contains("\"message\":\"hello\""));
    }
  }
}
