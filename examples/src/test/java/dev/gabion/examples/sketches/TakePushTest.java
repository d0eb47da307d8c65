package dev.gabion.examples.sketches;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.testing.HttpReply;
import dev.gabion.testing.InMemorySecrets;
import dev.gabion.testing.InProcess;
import dev.gabion.testing.RecordingAudit;
import dev.gabion.testing.SampleEvents;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** What GitHub sends, through a signature and a handler that is there already. */
class TakePushTest {
  private static final String PUSH =
      "{\"ref\":\"refs/heads/main\",\"repository\":{\"id\":1,\"owner\":{\"login\":\"ann\"}},"
          + "\"commits\":[{\"id\":\"a\",\"added\":[\"README\"]}],\"forced\":false}";

  private final InMemorySecrets secrets = new InMemorySecrets().put("hook", "key-of-the-hook-1");
  private final RecordingAudit audit = new RecordingAudit();
  private final TakePush handler = new TakePush(secrets.secret("hook"), audit);

  private HttpReply send(String key) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key.getBytes(UTF_8), "HmacSHA256"));
    String signature = HexFormat.of().formatHex(mac.doFinal(PUSH.getBytes(UTF_8)));
    return InProcess.send(
        handler,
        SampleEvents.post("/hook", PUSH)
            .account("anonymous")
            .header("x-github-event", "push")
            .header("x-hub-signature-256", "sha256=" + signature));
  }

  @Test
  void aPushWithAllItsFieldsIsTakenIfItIsSigned() throws GeneralSecurityException {
    assertThat(send("key-of-the-hook-1").status()).isEqualTo(202);
    assertThat(send("key-of-another-one").status()).as("control").isEqualTo(401);
  }
}
