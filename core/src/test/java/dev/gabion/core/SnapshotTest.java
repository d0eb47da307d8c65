package dev.gabion.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gabion.core.Rig.Ledger;
import dev.gabion.core.Rig.Order;
import dev.gabion.core.Rig.Receipt;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.crac.Core;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The hooks themselves; that the runtime calls them is shown under the runtime's own client. */
class SnapshotTest {
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final PrintStream before = System.err;

  @BeforeEach
  void listen() {
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void stopListening() {
    System.setErr(before);
  }

  /** Whatever a handler can be given, all in one: says what is done to it. */
  private class Resource implements Managed {
    final String name;
    @Nullable RuntimeException failing;
    @Nullable Environment restored;
    final List<Deadline> deadlines = new ArrayList<>();

    Resource(String name) {
      this.name = name;
    }

    @Override
    public void start(Environment environment) {
      assertThat(environment.awaitsSnapshot()).isTrue();
    }

    @Override
    public void beforeSnapshot() {
      seen.add("wipe " + name);
      fail();
    }

    @Override
    public void afterRestore(Environment environment) {
      restored = environment;
      deadlines.add(environment.scope().deadline());
      seen.add("wake " + name);
      fail();
    }

    private void fail() {
      if (failing != null) {
        throw failing;
      }
    }
  }

  private final class Known extends Resource implements Authenticator<Envelope>, Permit<Object> {
    Known() {
      super("caller and permit");
    }

    @Override
    public Caller identify(Envelope envelope, Scope scope) {
      return Caller.of("test", "ann");
    }

    @Override
    public boolean allows(Caller caller, Object input) {
      return true;
    }

    @Override
    public String describe() {
      return name;
    }
  }

  private final class Positive extends Resource implements Rules<Order> {
    Positive() {
      super("rules");
    }

    @Override
    public List<Violation> check(Order order) {
      return List.of();
    }

    @Override
    public String describe() {
      return name;
    }
  }

  private final class Sink extends Resource implements AuditSink {
    Sink() {
      super("audit");
    }

    @Override
    public void ready(Scope scope) {}

    @Override
    public void write(AuditEvent event) {
      seen.add("record " + event.invocation().correlationId());
    }

    @Override
    public String describe() {
      return name;
    }
  }

  private @Nullable Snapshot started(String initialization, Managed... uses) {
    Known known = new Known();
    Recipe<?, ?, ?> recipe =
        Mailbox.office(Order.class, Receipt.class)
            .caller(known)
            .rules(new Positive())
            .permit(known)
            .audit(new Sink())
            .logic((order, call) -> new Receipt(""))
            .uses(uses)
            .settings(Settings.of(Map.of("AWS_LAMBDA_INITIALIZATION_TYPE", initialization)));
    return Startup.run(
        recipe,
        new StrictJson(Limits.defaults()),
        new AuditTrail(recipe.audit(), List.of()),
        SnapshotTest.class);
  }

  private Snapshot snapshot(Managed... uses) {
    return Objects.requireNonNull(started("snap-start", uses));
  }

  @Test
  void resourcesAreWipedInReverseOnceEachAndTheSinkLast() {
    Resource first = new Resource("first");
    Resource second = new Resource("second");

    snapshot(first, second, first).beforeCheckpoint(Core.getGlobalContext());

    assertThat(seen)
        .containsExactly(
            "wipe second", "wipe first", "wipe caller and permit", "wipe rules", "wipe audit");
  }

  @Test
  void theSinkWakesFirstAndEachResourceOnce() {
    Resource first = new Resource("first");

    snapshot(first, first).afterRestore(Core.getGlobalContext());

    assertThat(seen).startsWith("wake audit");
    assertThat(seen)
        .containsExactlyInAnyOrder(
            "wake audit", "wake rules", "wake caller and permit", "wake first");
  }

  @Test
  void oneThatCannotBeWipedFailsTheSnapshotAndTheRestIsWipedStill() {
    Resource failing = new Resource("failing");
    failing.failing = new IllegalStateException("password=hunter2");
    Snapshot snapshot = snapshot(new Resource("first"), failing, new Resource("last"));

    InvocationFailed failure =
        catchThrowableOfType(
            InvocationFailed.class, () -> snapshot.beforeCheckpoint(Core.getGlobalContext()));

    assertThat(failure).isNotNull().hasNoCause();
    assertThat(failure.getMessage()).doesNotContain("hunter2");
    assertThat(seen)
        .containsExactly(
            "wipe last",
            "wipe failing",
            "wipe first",
            "wipe caller and permit",
            "wipe rules",
            "wipe audit");
    assertThat(log.toString(StandardCharsets.UTF_8))
        .contains("wiping uses, resource 2", "IllegalStateException")
        .doesNotContain("hunter2");
  }

  @Test
  void oneThatCannotBeWokenFailsTheRestore() {
    Resource failing = new Resource("failing");
    failing.failing = new IllegalStateException("password=hunter2");

    InvocationFailed failure =
        catchThrowableOfType(
            InvocationFailed.class, () -> snapshot(failing).afterRestore(Core.getGlobalContext()));

    assertThat(failure).isNotNull().hasNoCause();
    assertThat(log.toString(StandardCharsets.UTF_8))
        .contains("waking uses, resource 1")
        .doesNotContain("hunter2");
  }

  @Test
  void aRestoredEnvironmentHasItsOwnTimeAndAwaitsNoSnapshot() {
    Resource resource = new Resource("first");
    Snapshot snapshot = snapshot(resource);

    snapshot.afterRestore(Core.getGlobalContext());
    Environment first = Objects.requireNonNull(resource.restored);
    snapshot.afterRestore(Core.getGlobalContext());
    Environment second = Objects.requireNonNull(resource.restored);

    assertThat(first.awaitsSnapshot()).isFalse();
    assertThat(first.scope().correlationId()).isEqualTo("restore");
    assertThat(resource.deadlines).hasSize(2).doesNotHaveDuplicates();
    assertThat(resource.deadlines.get(1).remaining())
        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
    assertThat(second.issuedSecrets()).isSameAs(first.issuedSecrets());
    assertThat(second.handler()).isEqualTo(first.handler());
  }

  @Test
  void wakingRunsSideBySide() throws Exception {
    if (Runtime.getRuntime().availableProcessors() < 2) {
      System.out.println("SnapshotTest: one processor, nothing can wake side by side.");
      return;
    }
    CountDownLatch both = new CountDownLatch(2);
    final class Meeting implements Managed {
      @Override
      public void afterRestore(Environment environment) throws Exception {
        both.countDown();
        assertThat(both.await(20, TimeUnit.SECONDS)).isTrue();
      }
    }

    snapshot(new Meeting(), new Meeting()).afterRestore(Core.getGlobalContext());

    assertThat(both.getCount()).isZero();
  }

  @Test
  void whereNoSnapshotIsTakenNothingIsHeldForOne() {
    Resource other =
        new Resource("first") {
          @Override
          public void start(Environment environment) {
            assertThat(environment.awaitsSnapshot()).isFalse();
          }
        };
    Recipe<?, ?, ?> recipe =
        Mailbox.office(Order.class, Receipt.class)
            .caller(Rig.known("ann"))
            .rules(Rig.positive())
            .permit((caller, order) -> true)
            .audit(new Ledger())
            .logic((order, call) -> new Receipt(""))
            .uses(other)
            .settings(Settings.of(Map.of("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")));

    assertThat(
            Startup.run(
                recipe,
                new StrictJson(Limits.defaults()),
                new AuditTrail(recipe.audit(), List.of()),
                SnapshotTest.class))
        .isNull();
  }
}
