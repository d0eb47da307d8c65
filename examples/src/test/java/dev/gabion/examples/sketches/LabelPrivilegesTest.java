package dev.gabion.examples.sketches;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.aws.AwsClients;
import dev.gabion.core.SecretSource;
import dev.gabion.core.SecureHandler;
import dev.gabion.events.HttpApi;
import dev.gabion.events.JwtAuthorizer;
import dev.gabion.examples.orders.Order;
import dev.gabion.examples.orders.Receipt;
import dev.gabion.secrets.Secrets;
import dev.gabion.testing.InProcess;
import dev.gabion.testing.LeastPrivilege;
import dev.gabion.testing.LocalAws;
import dev.gabion.testing.RecordingAudit;
import dev.gabion.testing.SampleEvents;
import dev.gabion.validation.BeanRules;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** The page on least privilege, run. */
class LabelPrivilegesTest {
  private static final String ORDER =
      """
      {"customerId":"ann","card":{"number":"4111111111111111"},"lines":[{"sku":"TEA-1","quantity":2}]}
      """;

  static final class PrintLabel extends SecureHandler {
    PrintLabel(SecretSource carriersKey) {
      super(
          HttpApi.post(Order.class, Receipt.class)
              .caller(JwtAuthorizer.scope("labels:print"))
              .rules(BeanRules.create())
              .permit((caller, order) -> order.customerId().equals(caller.id()))
              .audit(new RecordingAudit())
              .logic((order, call) -> carriersKey.use(call, key -> new Receipt("printed", 1)))
              .uses(carriersKey));
    }
  }

  @Test
  void itNeedsExactlyWhatItsPolicyGrants() {
    try (LocalAws aws = LocalAws.start()) {
      aws.secrets().put("prod/carrier", "correct horse");
      LeastPrivilege privileges = LeastPrivilege.of(PrintLabel.class);
      AwsClients clients =
          AwsClients.standard()
              .region(aws.region())
              .credentials(
                  () ->
                      StaticCredentialsProvider.create(
                          AwsBasicCredentials.create(aws.accessKeyId(), aws.secretAccessKey())))
              .insecureLocalEndpoint(aws.uri(), "a test")
              .insecureObservedBy(privileges, "a test");
      PrintLabel handler = new PrintLabel(Secrets.secretsManager(clients).secret("prod/carrier"));

      assertThat(
              InProcess.send(
                      handler, SampleEvents.post("/labels", ORDER).jwt("ann", "labels:print"))
                  .status())
          .isEqualTo(200);

      privileges.assertMatches(
          Path.of("src/test/java/dev/gabion/examples/sketches/PrintLabel.policy.json"));
    }
  }
}
