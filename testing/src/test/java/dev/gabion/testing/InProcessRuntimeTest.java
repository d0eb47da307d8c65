package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InProcessRuntimeTest {
  @BeforeEach
  void force() {
    System.setProperty(RealRuntime.IN_PROCESS, "true");
  }

  @AfterEach
  void release() {
    System.clearProperty(RealRuntime.IN_PROCESS);
  }

  @Test
  void itSaysInOneLineThatItIsNotTheRealThing() {
    assertThat(RealRuntime.isReal()).isFalse();
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      RealRuntime.of(Handlers.Obedient.class).start().close();
    } finally {
      System.setErr(before);
    }
    assertThat(said.toString(StandardCharsets.UTF_8).lines())
        .singleElement()
        .satisfies(line -> assertThat(line).contains("inside this JVM"));
  }

  @Test
  void repliesErrorsAndContextAreAsInTheRealRuntime() {
    try (RealRuntime runtime = RealRuntime.of(Handlers.Obedient.class).start()) {
      assertThat(runtime.pid()).isEqualTo(ProcessHandle.current().pid());
      assertThat(runtime.invoke("x").text()).isEqualTo("x");
      assertThat(runtime.invoke("throw no stock").errorType())
          .hasValue("java.lang.IllegalStateException");
      assertThat(runtime.invoke("throw no stock").errorMessage()).hasValue("no stock");
      assertThat(runtime.invoke("size 6291557").errorType())
          .hasValue("Function.ResponseSizeTooLarge");
      assertThat(runtime.invoke("log hello").logLines()).containsExactly("hello");
      assertThat(runtime.logLines()).contains("hello");
      assertThat(
              runtime
                  .invoke(Invocation.of("context").requestId("r").tenantId("t").traceId("x"))
                  .text()
                  .lines())
          .startsWith(
              "r",
              "arn:aws:lambda:eu-central-1:123456789012:function:function-under-test",
              "t",
              "x")
          .endsWith("function-under-test", "512");
    }
  }

  @Test
  void whatOverrunsIsAnsweredForAndTheNextEventFindsAnotherHandler() {
    try (RealRuntime runtime =
        RealRuntime.of(Handlers.Obedient.class).timeout(Duration.ofSeconds(1)).start()) {
      assertThat(runtime.invoke("hang").errorType()).hasValue("Sandbox.Timedout");
      assertThat(runtime.isAlive()).isFalse();
      assertThat(runtime.invoke("x").text()).isEqualTo("x");
      assertThat(runtime.starts()).isEqualTo(2);
    }
  }

  @Test
  void aHandlerThatCannotBeMadeIsAnInitError() {
    try (RealRuntime runtime = RealRuntime.of(Handlers.Unmakeable.class).start()) {
      assertThat(runtime.initError().get().errorMessage()).hasValue("no table named");
      assertThat(runtime.invoke("x").errorMessage()).hasValue("no table named");
    }
  }

  @Test
  void whatNeedsAProcessOfItsOwnIsRefused() {
    RuntimeSetup setup = RealRuntime.of(Handlers.Obedient.class);

    assertThatThrownBy(setup.snapStart()::start).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(setup.telemetryDescriptor()::start)
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
