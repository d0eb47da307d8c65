package dev.gabion.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gabion.core.Rig.Handler;
import dev.gabion.core.Rig.Ledger;
import dev.gabion.core.Rig.Order;
import dev.gabion.core.Rig.Receipt;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the trail may hold back and until when, and what the path itself says on it. */
class HeldBackTest {
  private final List<String> asked = new ArrayList<>();

  /** Says what it was asked, and settles as it is told. */
  private final class Holding implements AuditSink {
    private final boolean full;

    Holding(boolean full) {
      this.full = full;
    }

    @Override
    public void ready(Scope scope) {}

    @Override
    public void write(AuditEvent event) {
      asked.add("write " + event.invocation().correlationId());
    }

    @Override
    public void settle(Scope scope) throws IOException {
      asked.add("settle " + scope.correlationId());
      if (full) {
        throw new IOException("full");
      }
    }
  }

  private static Recipe<Mailbox.Letter, Order, Receipt> recipe(
      Mailbox<Order, Receipt> source, AuditSink sink, Logic<Order, Receipt> logic) {
    return source
        .caller(Rig.known("ann"))
        .rules(Rig.positive())
        .permit((caller, order) -> true)
        .audit(sink)
        .logic(logic);
  }

  @Test
  void isAskedForOnceAllEnvelopesAreRecorded() {
    Handler handler =
        new Handler(
            recipe(
                Mailbox.unorderedQueue(Order.class, Receipt.class),
                new Holding(false),
                (order, call) -> new Receipt("done")));

    handler.send(Rig.letters(Rig.order("ann", 1), Rig.order("ann", 0)));

    assertThat(asked).containsExactly("write request-1/0", "write request-1/1", "settle request-1");
  }

  @Test
  void isAskedForAlsoIfTheEventNeverBecameAnyEnvelope() {
    Handler handler =
        new Handler(
            recipe(
                Mailbox.office(Order.class, Receipt.class),
                new Holding(false),
                (order, call) -> new Receipt("done")));

    assertThatThrownBy(() -> handler.send("{}")).isInstanceOf(InvocationFailed.class);

    assertThat(asked).containsExactly("write request-1", "settle request-1");
  }

  @Test
  void letsNoReplyOutIfItCannotBeHandedOver() {
    Handler handler =
        new Handler(
            recipe(
                Mailbox.office(Order.class, Receipt.class),
                new Holding(true),
                (order, call) -> new Receipt("done")));
    byte[] event = Rig.letters(Rig.order("ann", 1)).getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    assertThatThrownBy(
            () ->
                handler.handleRequest(
                    new ByteArrayInputStream(event), out, new Rig.TestContext(Rig.ARN, null)))
        .isInstanceOf(InvocationFailed.class);
    assertThat(out.size()).isZero();
  }

  /** Fails at what it is told, and says how often it was asked. */
  private static final class Failing implements AuditSink {
    private final Error failure;
    private int writes;

    Failing(Error failure) {
      this.failure = failure;
    }

    @Override
    public void ready(Scope scope) {}

    @Override
    public void write(AuditEvent event) {
      writes++;
      throw failure;
    }
  }

  @Test
  void anErrorOfTheVirtualMachineInTheSinkTakesTheEnvironmentAlongThoughNobodyReadsRefusals() {
    for (Error error : List.of(new OutOfMemoryError("x"), new AssertionError("the control"))) {
      boolean lost = error instanceof VirtualMachineError;
      Failing sink = new Failing(error);
      Handler handler =
          new Handler(
              recipe(
                  Mailbox.unorderedQueue(Order.class, Receipt.class),
                  sink,
                  (order, call) -> new Receipt("done")));
      String two = Rig.letters(Rig.order("ann", 1), Rig.order("ann", 2));

      assertThat(catchThrowable(() -> handler.send(two)))
          .isInstanceOf(lost ? VirtualMachineError.class : InvocationFailed.class);
      assertThat(sink.writes).isEqualTo(lost ? 1 : 2);
      assertThat(catchThrowable(() -> handler.send(two)))
          .isInstanceOf(lost ? VirtualMachineError.class : InvocationFailed.class);
      assertThat(sink.writes).as("the next invocation").isEqualTo(lost ? 1 : 4);
    }
  }

