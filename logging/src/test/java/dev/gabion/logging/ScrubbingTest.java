package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gabion.core.Environment;
import dev.gabion.core.HandlerDescription;
import dev.gabion.core.IssuedSecrets;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretValue;
import dev.gabion.core.Settings;
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
