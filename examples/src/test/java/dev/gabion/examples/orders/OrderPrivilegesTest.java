package dev.gabion.examples.orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.aws.AwsClients;
import dev.gabion.crypto.EnvelopeCipher;
import dev.gabion.crypto.KmsKeys;
import dev.gabion.testing.HttpReply;
import dev.gabion.testing.InProcess;
import dev.gabion.testing.LeastPrivilege;
import dev.gabion.testing.LocalAws;
import dev.gabion.testing.RecordingAudit;
import dev.gabion.testing.SampleEvents;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Each handler of orders needs exactly what the policy beside it grants. */
class OrderPrivilegesTest {
  private static final Path HERE = Path.of("src/main/java/dev/gabion/examples/orders");
  private static final Path CREATES = HERE.resolve("CreateOrder.policy.json");
  private static final Path CHARGES = HERE.resolve("ChargeOrder.policy.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LocalAws aws = LocalAws.start();
  private final String key = aws.kms().createKey();
  private final LeastPrivilege creates = recorder(CreateOrder.class);
  private final LeastPrivilege charges = recorder(ChargeOrder.class);

  private LeastPrivilege recorder(Class<?> handler) {
    return LeastPrivilege.of(handler).named("CardKeyArn", key).fixedContext("purpose");
  }

  private EnvelopeCipher cards(LeastPrivilege privileges) {
    AwsClients clients =
        AwsClients.standard()
            .region(aws.region())
            .credentials(
                () ->
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(aws.accessKeyId(), aws.secretAccessKey())))
            .insecureLocalEndpoint(aws.uri(), "a test")
            .insecureObservedBy(privileges, "a test");
    return EnvelopeCipher.with(KmsKeys.of(key).through(clients));
  }

  @BeforeEach
  void takesAnOrderAndChargesIt() {
    OrderBook book = OrderBook.inMemory();
    CreateOrder create = new CreateOrder(cards(creates), book, new RecordingAudit());
    ChargeOrder charge = new ChargeOrder(cards(charges), book, new RecordingAudit());

    HttpReply created =
        InProcess.send(
            create,
            SampleEvents.post(
                    "/orders",
                    """
                    {"customerId":"ann","card":{"number":"4111111111111111"},"lines":[{"sku":"TEA-1","quantity":2}]}
                    """)
                .jwt("ann", "orders:write"));
    HttpReply charged =
        InProcess.send(
            charge,
            SampleEvents.post(
                    "/charges",
                    "{\"orderId\":\""
                        + created.json().path("orderId").textValue()
                        + "\",\"cents\":1250}")
                .jwt("billing", "orders:charge"));

    assertThat(List.of(created.status(), charged.status())).containsExactly(201, 200);
  }

  @AfterEach
  void closes() {
    aws.close();
  }

  private Map<LeastPrivilege, Path> policies() {
    return Map.of(creates, CREATES, charges, CHARGES);
  }

  @Test
  void eachNeedsExactlyWhatItsPolicyGrants() {
    policies().forEach(LeastPrivilege::assertMatches);
  }

  @Test
  void eachPolicyCoversItsHandlerAndNotTheOther() {
    policies().forEach(LeastPrivilege::assertCovers);
    assertThatThrownBy(() -> charges.assertCovers(CREATES))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("+ called, not allowed: kms:Decrypt")
        .hasMessageContaining("- granted, never used: kms:GenerateDataKey");
  }

  @Test
  void aGrantMoreOrLessOrWiderIsFound(@TempDir Path folder) throws Exception {
    int tried = 0;
    for (Map.Entry<LeastPrivilege, Path> each : policies().entrySet()) {
      for (JsonNode changed : changed(JSON.readTree(Files.readString(each.getValue(), UTF_8)))) {
        Path copy = folder.resolve("policy-" + tried++ + ".json");
        Files.writeString(copy, changed.toPrettyString(), UTF_8);
        assertThatThrownBy(() -> each.getKey().assertMatches(copy))
            .as(changed.toString())
            .isInstanceOf(AssertionError.class)
            .hasMessageContaining("differ:");
      }
    }
    assertThat(tried).isGreaterThan(20);
  }

  /** Copies of a policy: each with one grant or condition less, more, or wider. */
  private static List<JsonNode> changed(JsonNode policy) {
    List<JsonNode> copies = new ArrayList<>();
    for (int at = 0; at < policy.path("Statement").size(); at++) {
      int place = at;
      ((ArrayNode) copy(policy, copies).path("Statement")).remove(at);
      Stream.of("*", "kms:*", "kms:Encrypt", "kms:ReEncryptFrom")
          .forEach(action -> statement(policy, place, copies).put("Action", action));
      Stream.of("*", "${OtherKeyArn}", "arn:aws:kms:*:*:key/*")
          .forEach(resource -> statement(policy, place, copies).put("Resource", resource));
      statement(policy, at, copies).putArray("Resource").add("${CardKeyArn}").add("*");
      ((ArrayNode) copy(policy, copies).path("Statement"))
          .add(statement(policy, at, new ArrayList<>()).put("Action", "kms:DescribeKey"));
      statement(policy, at, copies).remove("Condition");
      for (Map.Entry<String, JsonNode> operator :
          policy.path("Statement").path(at).path("Condition").properties()) {
        ((ObjectNode) statement(policy, at, copies).path("Condition")).remove(operator.getKey());
        for (Map.Entry<String, JsonNode> test : operator.getValue().properties()) {
          ((ObjectNode) statement(policy, at, copies).path("Condition").path(operator.getKey()))
              .remove(test.getKey());
          ((ObjectNode) statement(policy, at, copies).path("Condition").path(operator.getKey()))
              .put(test.getKey(), "*");
        }
      }
    }
    return copies;
  }

  private static JsonNode copy(JsonNode policy, List<JsonNode> copies) {
    JsonNode copy = policy.deepCopy();
    copies.add(copy);
    return copy;
  }

  private static ObjectNode statement(JsonNode policy, int at, List<JsonNode> copies) {
    return (ObjectNode) copy(policy, copies).path("Statement").path(at);
  }
}
