package dev.gabion.examples.sketches;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.testing.HttpReply;
import dev.gabion.testing.InMemorySecrets;
import dev.gabion.testing.InProcess;
import dev.gabion.testing.RecordingAudit;
import dev.gabion.testing.SampleEvents;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** The page on callers, run. */
class TakeOrderTest {
  private static final String ORDER =
      "{\"customerId\":\"ann\",\"card\":{\"number\":\"4111111111111111\"},"
          + "\"lines\":[{\"sku\":\"TEA-1\",\"quantity\":2}]}";

  private final InMemorySecrets secrets = new InMemorySecrets().put("shop", "key-of-the-shop-1");
  private final RecordingAudit audit = new RecordingAudit();
  private final TakeOrder handler = new TakeOrder(secrets.secret("shop"), audit);
  private final String now = Long.toString(Instant.now().getEpochSecond());

  private HttpReply send(String key) {
    return InProcess.send(
        handler,
        SampleEvents.post("/orders", ORDER)
            .header("stripe-signature", "t=" + now + ",v1=" + hmac(key, now + "." + ORDER)));
  }

  private static String hmac(String key, String message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(message.getBytes(UTF_8)));
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Test
  void anOrderThatTheShopSignedIsTakenOnce() {
    assertThat(send("key-of-the-shop-1").status()).isEqualTo(200);
    assertThat(send("key-of-the-shop-1").status()).as("a replay").isEqualTo(401);
    assertThat(audit.events().toString()).doesNotContain("key-of-the-shop");
  }

  @Test
  void aNewKeyIsTakenAsSoonAsTheShopUsesIt() {
    assertThat(send("key-of-the-shop-2").status()).as("control").isEqualTo(401);
    secrets.rotate("shop", "key-of-the-shop-2");

    assertThat(send("key-of-the-shop-2").status()).isEqualTo(200);
  }
}
