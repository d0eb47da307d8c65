package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditSink;
import dev.gabion.core.Environment;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretSource;
import dev.gabion.core.SecretValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
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

    assertThat(sink.describe()).isEqualTo("all of (a; b; c)");
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
    OcsfAudit nowhere = OcsfAudit.toFile("orders", folder.resolve("none/audit.log"));
    assertThatThrownBy(() -> nowhere.write(AuditEvents.done()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was not started");
    Recorded.start(nowhere, Recorded.environment(Recorded.TEXT));
    assertThatThrownBy(() -> nowhere.write(AuditEvents.done())).isInstanceOf(IOException.class);
  }

  /** Fails with what no sink is expected to throw. */
  private static final class Broken implements AuditSink {
    private final Error error;

    Broken(Error error) {
      this.error = error;
    }

    @Override
    public void ready(Scope scope) {}

    @Override
    public void write(AuditEvent event) {
      throw error;
    }
  }

  @Test
  void anErrorInOneKeepsNothingFromTheOthers() {
    Error missing = new NoClassDefFoundError("a class of the first sink's");
    AuditSink sink = CompositeAudit.of(new Broken(missing), new Sink("b", "write"));

    assertThatThrownBy(() -> sink.write(AuditEvents.done()))
        .isSameAs(missing)
        .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
    assertThat(asked).containsExactly("b write");
  }

  @Test
  void thatTheEnvironmentIsLostIsHeardOfWhateverFailedBefore() {
    Error lost = new OutOfMemoryError("for the test");
    AuditSink sink = CompositeAudit.of(new Sink("a", "write"), new Broken(lost));

    assertThatThrownBy(() -> sink.write(AuditEvents.done()))
        .isSameAs(lost)
        .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
  }

  /** Records what it does at the start and after a restore, as a source of secrets does. */
  private static final class Recording implements SecretSource {
    private AuditSink trail = new Broken(new AssertionError("no trail"));

    @Override
    public <R, X extends Exception> R use(Scope scope, Body<R, X> body) throws X {
      try {
        trail.write(
            AuditEvents.detail(
                AuditEvent.Activity.SECRET,
                AuditEvent.Verdict.ALLOWED,
                null,
                Map.of("secret", "pseudonyms", "event", "fetched")));
      } catch (Exception unrecorded) {
        throw new IllegalStateException(unrecorded);
      }
      try (SecretValue value = SecretValue.ofText("sixteen random bytes at least")) {
        return body.apply(value);
      }
    }

    @Override
    public <R, X extends Exception> R use(
        Scope scope, Body<R, X> body, Predicate<? super Exception> refused) throws X {
      return use(scope, body);
    }
  }

  @Test
  void whatOneRecordsWhileItStartsOrWakesIsGivenToAllWhateverTheirOrder() throws Exception {
    for (boolean first : List.of(true, false)) {
      List<String> named = new ArrayList<>();
      List<String> open = new ArrayList<>();
      Recording key = new Recording();
      AuditSink hidden = to(named).pseudonyms(key);
      AuditSink other = to(open);
      CompositeAudit all =
          first ? CompositeAudit.of(hidden, other) : CompositeAudit.of(other, hidden);
      key.trail = all;

      all.start(Recorded.environment(Recorded.TEXT));
      assertThat(named).singleElement().asString().contains("\"fetched\"");
      assertThat(open).singleElement().asString().contains("\"fetched\"");

      all.write(AuditEvents.done());
      all.beforeSnapshot();
      all.afterRestore(Recorded.environment(Recorded.TEXT));
      assertThat(named).hasSize(3);
      assertThat(open).hasSize(3);
    }
  }

  @Test
  void onceOneCouldNotStartNothingIsTakenForLater() {
    AuditSink broken = CompositeAudit.of(new Sink("a", "start"), new Sink("b", "write"));
    assertThatThrownBy(() -> broken.start(Recorded.environment(Recorded.TEXT))).hasMessage("a");
    assertThatThrownBy(() -> broken.write(AuditEvents.done())).hasMessage("b");
  }

  @Test
  void whatIsRecordedBeforeTheOthersStartedIsLostInNone() { // the control
    Recording key = new Recording();
    OcsfAudit second = to(new ArrayList<>());
    OcsfAudit hidden = to(new ArrayList<>()).pseudonyms(key);
    key.trail = second;

    assertThatThrownBy(() -> hidden.start(Recorded.environment(Recorded.TEXT)))
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  private static OcsfAudit to(List<String> lines) {
    return OcsfAudit.to(
        "orders", (line, length) -> lines.add(new String(line, 0, length, UTF_8)), "a list");
  }

  @Test
  void aSinkThatIsHandedOverTwiceBeginsOneChainAndIsWipedByTheLastWhoHasIt() throws Exception {
    List<String> lines = new ArrayList<>();
    OcsfAudit twice = to(lines);
    CompositeAudit all = CompositeAudit.of(new Sink("a", ""), twice);
    Environment environment = Recorded.environment(Recorded.TEXT);
    all.start(environment);
    all.write(AuditEvents.done());
    twice.start(environment);
    all.write(AuditEvents.done());
    twice.beforeSnapshot();
    all.write(AuditEvents.done());
    all.beforeSnapshot();
    assertThatThrownBy(() -> twice.write(AuditEvents.done()))
        .isInstanceOf(IllegalStateException.class);
    Environment restored = Recorded.environment(Recorded.TEXT);
    all.afterRestore(restored);
    all.write(AuditEvents.done());
    twice.afterRestore(restored);
    all.write(AuditEvents.done());

    assertThat(chains(lines)).containsExactly(3, 2);
    twice.start(Recorded.environment(Recorded.TEXT)); // the control: another handler's
    all.write(AuditEvents.done());
    assertThat(chains(lines)).containsExactly(3, 2, 1);
  }

  /** How many lines each chain has. */
  private static List<Integer> chains(List<String> lines) throws IOException {
    Map<String, Integer> chains = new LinkedHashMap<>();
    for (String line : lines) {
      chains.merge(
          Recorded.STRICT.readTree(line).at("/unmapped/chain/id").asText(), 1, Integer::sum);
    }
    return List.copyOf(chains.values());
  }
}
