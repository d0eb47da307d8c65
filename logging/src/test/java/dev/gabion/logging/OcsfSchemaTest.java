package dev.gabion.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.Activity;
import dev.gabion.core.Stop;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OcsfSchemaTest {
  private static final Optional<OcsfSchema> FOUND = OcsfSchema.find();

  @BeforeEach
  void needsTheCorpus() {
    assumeTrue(FOUND.isPresent());
  }

  private static String className(AuditEvent event) {
    return switch (event.activity()) {
      case OUTCOME, OUTBOUND -> "api_activity";
      case AUTHENTICATION -> "authentication";
      case SECRET, ENCRYPTION -> "datastore_activity";
      case FAULT -> "application_error";
    };
  }

  @Test
  void everyKindOfEventIsOfItsClass() throws IOException {
    int checked = 0;
    for (Map<String, String> settings : List.of(Recorded.TEXT, Recorded.JSON)) {
      for (AuditEvent event : AuditEvents.ofEveryKind()) {
        assertThat(FOUND.get().problems(className(event), Recorded.jsonOf(event, settings)))
            .as(event.toString())
            .isEmpty();
        checked++;
      }
    }
    System.out.println("Checked " + checked + " audit events against the OCSF schema.");
  }

  @Test
  void aLineForManyRefusalsAndOneOfAnAnchorAreOfTheirClasses() throws Exception {
    Recorded recorded =
        new Recorded(
            Recorded.TEXT,
            audit -> audit.anchored((head, scope) -> new byte[32], 1, Duration.ofDays(1)));
    for (int i = 0; i < 2 * Repeats.WHOLE; i++) {
      recorded.audit.write(AuditEvents.denied(Stop.IDENTIFY, 401, "credentials"));
    }
    recorded.audit.settle(Recorded.SCOPE);

    JsonNode many = recorded.json(Repeats.WHOLE);
    assertThat(many.get("count").asInt()).isEqualTo(Repeats.WHOLE);
    assertThat(FOUND.get().problems("api_activity", many)).isEmpty();
    JsonNode anchor = recorded.json(Repeats.WHOLE + 1);
    assertThat(anchor.at("/unmapped/chain/anchor/proof").isMissingNode()).isFalse();
    assertThat(FOUND.get().problems("datastore_activity", anchor)).isEmpty();
  }

  @Test
  void whatAnEventOfEachClassLacksIsSeen() throws IOException {
    record Kind(AuditEvent event, String name, List<String> needs) {}
    for (Kind each :
        List.of(
            new Kind(
                AuditEvents.done(),
                "api_activity",
                List.of("actor", "api", "src_endpoint", "cloud", "metadata", "time")),
            new Kind(
                AuditEvents.detail(Activity.AUTHENTICATION),
                "authentication",
                List.of("user", "service+dst_endpoint", "cloud", "type_uid", "severity_id")),
            new Kind(
                AuditEvents.detail(Activity.SECRET),
                "datastore_activity",
                List.of("actor", "databucket", "src_endpoint", "class_uid", "activity_id")),
            new Kind(
                AuditEvents.detail(Activity.FAULT),
                "application_error",
                List.of("cloud", "metadata", "category_uid", "activity_id")))) {
      for (String need : each.needs) {
        ObjectNode event = (ObjectNode) Recorded.jsonOf(each.event);
        event.remove(List.of(need.split("\\+")));
        assertThat(FOUND.get().problems(each.name, event)).as(each.name + " " + need).isNotEmpty();
      }
      ObjectNode event = (ObjectNode) Recorded.jsonOf(each.event);
      event.put("activity_id", 77);
      event.put("type_uid", event.get("class_uid").asInt() * 100 + 77);
      assertThat(FOUND.get().problems(each.name, event)).hasSize(2);
    }
  }

  @Test
  void arithmeticThatDoesNotAddUpIsSeen() throws IOException {
    seen(event -> event.put("type_uid", 600_302), "type_uid: not class_uid");
    seen(event -> event.put("class_uid", 6005), "class_uid: 6005 is not a legal value");
  }

  @Test
  void theCheckSeesWhatIsWrong() throws IOException {
    seen(event -> event.remove("severity_id"), "severity_id: required and missing");
    seen(event -> event.remove("cloud"), "cloud: required and missing");
    seen(at("api", api -> api.remove("operation")), "api.operation: required and missing");
    seen(event -> event.put("path", "/orders"), "path: unknown");
    seen(event -> event.put("severity_id", 7), "severity_id: 7 is not a legal value");
    seen(event -> event.put("time", "now"), "time: not a timestamp_t");
    seen(at("actor", ObjectNode::removeAll), "actor.: none of");
    seen(at("actor", actor -> actor.put("invoked_by", "x")), "actor.invoked_by: deprecated");
    seen(
        at("metadata", metadata -> ((ArrayNode) metadata.get("profiles")).remove(1)),
        "action_id: of a profile that is not listed");
    seen(at("metadata", metadata -> metadata.put("event_code", 7)), "metadata.event_code: not a");
    seen(
        at("metadata", metadata -> ((ArrayNode) metadata.get("profiles")).add("network_proxy")),
        "metadata.profiles: network_proxy is not of this class");
    seen(
        at("metadata", metadata -> ((ArrayNode) metadata.get("profiles")).add("osint")),
        "osint: required and missing");
  }

  private static void seen(Consumer<ObjectNode> change, String problem) throws IOException {
    JsonNode event = Recorded.jsonOf(AuditEvents.done());
    change.accept((ObjectNode) event);
    assertThat(FOUND.get().problems("api_activity", event))
        .anyMatch(each -> each.startsWith(problem));
  }

  private static Consumer<ObjectNode> at(String object, Consumer<ObjectNode> change) {
    return event -> change.accept((ObjectNode) event.get(object));
  }
}
