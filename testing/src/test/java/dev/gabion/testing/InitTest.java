package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class InitTest {
  @Test
  void aHandlerThatCannotBeMadeIsAnInitErrorAndWhatTheInvokerGets() {
    try (RealRuntime runtime = RealRuntime.of(Handlers.Unmakeable.class).start()) {
      assertThat(runtime.initError()).isPresent();
      assertThat(runtime.initError().get().errorType()).hasValue("java.lang.IllegalStateException");
      assertThat(runtime.initError().get().errorMessage()).hasValue("no table named");
      assertThat(runtime.initError().get().logLines())
          .anyMatch(line -> line.contains("no table named"));
      assertThat(runtime.isAlive()).isFalse();

      Reply reply = runtime.invoke("x");

      assertThat(reply.errorMessage()).hasValue("no table named");
      assertThat(runtime.starts()).isEqualTo(2);
    }
  }

  @Test
  void anExitDuringInitIsAnInitError() {
    try (RealRuntime runtime = RealRuntime.of(Handlers.Leaving.class).start()) {
      assertThat(runtime.initError().get().errorType()).hasValue("Runtime.ExitError");
      assertThat(runtime.exitCode()).hasValue(7);
    }
  }

  @Test
  void aHandlerThatIsNotThereIsReported() {
    try (RealRuntime runtime = RealRuntime.of("com.example.NotThere").start()) {
      assertThat(runtime.invoke("x").errorType()).hasValue("java.lang.ClassNotFoundException");
    }
  }

  @Test
  void hooksRunBeforeTheSnapshotAndAfterTheRestore() {
    try (RealRuntime runtime = RealRuntime.of(Handlers.Snapshotted.class).snapStart().start()) {
      assertThatThrownBy(() -> runtime.invoke("x")).hasMessageContaining("restore()");
      assertThat(runtime.restore()).isEmpty();
      assertThat(runtime.invoke("x").text()).isEqualTo("init before after");
      assertThat(runtime.invoke("exit").errorType()).hasValue("Runtime.ExitError");
      assertThat(runtime.invoke("x").text()).isEqualTo("init before after");
      assertThatThrownBy(runtime::restore).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void withoutSnapStartNoHookRuns() {
    try (RealRuntime runtime = RealRuntime.of(Handlers.Snapshotted.class).start()) {
      assertThat(runtime.invoke("x").text()).isEqualTo("init");
    }
  }

  @Test
  void aHookThatFailsBeforeTheSnapshotIsAnInitError() {
    try (RealRuntime runtime =
        RealRuntime.of(Handlers.Snapshotted.class)
            .snapStart()
            .environment("FAIL", "before")
            .start()) {
      assertThat(runtime.initError().get().errorType())
          .hasValue("com.amazonaws.services.lambda.crac.CheckpointException");
    }
  }

  @Test
  void aHookThatFailsAfterTheRestoreIsGivenBack() {
    try (RealRuntime runtime =
        RealRuntime.of(Handlers.Snapshotted.class)
            .snapStart()
            .environment("FAIL", "after")
            .start()) {
      assertThat(runtime.initError()).isEmpty();
      assertThat(runtime.restore().get().errorType())
          .hasValue("com.amazonaws.services.lambda.crac.RestoreException");
      assertThat(runtime.isAlive()).isFalse();
    }
  }
}
