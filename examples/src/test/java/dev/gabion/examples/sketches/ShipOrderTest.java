package dev.gabion.examples.sketches;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.SecretValue;
import dev.gabion.examples.orders.Order;
import dev.gabion.examples.orders.Receipt;
import dev.gabion.testing.HttpReply;
import dev.gabion.testing.InMemorySecrets;
import dev.gabion.testing.InProcess;
import dev.gabion.testing.RecordingAudit;
import dev.gabion.testing.SampleEvents;
import org.junit.jupiter.api.Test;

/** The page on secrets, run. */
class ShipOrderTest {
  private static final String ORDER =
      "{\"customerId\":\"ann\",\"card\":{\"number\":\"4111111111111111\"},"
          + "\"lines\":[{\"sku\":\"TEA-1\",\"quantity\":2}]}";

  private final InMemorySecrets secrets =
      new InMemorySecrets().put("warehouse", "{\"password\":\"correct horse\"}");
  private final RecordingAudit audit = new RecordingAudit();
  private final ShipOrder handler =
      new ShipOrder(this::ship, secrets.secret("warehouse", "password"), audit);
  private String valid = "correct horse";

  private Receipt ship(Order order, SecretValue password) throws ShipOrder.WrongPassword {
    if (!InsecureSecretAccess.text(password).equals(valid)) {
      throw new ShipOrder.WrongPassword();
    }
    return new Receipt("shipped", order.lines().size());
  }

  private HttpReply send() {
    return InProcess.send(
        handler, SampleEvents.post("/shipments", ORDER).jwt("ann", "orders:ship"));
  }

  @Test
  void anOrderIsShippedBeforeAndAfterARotation() {
    assertThat(send().status()).isEqualTo(200);

    secrets.rotate("warehouse", "{\"password\":\"battery staple\"}");
    valid = "battery staple";
    assertThat(send().status()).isEqualTo(200);
    assertThat(audit.events().toString()).doesNotContain("horse").doesNotContain("staple");
  }

  @Test
  void aPasswordThatIsWrongEverywhereFailsTheCall() {
    valid = "neither";
    assertThat(send().status()).isEqualTo(500);
  }

  @Test
  void aSecretThatMayNoLongerBeReadFailsTheCall() {
    secrets.deny("warehouse");
    assertThat(send().status()).isEqualTo(500);
  }
}
