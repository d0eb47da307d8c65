package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One function shared by all: what it does to itself, the next invocation finds mended. */
class RealRuntimeTest {
  private static RealRuntime runtime;

  @BeforeAll
  static void start() {
    runtime =
        RealRuntime.of(Handlers.Obedient.class)
            .environment("STAGE", "test")
            .systemProperty("colour", "blue")
            .start();
  }

  @AfterAll
  static void close() {
    runtime.close();
    assertThat(runtime.isAlive()).isFalse();
  }

  private static int startsOfOneAlive() {
    assertThat(runtime.invoke("hello").text()).isEqualTo("hello");
    return runtime.starts();
  }

  @Test
  void theReplyIsWhatTheHandlerWrote() {
    Reply reply = runtime.invoke("{\"größe\":1}");

    assertThat(reply.text()).isEqualTo("{\"größe\":1}");
    assertThat(reply.isError()).isFalse();
    assertThat(reply.errorType()).isEmpty();
  }

  @Test
  void anEmptyEventIsAnEvent() {
    assertThat(runtime.invoke("").payload()).isEmpty();
  }

  @Test
  void whatTheHandlerThrowsIsTheErrorReply() {
    int before = startsOfOneAlive();
    Reply reply = runtime.invoke("throw no stock");

    assertThat(reply.isError()).isTrue();
    assertThat(reply.errorType()).hasValue("java.lang.IllegalStateException");
    assertThat(reply.errorMessage()).hasValue("no stock");
    assertThat(reply.text()).contains("\"stackTrace\"");
    assertThat(runtime.invoke("next").text()).isEqualTo("next");
    assertThat(runtime.starts()).isEqualTo(before);
  }

  @Test
  void theRuntimeClientsOwnErrorLineBelongsToTheReply() {
    Reply reply = runtime.invoke("throw no shelf");

    assertThat(reply.logLines()).anyMatch(line -> line.contains("no shelf"));
    assertThat(runtime.invoke("next").log()).isEmpty();
  }

  @Test
  void aVeryLongStackTraceArrivesWhole() {
    Reply reply = runtime.invoke("deep 1000");

    assertThat(reply.errorMessage()).hasValue("deep");
    assertThat(runtime.invoke("next").isError()).isFalse();
  }

  @Test
  void outputAndErrorsAreLogged() {
    assertThat(runtime.invoke("print hello").logLines()).containsExactly("hello");
    assertThat(runtime.invoke("complain hello").logLines()).containsExactly("hello");
    assertThat(runtime.invoke("log hello").logLines()).containsExactly("hello");
    assertThat(runtime.logLines()).contains("hello");
  }

  @Test
  void theContextKnowsWhatTheInvocationSays() {
    Reply reply =
        runtime.invoke(
            Invocation.of("context")
                .requestId("request-1")
                .tenantId("tenant-1")
                .traceId("Root=1-2-3")
                .functionArn("arn:aws:lambda:eu-central-1:123456789012:function:f:live"));

    assertThat(reply.text().lines())
        .startsWith(
            "request-1",
            "arn:aws:lambda:eu-central-1:123456789012:function:f:live",
            "tenant-1",
            "Root=1-2-3")
        .endsWith("function-under-test", "512");
  }

  @Test
  void withoutATenantThereIsNoneAndTheArnIsTheFunctions() {
    assertThat(runtime.invoke("context").text().lines())
        .contains("arn:aws:lambda:eu-central-1:123456789012:function:function-under-test", "null");
  }

  @Test
  void theDeadlineIsTheTimeoutOrTheGivenMoment() {
    Invocation event = Invocation.of("context");

    assertThat(remaining(runtime.invoke(event))).isBetween(1, 30_000);
    assertThat(remaining(runtime.invoke(event.deadline(Instant.now().plusSeconds(900)))))
        .isBetween(800_000, 900_000);
    assertThat(remaining(runtime.invoke(event.deadline(Instant.now().minusSeconds(5))))).isZero();
  }

  private static int remaining(Reply reply) {
    return Integer.parseInt(reply.text().lines().toList().get(4));
  }

