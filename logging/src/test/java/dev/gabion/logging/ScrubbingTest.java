package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.Caller;
import dev.gabion.core.Environment;
import dev.gabion.core.HandlerDescription;
import dev.gabion.core.IssuedSecrets;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretValue;
import dev.gabion.core.Settings;
import dev.gabion.core.Stop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The scrubber of the process, as the sink starts and wipes it. */
class ScrubbingTest {
  private final List<byte[]> lines = new ArrayList<>();
  private final OcsfAudit audit =
      OcsfAudit.to("orders", (line, length) -> lines.add(Arrays.copyOf(line, length)), "a list");
  private final Issued issued = new Issued();

  private String recorded(String said) throws Exception {
    audit.write(AuditEvents.noted(Map.of("said", said)));
    return new String(lines.get(lines.size() - 1), UTF_8);
  }

  @Test
  void aSecretIsInNoAuditLineOnceItIsIssuedAndUnknownOnceItIsWiped() throws Exception {
    audit.start(new Started(issued));
    assertThat(recorded("a \"secret\" of the sink")).contains("a \\\"secret\\\" of the sink");
    issued.issued(SecretValue.ofText("a \"secret\" of the sink"));

    String line = recorded("a \"secret\" of the sink");
    JsonNode json = Recorded.STRICT.readTree(line);
    assertThat(json.at("/unmapped/facts/said").asText()).isEqualTo("[secret]");

    audit.beforeSnapshot();
    audit.afterRestore(new Started(issued));
    assertThat(recorded("a \"secret\" of the sink")).contains("a \\\"secret\\\" of the sink");
    issued.issued(SecretValue.ofText("after the restore"));
    assertThat(recorded("after the restore")).contains("\"[secret]\"");
  }

  @Test
  void whatLooksLikeASecretIsInNoAuditLine() throws Exception {
    audit.start(new Started(issued));

    assertThat(recorded("paid by 4111 1111 1111 1111 \u00e4")).contains("\"paid by [card] \\u00");
  }

  /** Whatever secrets are called, a verifier, a schema and a reader still find their way. */
  @Test
  void aSecretThatIsCalledLikeAMemberOfTheLineTakesNoneOfTheLinesOwnNames() throws Exception {
    audit.start(new Started(issued));
    AuditEvent event =
        AuditEvents.noted(Map.of("metadata", "class_uid", "order", "unmapped", "unmapped", "x"));
    audit.write(event);
    List<String> names = List.of("class_uid", "unmapped", "metadata", "category_uid", "operation");
    names.forEach(name -> issued.issued(SecretValue.ofText(name)));
    audit.write(event);
    audit.beforeSnapshot();

    List<String> trail = lines.stream().map(line -> new String(line, UTF_8).strip()).toList();
    JsonNode before = Recorded.STRICT.readTree(trail.get(0));
    JsonNode after = Recorded.STRICT.readTree(trail.get(1));
    assertThat(names(after)).isEqualTo(names(before));
    for (String object : List.of("metadata", "unmapped", "api", "actor")) {
      assertThat(names(after.get(object))).as(object).isEqualTo(names(before.get(object)));
    }
    assertThat(before.at("/unmapped/facts/order").asText()).isEqualTo("unmapped"); // the control
    assertThat(after.at("/unmapped/facts").toString())
        .doesNotContain("class_uid", "unmapped", "metadata")
        .contains("[secret]");
    Path file = Files.write(Files.createTempFile("trail", ""), trail);
    assertThat(AuditVerifier.ofChains().verify(file).findings()).isEmpty();
    Files.delete(file);
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void whatIsWrittenElsewhereCanBeCleanedAsWell() throws Exception {
    audit.start(new Started(issued));
    issued.issued(SecretValue.ofText("a secret of elsewhere"));
    byte[] plain = "{\"said\":\"nothing\"}".getBytes(UTF_8);

    assertThat(new String(Scrubbing.clean("<a secret of elsewhere>".getBytes(UTF_8)), UTF_8))
        .isEqualTo("<[secret]>");
    assertThat(Scrubbing.clean(plain)).isSameAs(plain);
    audit.beforeSnapshot();
  }

  /** Digits that a check digit makes a card's are taken for one, whatever they name. */
  @Test
  void aCallerWhoIsCalledLikeACardHasAPseudonymOrNoName() throws Exception {
    String id = "4111111111111111";
    AuditEvent event =
        AuditEvents.event(
            AuditEvent.Verdict.ALLOWED,
            Stop.RECORD,
            AuditEvents.HTTP,
            Caller.of("https://issuer.example", id),
            AuditEvents.outcome(200, "done"));

    assertThat(Recorded.jsonOf(event).at("/actor/user/uid").asText()).isEqualTo("[card]");
    Recorded hidden =
        new Recorded(
            Recorded.TEXT,
            sink -> sink.pseudonyms(new PseudonymsTest.Held("sixteen random bytes at least")));
    hidden.audit.write(event);
    assertThat(hidden.json(0).at("/actor/user/uid").asText()).startsWith("~");
  }

  /** Passes on what is told. */
  private static final class Issued implements IssuedSecrets {
    private final List<Consumer<SecretValue>> listeners = new ArrayList<>();

    @Override
    public void issued(SecretValue value) {
      listeners.forEach(listener -> listener.accept(value));
    }

    @Override
    public void listen(Consumer<SecretValue> listener) {
      listeners.add(listener);
    }
  }

  private record Started(IssuedSecrets issuedSecrets) implements Environment {
    private static final Environment OTHER = Recorded.environment(Recorded.TEXT);

    @Override
    public Scope scope() {
      return OTHER.scope();
    }

    @Override
    public HandlerDescription handler() {
      return OTHER.handler();
    }

    @Override
    public Settings settings() {
      return OTHER.settings();
    }

    @Override
    public boolean awaitsSnapshot() {
      return false;
    }
  }
}
