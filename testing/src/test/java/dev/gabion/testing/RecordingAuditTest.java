package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.Activity;
import dev.gabion.core.Deadline;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.Scope;
import dev.gabion.core.Stop;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecordingAuditTest {
  private static final Scope SCOPE =
      new Scope() {
        @Override
        public String correlationId() {
          return "c";
        }

        @Override
        public Deadline deadline() {
          return Deadline.in(Duration.ofSeconds(1));
        }

        @Override
        public Optional<String> tenantId() {
          return Optional.empty();
        }

        @Override
        public void record(
            Activity activity, AuditEvent.Verdict verdict, Map<String, String> facts) {
          throw new UnsupportedOperationException();
        }
      };

  @Test
  void itKeepsEveryEventAndKnowsTheOutcomes() throws Exception {
    RecordingAudit audit = new RecordingAudit();
    audit.ready(SCOPE);
    audit.write(event(Activity.SECRET));
    audit.write(event(Activity.OUTCOME));

    assertThat(audit.events())
        .extracting(AuditEvent::activity)
        .containsExactly(Activity.SECRET, Activity.OUTCOME);
    assertThat(audit.outcomes()).containsExactly(audit.events().get(1));
  }

  @Test
  void noEventIsLostWhenManyThreadsWrite() {
    RecordingAudit audit = new RecordingAudit();
    IntStream.range(0, 1000)
        .parallel()
        .forEach(
            i -> {
              try {
                audit.write(event(Activity.OUTCOME));
              } catch (RecordingAudit.NotTaken refused) {
                throw new AssertionError(refused);
              }
            });

    assertThat(audit.outcomes()).hasSize(1000);
  }

  @Test
  void itCanBeUnreadyOrFailAndRecover() throws Exception {
    RecordingAudit unready = RecordingAudit.notReady();
    RecordingAudit failing = RecordingAudit.failing();

    assertThatThrownBy(() -> unready.ready(SCOPE)).isInstanceOf(RecordingAudit.NotTaken.class);
    failing.ready(SCOPE);
    assertThatThrownBy(() -> failing.write(event(Activity.OUTCOME)))
        .isInstanceOf(RecordingAudit.NotTaken.class);
    assertThat(failing.events()).isEmpty();

    failing.recover();
    failing.write(event(Activity.OUTCOME));
    assertThat(failing.events()).hasSize(1);
  }

  private static AuditEvent event(Activity activity) {
    FunctionArn function =
        FunctionArn.parse("arn:aws:lambda:eu-central-1:123456789012:function:orders");
    return new AuditEvent(
        activity,
        AuditEvent.Verdict.ALLOWED,
        Stop.RECORD,
        Instant.EPOCH,
        new AuditEvent.InvocationFacts("c", "r", null, null, function, "1", false),
        null,
        null,
        null,
        Map.of());
  }
}