  private static List<AuditEvent.Activity> recorded(Rejection rejection) {
    Ledger ledger = new Ledger();
    Handler handler =
        new Handler(
            Mailbox.office(Order.class, Receipt.class)
                .caller(
                    Rig.authenticator(
                        "nobody",
                        () -> {
                          throw rejection;
                        }))
                .rules(Rig.positive())
                .permit((caller, order) -> true)
                .audit(ledger)
                .logic((order, call) -> new Receipt("done")));
    handler.send(Rig.letters(Rig.order("ann", 1)));
    return ledger.events.stream()
        .peek(
            event -> {
              assertThat(event.verdict()).isEqualTo(AuditEvent.Verdict.DENIED);
              assertThat(event.stop()).isEqualTo(Stop.IDENTIFY);
            })
        .map(AuditEvent::activity)
        .toList();
  }

  @Test
  void thatNobodyWasIdentifiedIsAnEventBeforeTheOutcomeAndThatSomebodyWasIsNone() {
    assertThat(recorded(Rejection.of(Rejection.Code.UNAUTHENTICATED, "expired")))
        .containsExactly(AuditEvent.Activity.AUTHENTICATION, AuditEvent.Activity.OUTCOME);
    assertThat(recorded(Rejection.of(Rejection.Code.FORBIDDEN, "scope")))
        .containsExactly(AuditEvent.Activity.OUTCOME);
  }

  @Test
  void aNoteThatIsTooLongCanBeSeenToBeCut() {
    Ledger ledger = new Ledger();
    Handler handler =
        new Handler(
            recipe(
                Mailbox.office(Order.class, Receipt.class),
                ledger,
                (order, call) -> {
                  call.note("fits", "x".repeat(1_024));
                  call.note("cut", "x".repeat(2_000));
                  return new Receipt("done");
                }));

    handler.send(Rig.letters(Rig.order("ann", 1)));

    assertThat(ledger.events.get(0).facts().get("fits")).hasSize(1_024);
    assertThat(ledger.events.get(0).facts().get("cut")).hasSize(1_025);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "_aws",
        "chain",
        "class_uid",
        "late",
        "level",
        "quarantine",
        "quarantine.place",
        "timestamp",
        "type_uid"
      })
  void aNoteCannotTakeANameThatLogPipelinesGoBy(String key) {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Ledger ledger = new Ledger();
    Handler handler =
        new Handler(
            recipe(
                Mailbox.office(Order.class, Receipt.class),
                ledger,
                (order, call) -> {
                  thrown.set(catchThrowable(() -> call.note(key, "x")));
                  call.note("my." + key, "x");
                  return new Receipt("done");
                }));

    handler.send(Rig.letters(Rig.order("ann", 1)));

    assertThat(thrown.get()).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(key);
    assertThat(ledger.events.get(0).facts()).isEqualTo(Map.of("my." + key, "x"));
  }

  @Test
  void aResultThatComesAfterTheDeadlineIsSaidToBeLate() {
    Ledger ledger = new Ledger();
    AtomicLong clock = new AtomicLong();
    Handler handler =
        new Handler(
            recipe(
                Mailbox.office(Order.class, Receipt.class),
                ledger,
                (order, call) -> {
                  clock.addAndGet(order.amount());
                  return new Receipt("done");
                }),
            clock::get);

    assertThat(catchThrowable(() -> handler.send(Rig.letters(Rig.order("ann", 30_000)))))
        .as("the platform has answered in our place")
        .isInstanceOf(InvocationFailed.class);
    assertThat(handler.send(Rig.letters(Rig.order("ann", 1)))).contains("done");

    assertThat(ledger.events)
        .extracting(AuditEvent::facts)
        .containsExactly(Map.of("late", "true"), Map.of());
  }

  @Test
  void anObserverThatIsAlsoAResourceIsStarted() {
    final class Metrics implements PathObserver, Managed {
      private int starts;

      @Override
      public void start(Environment environment) {
        starts++;
      }
    }

    Metrics metrics = new Metrics();
    Recipe<Mailbox.Letter, Order, Receipt> recipe =
        recipe(
            Mailbox.office(Order.class, Receipt.class),
            new Ledger(),
            (order, call) -> new Receipt("done"));

    var unused = new Handler(recipe.observedBy(metrics).uses(metrics));

    assertThat(metrics.starts).isEqualTo(1);
  }
}
