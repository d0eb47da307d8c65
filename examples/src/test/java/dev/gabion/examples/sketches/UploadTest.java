package dev.gabion.examples.sketches;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.core.AuditSink;
import dev.gabion.core.Authenticator;
import dev.gabion.core.Permit;
import dev.gabion.core.SecureHandler;
import dev.gabion.events.HttpApi;
import dev.gabion.testing.HttpReply;
import dev.gabion.testing.InProcess;
import dev.gabion.testing.RecordingAudit;
import dev.gabion.testing.SampleEvents;
import dev.gabion.validation.BeanRules;
import org.junit.jupiter.api.Test;

/** The page on validation, run. */
class UploadTest {
  private static final String GOOD =
      "{\"id\":\"0190163d-8694-739b-aea5-966c26f8ad91\",\"name\":\"plan.pdf\","
          + "\"key\":\"uploads/plan.pdf\",\"watchers\":[\"ann@example.org\"]}";

  record Taken(String name) {}

  private static final class TakeUpload extends SecureHandler {
    TakeUpload(AuditSink audit) {
      super(
          HttpApi.post(Upload.class, Taken.class)
              .caller(Authenticator.insecureAnyone("a test of rules"))
              .rules(BeanRules.create())
              .permit(Permit.insecureEveryCaller("a test of rules"))
              .audit(audit)
              .logic((upload, call) -> new Taken(upload.name())));
    }
  }

  private final TakeUpload handler = new TakeUpload(new RecordingAudit());

  private HttpReply send(String body) {
    return InProcess.send(handler, SampleEvents.post("/uploads", body));
  }

  @Test
  void whatIsFitIsTaken() {
    assertThat(send(GOOD).status()).isEqualTo(200);
  }

  @Test
  void whatIsNotIsNamedByItsPlaceAndItsRuleAlone() {
    HttpReply reply =
        send(
            GOOD.replace("plan.pdf\",\"key", "..%2fplan.pdf\",\"key")
                .replace("ann@example.org", "ann@@example.org"));

    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.body())
        .contains("safe-file-name", "watchers[0]", "email-address")
        .doesNotContain("plan.pdf", "ann@");
  }
}
