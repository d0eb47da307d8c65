package dev.gabion.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.AuditEvent;
import java.io.IOException;
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

  @Test
  void everyKindOfEventIsAnApiActivity() throws IOException {
    int checked = 0;
    for (Map<String, String> settings : List.of(Recorded.TEXT, Recorded.JSON)) {
      for (AuditEvent event : AuditEvents.ofEveryKind()) {
        assertThat(FOUND.get().problems("api_activity", Recorded.jsonOf(event, settings)))
            .as(event.toString())
            .isEmpty();
        checked++;
      }
    }
    System.out.println("Checked " + checked + " audit events against the OCSF schema.");
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
