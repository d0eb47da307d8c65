package dev.gabion.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.aws.AwsClients;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.Deadline;
import dev.gabion.core.FunctionArn;
import dev.gabion.core.SourceFacts;
import dev.gabion.core.Stop;
import dev.gabion.crypto.KmsChainAnchor;
import dev.gabion.logging.AuditVerifier;
import dev.gabion.logging.AuditVerifier.Finding;
import dev.gabion.logging.AuditVerifier.Kind;
import dev.gabion.logging.AuditVerifier.Report;
import dev.gabion.logging.OcsfAudit;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trail that a key in KMS vouched for, verified with the same key as an auditor would. */
class KmsAnchoredTrailTest {
  private final LocalAws aws = LocalAws.start();
  private final SampleEnvironment environment =
      SampleEnvironment.standard()
          .settings(aws.environment())
          .deadline(Deadline.in(Duration.ofMinutes(5)));

  @AfterEach
  void close() {
    aws.close();
  }

  private KmsChainAnchor anchor(String key) {
    return KmsChainAnchor.of(
        key, AwsClients.standard().insecureLocalEndpoint(aws.uri(), "a stand-in"));
  }

  private AuditEvent event(int number) {
    return new AuditEvent(
        AuditEvent.Activity.OUTCOME,
        AuditEvent.Verdict.ALLOWED,
        Stop.RECORD,
        Instant.ofEpochSecond(1_780_000_000 + number),
        new AuditEvent.InvocationFacts(
            environment.correlationId(),
            "request-" + number,
            null,
            null,
            FunctionArn.parse("arn:aws:lambda:eu-central-1:123456789012:function:create-order"),
            "7",
            number == 1),
        SourceFacts.of("queue", "orders", "message"),
        null,
        new AuditEvent.Outcome(200, "done", List.of(), List.of(), Map.of(), 10, 20),
        Map.of());
  }

  private Report verify(Path trail, String key) throws Exception {
    try (KmsChainAnchor auditors = anchor(key)) {
      auditors.start(environment);
      return AuditVerifier.ofAnchoredChains(
              (head, proof) -> auditors.verify(head, proof, environment), 2)
          .verify(trail);
    }
  }

  @Test
  void itIsVerifiedByTheKeyThatVouchedAndByNoOther(@TempDir Path folder) throws Exception {
    String key = aws.kms().createMacKey("HMAC_256");
    Path trail = folder.resolve("trail.json");
    try (KmsChainAnchor functions = anchor(key)) {
      OcsfAudit audit =
          OcsfAudit.toFile("orders", trail).anchored(functions, 1, Duration.ofMinutes(5));
      audit.start(environment);
      for (int i = 1; i <= 3; i++) {
        audit.write(event(i));
        audit.settle(environment);
      }
    }

    Report report = verify(trail, key);
    Report byAnother = verify(trail, aws.kms().createMacKey("HMAC_256"));

    assertThat(report.findings()).isEmpty();
    assertThat(report.chains()).singleElement().extracting("lines", "vouched").contains(6L, 5L);
    assertThat(byAnother.findings())
        .hasSize(3)
        .extracting(Finding::kind)
        .containsOnly(Kind.ANCHOR_FORGED);
  }
}
