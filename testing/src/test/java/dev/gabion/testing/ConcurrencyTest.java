package dev.gabion.testing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {
  @Test
  void fourInvocationsAreInTheHandlerAtOnce() {
    try (RealRuntime runtime =
        RealRuntime.of(Handlers.FourAtOnce.class).maxConcurrency(4).start()) {
      assertThat(together(runtime, 4, "four"))
          .allSatisfy(reply -> assertThat(reply.text()).isEqualTo("four"));
      assertThat(runtime.starts()).isEqualTo(1);
    }
  }

  @Test
  void threeThreadsNeverLetFourIn() {
    try (RealRuntime runtime =
        RealRuntime.of(Handlers.FourAtOnce.class)
            .maxConcurrency(3)
            .timeout(Duration.ofSeconds(2))
            .start()) {
      assertThat(together(runtime, 3, "four"))
          .allSatisfy(reply -> assertThat(reply.errorType()).hasValue("Sandbox.Timedout"));
    }
  }

  @Test
  void aConcurrentEnvironmentOutlivesAnOverrun() {
    try (RealRuntime runtime =
        RealRuntime.of(Handlers.FourAtOnce.class)
            .maxConcurrency(2)
            .timeout(Duration.ofSeconds(2))
            .start()) {
      assertThat(runtime.invoke("hang").errorType()).hasValue("Sandbox.Timedout");
      assertThat(runtime.isAlive()).isTrue();
      assertThat(runtime.invoke("x").text()).isEqualTo("x");
      assertThat(runtime.starts()).isEqualTo(1);
    }
  }

  @Test
  void manyCallersOfASequentialFunctionWaitTheirTurnAcrossItsDeath() {
    try (RealRuntime runtime = RealRuntime.of(Handlers.Obedient.class).start()) {
      List<CompletableFuture<Reply>> replies = new ArrayList<>();
      ExecutorService callers = Executors.newFixedThreadPool(8);
      for (int i = 0; i < 8; i++) {
        String event = i == 2 ? "halt 1" : "event-" + i;
        replies.add(CompletableFuture.supplyAsync(() -> runtime.invoke(event), callers));
      }
      callers.shutdown();
      for (int i = 0; i < 8; i++) {
        Reply reply = replies.get(i).orTimeout(60, SECONDS).join();
        if (i == 2) {
          assertThat(reply.errorType()).hasValue("Runtime.ExitError");
        } else {
          assertThat(reply.text()).isEqualTo("event-" + i);
        }
      }
    }
  }

  private static List<Reply> together(RealRuntime runtime, int count, String event) {
    ExecutorService callers = Executors.newFixedThreadPool(count);
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      replies.add(CompletableFuture.supplyAsync(() -> runtime.invoke(event), callers));
    }
    callers.shutdown();
    return replies.stream().map(reply -> reply.orTimeout(60, SECONDS).join()).toList();
  }
}