  @Test
  void headersCannotBeSmuggledThroughAnInvocation() {
    Invocation event = Invocation.of("x");

    assertThatThrownBy(() -> event.tenantId("a\r\nlambda-runtime-deadline-ms: 1"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theEnvironmentIsLambdasAndWhatWasGiven() {
    assertThat(runtime.invoke("env STAGE").text()).isEqualTo("test");
    assertThat(runtime.invoke("env AWS_REGION").text()).isEqualTo("eu-central-1");
    assertThat(runtime.invoke("env AWS_SESSION_TOKEN").text()).isNotEqualTo("null");
    assertThat(runtime.invoke("property colour").text()).isEqualTo("blue");
  }

  @Test
  void nothingOfTheTestsOwnEnvironmentIsInherited() {
    assertThat(System.getenv()).containsKey("HOME");
    assertThat(runtime.invoke("names").text().split(" ")).doesNotContain("HOME");
  }

  @Test
  void theHeapIsWhatTheMemoryLeaves() {
    assertThat(Integer.parseInt(runtime.invoke("heap ").text())).isBetween(400, 436);
  }

  @Test
  void aChildThatExitsIsAnErrorAndTheNextEventFindsAnother() {
    int before = startsOfOneAlive();
    long pid = runtime.pid();
    Reply reply = runtime.invoke(Invocation.of("halt 3").requestId("r-3"));

    assertThat(reply.errorType()).hasValue("Runtime.ExitError");
    assertThat(reply.errorMessage())
        .hasValue("RequestId: r-3 Error: Runtime exited with error: exit status 3");
    assertThat(runtime.isAlive()).isFalse();
    assertThat(runtime.exitCode()).hasValue(3);
    assertThat(runtime.invoke("again").text()).isEqualTo("again");
    assertThat(runtime.starts()).isEqualTo(before + 1);
    assertThat(runtime.pid()).isNotEqualTo(pid);
  }

  @Test
  void anErrorOfTheVirtualMachineIsReportedAndEndsTheEnvironment() {
    int before = startsOfOneAlive();
    Reply reply = runtime.invoke("overflow too deep");

    assertThat(reply.errorType()).hasValue("java.lang.StackOverflowError");
    assertThat(runtime.isAlive()).isFalse();
    assertThat(runtime.invoke("again").text()).isEqualTo("again");
    assertThat(runtime.starts()).isEqualTo(before + 1);
  }

  @Test
  void anEventAboveTheLimitIsRefusedAndOneAtTheLimitIsNot() {
    byte[] event = new byte[6_291_456];

    assertThat(runtime.invoke(event).payload()).hasSize(6_291_456);
    assertThatThrownBy(() -> runtime.invoke(new byte[6_291_457]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("6291457")
        .hasMessageContaining("6291456");
  }

  @Test
  void aResponseAboveTheLimitIsAnErrorAndEndsTheRuntimeClient() {
    assertThat(runtime.invoke("size 6291556").payload()).hasSize(6_291_556);
    assertThat(runtime.invoke("size 6291557").errorType())
        .hasValue("Function.ResponseSizeTooLarge");
    assertThat(runtime.isAlive()).isFalse();
    assertThat(runtime.invoke("again").text()).isEqualTo("again");
  }

  @Test
  void anInvocationThatOverrunsIsKilledAndAnsweredFor() {
    try (RealRuntime hasty =
        RealRuntime.of(Handlers.Obedient.class).timeout(Duration.ofSeconds(2)).start()) {
      Reply reply = hasty.invoke(Invocation.of("hang").requestId("r-1"));

      assertThat(reply.errorType()).hasValue("Sandbox.Timedout");
      assertThat(reply.errorMessage())
          .hasValue("RequestId: r-1 Error: Task timed out after 2.00 seconds");
      assertThat(hasty.isAlive()).isFalse();
      assertThat(hasty.invoke("again").text()).isEqualTo("again");
      assertThat(hasty.starts()).isEqualTo(2);
    }
  }

  @Test
  void aClosedRuntimeKeepsItsLogAndTakesNoEvent() {
    RealRuntime closed = RealRuntime.of(Handlers.Obedient.class).start();
    long pid = closed.pid();
    closed.invoke("print last words");
    closed.close();
    closed.close();

    assertThat(closed.logLines()).containsExactly("last words");
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    assertThatThrownBy(() -> closed.invoke("x")).hasMessageContaining("closed");
  }
}
