package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class InitTest {
  @Test
  void a_handler_that_cannot_be_made_is_an_init_error_and_what_the_invoker_gets() {
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
  void an_exit_during_init_is_an_init_error() {
    try (RealRuntime runtime = RealRuntime.of(Handlers.Leaving.class).start()) {
      assertThat(runtime.initError().get().errorType()).hasValue("Runtime.ExitError");
      assertThat(runtime.exitCode()).hasValue(7);
    }
  }

  @Test
  void a_handler_that_is_not_there_is_reported() {
    try (RealRuntime runtime = RealRuntime.of("com.example.NotThere").start()) {
      assertThat(runtime.invoke("x").errorType()).hasValue("java.lang.ClassNotFoundException");
    }
  }

  @Test
  void hooks_run_before_the_snapshot_and_after_the_restore() {
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
  void without_snap_start_no_hook_runs() {
    try (RealRuntime runtime = RealRuntime.of(Handlers.Snapshotted.class).start()) {
      assertThat(runtime.invoke("x").text()).isEqualTo("init");
    }
  }

  @Test
  void a_hook_that_fails_before_the_snapshot_is_an_init_error() {
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
  void a_hook_that_fails_after_the_restore_is_given_back() {
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
