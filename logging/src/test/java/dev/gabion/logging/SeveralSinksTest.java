package dev.gabion.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditSink;
import dev.gabion.core.Environment;
import dev.gabion.core.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeveralSinksTest {
  private final List<String> asked = new ArrayList<>();

  /** Says what it was asked, and fails at what it is told. */
  private final class Sink implements AuditSink {
    private final String name;
    private final String failing;

    Sink(String name, String failing) {
      this.name = name;
      this.failing = failing;
    }

    private void ask(String what) throws IOException {
      asked.add(name + " " + what);
      if (what.equals(failing)) {
        throw new IOException(name);
      }
    }

    @Override
    public void start(Environment environment) throws IOException {
      ask("start");
    }

    @Override
    public void ready(Scope scope) throws IOException {
      ask("ready");
    }

    @Override
    public void write(AuditEvent event) throws IOException {
      ask("write");
    }

    @Override
    public void settle(Scope scope) throws IOException {
      ask("settle");
    }

    @Override
    public void beforeSnapshot() throws IOException {
      ask("wipe");
    }

    @Override
    public void afterRestore(Environment environment) throws IOException {
      ask("wake");
    }

    @Override
    public String describe() {
      return name;
    }
  }

  private void askAll(AuditSink sink) throws Exception {
    Environment environment = Recorded.environment(Recorded.TEXT);
    sink.start(environment);
    sink.ready(Recorded.SCOPE);
    sink.write(AuditEvents.done());
    sink.settle(Recorded.SCOPE);
    sink.beforeSnapshot();
    sink.afterRestore(environment);
  }

  @Test
  void allAreAskedForEverything() throws Exception {
    AuditSink sink = CompositeAudit.of(new Sink("a", ""), new Sink("b", ""), new Sink("c", ""));
    askAll(sink);

    assertThat(sink.describe()).isEqualTo("a and b and c");
    for (String what : List.of("start", "ready", "write", "settle", "wipe", "wake")) {
      assertThat(asked).containsSubsequence("a " + what, "b " + what, "c " + what);
    }
  }

  @Test
  void oneThatFailsKeepsNothingFromTheOthersAndIsHeardOf() {
    AuditSink sink = CompositeAudit.of(new Sink("a", "write"), new Sink("b", "write"));

    assertThatThrownBy(() -> sink.write(AuditEvents.done()))
        .isInstanceOf(IOException.class)
        .hasMessage("a")
        .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
    assertThat(asked).containsExactly("a write", "b write");
  }

  @Test
  void oneThatIsNotReadyIsEnough() {
    AuditSink sink = CompositeAudit.of(new Sink("a", ""), new Sink("b", "ready"));

    assertThatThrownBy(() -> sink.ready(Recorded.SCOPE)).hasMessage("b");
  }

  @Test
  void aFileHasTheLinesThatTheLogHas(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("audit.log");
    OcsfAudit audit = OcsfAudit.toFile("orders", file);
    Recorded.start(audit, Recorded.environment(Recorded.TEXT));
    audit.write(AuditEvents.done());
    audit.write(AuditEvents.failed());

    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(2);
    assertThat(Recorded.STRICT.readTree(lines.get(1)).at("/unmapped/chain/seq").asInt())
        .isEqualTo(2);
    assertThat(audit.describe()).isEqualTo("OCSF on a file, service orders");
    assertThatThrownBy(
            () ->
                OcsfAudit.toFile("orders", folder.resolve("none/audit.log"))
                    .write(AuditEvents.done()))
        .isInstanceOf(IllegalStateException.class);
  }
}
