package dev.gabion.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gabion.core.Rig.Handler;
import dev.gabion.core.Rig.Ledger;
import dev.gabion.core.Rig.Order;
import dev.gabion.core.Rig.Receipt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SecureHandlerTest {
  private static final String SECRET = "hunter2-canary";

  private final Ledger ledger = new Ledger();
  private final AtomicInteger ran = new AtomicInteger();

  private Recipe<Mailbox.Letter, Order, Receipt> recipe(Logic<Order, Receipt> logic) {
    return recipe(Mailbox.office(Order.class, Receipt.class), logic);
  }

  private Recipe<Mailbox.Letter, Order, Receipt> recipe(
      Mailbox<Order, Receipt> source, Logic<Order, Receipt> logic) {
    return source
        .caller(Rig.known("ann"))
        .rules(Rig.positive())
        .permit((caller, order) -> order.customer().equals(caller.id()))
        .audit(ledger)
        .logic(
            (order, call) -> {
              ran.incrementAndGet();
              return logic.apply(order, call);
            });
  }

  private Handler handler() {
    return new Handler(recipe((order, call) -> new Receipt("thanks " + order.customer())));
  }

  @Test
  void aGoodEventReachesLogicAndIsRecordedOnce() {
    String reply = handler().send(Rig.letters(Rig.order("ann", 3)));

    assertThat(reply).isEqualTo("{\"text\":\"thanks ann\"}");
    assertThat(ran).hasValue(1);
    AuditEvent event = ledger.events.get(0);
    AuditEvent.Outcome outcome = ledger.onlyOutcome();
    assertThat(event.verdict()).isEqualTo(AuditEvent.Verdict.ALLOWED);
    assertThat(event.caller()).isEqualTo(Caller.of("test", "ann"));
    assertThat(event.invocation().coldStart()).isTrue();
    assertThat(event.invocation().function().account()).isEqualTo("123456789012");
    assertThat(outcome.status()).isEqualTo(200);
    assertThat(outcome.timings().keySet())
        .containsExactlyInAnyOrder(
            Stop.READ,
            Stop.OPEN,
            Stop.IDENTIFY,
            Stop.DECODE,
            Stop.CHECK,
            Stop.PERMIT,
            Stop.LOGIC,
            Stop.SEAL);
    assertThat(outcome.bytesOut()).isEqualTo(reply.length());
  }

  @Test
  void onlyTheFirstInvocationIsACold() {
    Handler handler = handler();
    handler.send(Rig.letters(Rig.order("ann", 3)));
    handler.send(Rig.letters(Rig.order("ann", 3)));

    assertThat(ledger.events)
        .extracting(event -> event.invocation().coldStart())
        .containsExactly(true, false);
  }

  @Test
  void whatIsNotFitIsRefusedAtItsStopAndNeverReachesLogic() {
    record Case(String body, Stop stop, int status) {}
    List<Case> cases =
        List.of(
            new Case("{\"customer\":\"ann\"", Stop.DECODE, 400),
            new Case("{\"customer\":\"ann\",\"amount\":3,\"admin\":true}", Stop.DECODE, 400),
            new Case(Rig.order("ann", 0), Stop.CHECK, 422),
            new Case(Rig.order("bob", 3), Stop.PERMIT, 403));
    Handler handler = handler();
    for (Case each : cases) {
      ledger.events.clear();

      String reply = handler.send(Rig.letters(each.body));

      assertThat(reply).startsWith("refused " + each.status + " ");
      assertThat(ledger.events.get(0).stop()).isEqualTo(each.stop);
      assertThat(ledger.onlyOutcome().status()).isEqualTo(each.status);
    }
    assertThat(ran).hasValue(0);
  }

  @Test
  void anUnknownCallerIsRefusedBeforeTheBodyIsLookedAt() {
    Authenticator<Envelope> nobody =
        Rig.authenticator(
            "nobody",
            () -> {
              throw Rejection.unauthenticated("no-token");
            });
    Handler handler =
        new Handler(
            Mailbox.office(Order.class, Receipt.class)
                .caller(nobody)
                .rules(Rig.positive())
                .permit(Permit.insecureEveryCaller("a test of the stop before"))
                .audit(ledger)
                .logic((order, call) -> new Receipt("" + ran.incrementAndGet())));

    assertThat(handler.send(Rig.letters("not even json"))).startsWith("refused 401 ");
    assertThat(ledger.events.get(0).stop()).isEqualTo(Stop.IDENTIFY);
    assertThat(ran).hasValue(0);
  }

  @Test
  void aCallerOfAnotherTenantIsRefused() {
    Authenticator<Envelope> ofBlue =
        Rig.authenticator(
            "of tenant blue", () -> new Caller("test", "ann", Optional.of("blue"), Map.of()));
    Handler handler =
        new Handler(
            Mailbox.office(Order.class, Receipt.class)
                .caller(ofBlue)
                .rules(Rig.positive())
                .permit(Permit.insecureEveryCaller("a test of tenants"))
                .audit(ledger)
                .logic((order, call) -> new Receipt("" + ran.incrementAndGet())));

    assertThat(sendAs(handler, "red")).startsWith("refused 403 ");
    assertThat(ledger.onlyOutcome().reason()).isEqualTo("tenant");
    assertThat(ran).hasValue(0);
    assertThat(sendAs(handler, "blue")).as("control: its own tenant").contains("1");
  }

  private static String sendAs(Handler handler, String tenant) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] event = Rig.letters(Rig.order("ann", 3)).getBytes(StandardCharsets.UTF_8);
    handler.handleRequest(
        new java.io.ByteArrayInputStream(event), out, new Rig.TestContext(Rig.ARN, tenant));
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void whatIsNotTheDeclaredSourceFailsTheInvocationAndIsRecorded() {
    Handler handler = handler();
    for (String event :
        List.of(
            "",
            "[]",
            "{\"Records\":[]}",
            "{\"account\":\"123456789012\",\"account\":\"123456789012\",\"letters\":[]}",
            "{\"account\":\"999999999999\",\"letters\":[]}",
            "[".repeat(100_000))) {
      ledger.events.clear();

      Throwable failure = catchThrowable(() -> handler.send(event));

      assertThat(failure).isInstanceOf(InvocationFailed.class).hasNoCause();
      assertThat(failure.getStackTrace()).isEmpty();
      assertThat(failure.getMessage()).contains("request-1");
      assertThat(ledger.onlyOutcome().status()).isIn(400, 403, 413);
      assertThat(ledger.events.get(0).verdict()).isEqualTo(AuditEvent.Verdict.DENIED);
    }
    assertThat(ran).hasValue(0);
  }

  @Test
  void anEventForAFunctionWithoutAnAccountIsNobodys() {
    byte[] event = Rig.letters(Rig.order("ann", 3)).getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> handler().send(event, "not an arn"))
        .isInstanceOf(InvocationFailed.class);
    assertThat(ran).hasValue(0);
  }

  @Test
  void noMoreThanTheEventBudgetIsEverRead() {
    Limits limits = Limits.defaults().with(Limits.Bound.EVENT_BYTES, 1000);
    Handler handler = new Handler(recipe((order, call) -> new Receipt("")).limits(limits));
    AtomicInteger read = new AtomicInteger();
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            read.incrementAndGet();
            return ' ';
          }

          @Override
          public int read(byte[] some, int offset, int length) {
            read.addAndGet(length);
            Arrays.fill(some, offset, offset + length, (byte) ' ');
            return length;
          }
        };

    assertThatThrownBy(() -> handler.send(endless, Rig.ARN)).isInstanceOf(InvocationFailed.class);

    assertThat(read).hasValue(1001);
    assertThat(ledger.onlyOutcome().reason()).isEqualTo("event-bytes");
  }

  @Test
  void nothingOfWhatLogicThrowsLeaves() {
    Handler handler =
        new Handler(
            recipe(
                (order, call) -> {
                  throw new IOException("password=" + SECRET, new Error(SECRET));
                }));

    String reply = handler.send(Rig.letters(Rig.order("ann", 3)));

    assertThat(reply).isEqualTo("refused 500 request-1");
    assertThat(ledger.onlyOutcome().cause()).hasSize(2);
    assertThat(ledger.onlyOutcome().cause().get(0)).startsWith("java.io.IOException at dev.gabion");
    assertThat(ledger.events.toString()).doesNotContain(SECRET);
  }

  @Test
  void logicMaySayNotFoundAndConflict() {
    Handler handler =
        new Handler(
            recipe(
                (order, call) -> {
                  throw order.amount() == 1 ? Rejection.notFound() : Rejection.conflict();
                }));

    assertThat(handler.send(Rig.letters(Rig.order("ann", 1)))).startsWith("refused 404 ");
    assertThat(handler.send(Rig.letters(Rig.order("ann", 2)))).startsWith("refused 409 ");
  }

  @Test
  void aSinkThatIsNotReadyKeepsLogicFromRunning() {
    Handler handler = handler();
    ledger.notReady = new IOException(SECRET);

    assertThat(handler.send(Rig.letters(Rig.order("ann", 3)))).isEqualTo("refused 500 request-1");
    assertThat(ran).hasValue(0);

    ledger.notReady = null;
    handler.send(Rig.letters(Rig.order("ann", 3)));
    assertThat(ran).as("control: with a ready sink the same event runs").hasValue(1);
  }

  @Test
  void aSinkThatFailsAfterLogicLetsNoReplyOut() {
    Handler handler = handler();
    ledger.failing = new IOException(SECRET);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] event = Rig.letters(Rig.order("ann", 3)).getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(
            () ->
                handler.handleRequest(
                    new java.io.ByteArrayInputStream(event),
                    out,
                    new Rig.TestContext(Rig.ARN, null)))
        .isInstanceOf(InvocationFailed.class)
        .hasNoCause()
        .hasMessageNotContaining(SECRET);

    assertThat(ran).hasValue(1);
    assertThat(out.size()).isZero();
    ledger.failing = null;
    assertThat(handler.send(Rig.letters(Rig.order("ann", 3)))).as("control").contains("thanks");
  }

  @Test
  void deepRecursionInLogicIsContained() {
    Handler handler = new Handler(recipe((order, call) -> new Receipt("" + depth(order.amount()))));

    assertThat(handler.send(Rig.letters(Rig.order("ann", Integer.MAX_VALUE))))
        .startsWith("refused 500 ");
    assertThat(ledger.onlyOutcome().reason()).isEqualTo("stack-overflow");
    assertThat(handler.send(Rig.letters(Rig.order("ann", 3)))).isEqualTo("{\"text\":\"3\"}");
  }

  private static int depth(int left) {
    return left == 0 ? 0 : 1 + depth(left - 1);
  }

  @Test
  void anyOtherErrorOfTheVirtualMachineMarksTheEnvironment() {
    Handler handler =
        new Handler(
            recipe(
                (order, call) -> {
                  throw new OutOfMemoryError(SECRET);
                }));

    Throwable first = catchThrowable(() -> handler.send(Rig.letters(Rig.order("ann", 3))));

    assertThat(first).isInstanceOf(VirtualMachineError.class).hasNoCause();
    assertThat(first).isNotInstanceOf(OutOfMemoryError.class).hasMessageNotContaining(SECRET);
    assertThat(first.getStackTrace()).isEmpty();
    assertThat(ledger.onlyOutcome().status()).isEqualTo(500);
    assertThat(catchThrowable(() -> handler.send(Rig.letters(Rig.order("ann", 3)))))
        .as("the environment stays marked")
        .isInstanceOf(VirtualMachineError.class);
    assertThat(ran).hasValue(1);
  }

  @Test
  void anInterruptThatLogicLeavesBehindIsNotTheNextEvents() {
    Handler handler =
        new Handler(
            recipe(
                (order, call) -> {
                  Thread.currentThread().interrupt();
                  return new Receipt("");
                }));

    handler.send(Rig.letters(Rig.order("ann", 3)));

    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void anOutputOverItsBudgetDoesNotLeave() {
    Limits limits = Limits.defaults().with(Limits.Bound.OUTPUT_BYTES, 100);
    Handler handler =
        new Handler(
            recipe((order, call) -> new Receipt("x".repeat(order.amount()))).limits(limits));

    assertThat(handler.send(Rig.letters(Rig.order("ann", 101)))).startsWith("refused 500 ");
    assertThat(ledger.onlyOutcome().reason()).isEqualTo("output-bytes");
    assertThat(handler.send(Rig.letters(Rig.order("ann", 89)))).as("at the budget").hasSize(100);
  }

  @Test
  void aQueueIsToldWhatWasNotDone() {
    Handler handler =
        new Handler(
            recipe(
                Mailbox.unorderedQueue(Order.class, Receipt.class),
                (order, call) -> new Receipt(call.deliveryId())));

    String reply =
        handler.send(
            Rig.letters(Rig.order("ann", 1), Rig.order("bob", 1), Rig.order("ann", 2), "junk"));

    assertThat(reply).isEqualTo("failed:m1,m3");
    assertThat(ran).hasValue(2);
    assertThat(ledger.events)
        .extracting(event -> event.invocation().correlationId())
        .containsExactly("request-1/0", "request-1/1", "request-1/2", "request-1/3");
  }

  @Test
  void anOrderedQueueStopsAtTheFirstFailureAndRecordsEveryLetter() {
    Handler handler =
        new Handler(
            recipe(
                Mailbox.queue(Order.class, Receipt.class), (order, call) -> new Receipt("done")));

    String reply =
        handler.send(Rig.letters(Rig.order("ann", 1), Rig.order("bob", 1), Rig.order("ann", 2)));

    assertThat(reply).isEqualTo("failed:m1,m2");
    assertThat(ran).hasValue(1);
    assertThat(ledger.events)
        .extracting(event -> event.outcome() == null ? "" : event.outcome().reason())
        .containsExactly("done", "permit", "after-failure");
  }

  @Test
  void aBatchOfWhichNothingWasDoneFailsAsAWhole() {
    Handler handler =
        new Handler(
            recipe(
                Mailbox.unorderedQueue(Order.class, Receipt.class),
                (order, call) -> new Receipt("done")));

    assertThatThrownBy(() -> handler.send(Rig.letters("junk", "junk")))
        .isInstanceOf(InvocationFailed.class);
    assertThat(ledger.events).hasSize(2);
    assertThatThrownBy(() -> handler.send(Rig.letters())).isInstanceOf(InvocationFailed.class);
  }

  @Test
  void aLetterThatCouldNotBeRecordedWasNotDone() {
    Handler handler =
        new Handler(
            recipe(
                Mailbox.unorderedQueue(Order.class, Receipt.class),
                (order, call) -> {
                  ledger.failing = order.amount() == 2 ? new IOException() : null;
                  return new Receipt("done");
                }));

    assertThat(
            handler.send(
                Rig.letters(Rig.order("ann", 1), Rig.order("ann", 2), Rig.order("ann", 3))))
        .isEqualTo("failed:m1");
  }

  @Test
  void aReplyThatCannotBeWrittenIsRecordedOnceAllTheSame() {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(SECRET);
          }
        };
    byte[] event = Rig.letters(Rig.order("ann", 3)).getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(
            () ->
                handler()
                    .handleRequest(
                        new java.io.ByteArrayInputStream(event),
                        closed,
                        new Rig.TestContext(Rig.ARN, null)))
        .isInstanceOf(InvocationFailed.class)
        .hasMessageNotContaining(SECRET);
    assertThat(ledger.events).hasSize(1);
  }

  record Card(@Sensitive String holder, @Sensitive(Sensitive.As.LAST_FOUR) String number) {}

  @Test
  void aNotedRecordIsRecordedWithoutWhatIsSensitive() {
    Handler handler =
        new Handler(
            recipe(
                (order, call) -> {
                  call.note("card", new Card("Ann Smith", "4111111111111111"));
                  return new Receipt("done");
                }));

    handler.send(Rig.letters(Rig.order("ann", 3)));

    assertThat(ledger.events.get(0).facts())
        .isEqualTo(Map.of("card", "Card[holder=****, number=****1111]"));
  }

  @Test
  void aCallIsOfNoUseOnceItHasEnded() {
    List<Call> kept = new ArrayList<>();
    List<Path> folder = new ArrayList<>();
    Handler handler =
        new Handler(
            recipe(
                (order, call) -> {
                  kept.add(call);
                  folder.add(call.tempFolder());
                  Files.writeString(
                      Files.createDirectory(folder.get(0).resolve("a")).resolve("b"), SECRET);
                  call.note("order.kind", "gift");
                  assertThatThrownBy(() -> call.note("order.kind", "again"))
                      .isInstanceOf(IllegalArgumentException.class);
                  assertThatThrownBy(() -> call.note("Bad Key", "x"))
                      .isInstanceOf(IllegalArgumentException.class);
                  return new Receipt("done");
                }));

    handler.send(Rig.letters(Rig.order("ann", 3)));

    assertThat(ledger.events.get(0).facts()).isEqualTo(Map.of("order.kind", "gift"));
    assertThat(folder.get(0)).doesNotExist();
    assertThatThrownBy(() -> kept.get(0).note("later", "x"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> kept.get(0).tempFolder()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () ->
                kept.get(0)
                    .record(AuditEvent.Activity.SECRET, AuditEvent.Verdict.ALLOWED, Map.of()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void detailEventsSayWhereTheyHappened() {
    Handler handler =
        new Handler(
            recipe(
                (order, call) -> {
                  call.record(
                      AuditEvent.Activity.SECRET, AuditEvent.Verdict.ALLOWED, Map.of("name", "db"));
                  assertThatThrownBy(
                          () ->
                              call.record(
                                  AuditEvent.Activity.OUTCOME,
                                  AuditEvent.Verdict.ALLOWED,
                                  Map.of()))
                      .isInstanceOf(IllegalArgumentException.class);
                  return new Receipt("done");
                }));

    handler.send(Rig.letters(Rig.order("ann", 3)));

    assertThat(ledger.events).hasSize(2);
    assertThat(ledger.events.get(0).stop()).isEqualTo(Stop.LOGIC);
    assertThat(ledger.events.get(0).facts()).containsEntry("name", "db");
  }

  @Test
  void observersSeeStopsInOrderAndCannotHarm() {
    List<Stop> seen = new ArrayList<>();
    PathObserver watching =
        new PathObserver() {
          @Override
          public void passed(Stop stop, long nanos) {
            seen.add(stop);
            throw new IllegalStateException("an observer's own fault");
          }
        };
    Handler handler =
        new Handler(recipe((order, call) -> new Receipt("fine")).observedBy(watching));

    assertThat(handler.send(Rig.letters(Rig.order("ann", 3)))).contains("fine");
    assertThat(seen)
        .containsExactly(
            Stop.READ,
            Stop.OPEN,
            Stop.OPEN,
            Stop.IDENTIFY,
            Stop.DECODE,
            Stop.CHECK,
            Stop.PERMIT,
            Stop.LOGIC,
            Stop.SEAL,
            Stop.RECORD,
            Stop.WRITE);
  }

  @Test
  void whateverTheSinkThrowsNothingOfItLeaves() {
    for (Throwable hostile :
        List.of(new NoClassDefFoundError(SECRET), new AssertionError(SECRET), new HostileError())) {
      AuditSink sink =
          new AuditSink() {
            @Override
            public void ready(Scope scope) {}

            @Override
            public void write(AuditEvent event) {
              throw SecureHandlerTest.<RuntimeException>sneaky(hostile);
            }
          };
      Handler handler =
          new Handler(
              Mailbox.office(Order.class, Receipt.class)
                  .caller(Rig.known("ann"))
                  .rules(Rig.positive())
                  .permit((caller, order) -> true)
                  .audit(sink)
                  .logic((order, call) -> new Receipt("")));
      for (String event : List.of("[]", Rig.letters(Rig.order("ann", 1)))) {
        assertThat(catchThrowable(() -> handler.send(event)))
            .isInstanceOf(InvocationFailed.class)
            .hasMessageNotContaining(SECRET)
            .hasNoCause();
      }
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> T sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }

  /** Fails at whatever it is asked. */
  private static final class HostileError extends Error {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new IllegalStateException(SECRET);
    }

    @Override
    public synchronized Throwable getCause() {
      throw new IllegalStateException(SECRET);
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      throw new IllegalStateException(SECRET);
    }

    @Override
    public String toString() {
      throw new IllegalStateException(SECRET);
    }
  }

  @Test
  void aHostileThrowableIsRecordedLikeAnyOther() {
    Handler handler =
        new Handler(
            recipe(
                (order, call) -> {
                  throw new HostileError();
                }));

    assertThat(handler.send(Rig.letters(Rig.order("ann", 3)))).startsWith("refused 500 ");
    assertThat(ledger.onlyOutcome().cause())
        .containsExactly(HostileError.class.getName() + " at an unknown place");
  }

  @Test
  void anErrorOfTheVirtualMachineIsSeenThroughWhateverWrapsIt() {
    Handler handler =
        new Handler(
            recipe(
                (order, call) -> {
                  throw new IllegalStateException(new OutOfMemoryError(SECRET));
                }));

    assertThat(catchThrowable(() -> handler.send(Rig.letters(Rig.order("ann", 3)))))
        .isInstanceOf(VirtualMachineError.class)
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void anObserversErrorCostsNoReply() {
    PathObserver failing =
        new PathObserver() {
          @Override
          public void recorded(AuditEvent event) {
            throw new AssertionError(SECRET);
          }
        };
    Handler handler = new Handler(recipe((order, call) -> new Receipt("fine")).observedBy(failing));

    assertThat(handler.send(Rig.letters(Rig.order("ann", 3)))).contains("fine");
  }

  @Test
  void anInterruptThatOneMessageLeavesBehindIsNotTheNextOnes() {
    List<Boolean> interrupted = new ArrayList<>();
    Handler handler =
        new Handler(
            recipe(
                Mailbox.unorderedQueue(Order.class, Receipt.class),
                (order, call) -> {
                  interrupted.add(Thread.currentThread().isInterrupted());
                  Thread.currentThread().interrupt();
                  return new Receipt("");
                }));

    handler.send(Rig.letters(Rig.order("ann", 1), Rig.order("ann", 2)));

    assertThat(interrupted).containsExactly(false, false);
  }

  @Test
  void aReasonIsAConstantAndNoPlaceForValues() {
    assertThatThrownBy(() -> Rejection.of(Rejection.Code.MALFORMED, "jdbc:db?password=" + SECRET))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining(SECRET);
  }

  @Test
  @SuppressWarnings("NullAway") // what a careless caller might do
  void aCallWithoutAContextFailsLikeAnyOther() {
    assertThat(
            catchThrowable(
                () ->
                    handler()
                        .handleRequest(
                            InputStream.nullInputStream(), new ByteArrayOutputStream(), null)))
        .isInstanceOf(InvocationFailed.class)
        .hasNoCause();
  }

  @Test
  @SuppressWarnings("NullAway") // what a careless authenticator might do
  void anAuthenticatorThatIdentifiesNobodyLetsNobodyIn() {
    Authenticator<Envelope> careless = Rig.authenticator("careless", () -> null);
    Handler handler =
        new Handler(
            Mailbox.office(Order.class, Receipt.class)
                .caller(careless)
                .rules(Rig.positive())
                .permit((caller, order) -> true)
                .audit(ledger)
                .logic((order, call) -> new Receipt("" + ran.incrementAndGet())));

    assertThat(handler.send(Rig.letters(Rig.order("ann", 1)))).startsWith("refused 500 ");
    assertThat(ran).hasValue(0);
    assertThat(ledger.onlyOutcome().status()).isEqualTo(500);
  }

  @Test
  void anEventCannotClaimTheAccountOfAFunctionThatHasNone() {
    byte[] event =
        Rig.letters(Rig.order("ann", 1))
            .replace("123456789012", "unknown")
            .getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> handler().send(event, "not an arn"))
        .isInstanceOf(InvocationFailed.class);
    assertThat(ran).hasValue(0);
  }

  @Test
  void aFolderIsGoneHoweverItWasLeft() throws IOException {
    List<Path> folder = new ArrayList<>();
    Path outside = Files.createTempFile("outside", ".txt");
    Handler handler =
        new Handler(
            recipe(
                (order, call) -> {
                  Path deep = call.tempFolder();
                  folder.add(deep);
                  Files.createSymbolicLink(deep.resolve("link"), outside);
                  for (int i = 0; i < 200; i++) {
                    deep = Files.createDirectory(deep.resolve("d"));
                  }
                  Files.writeString(deep.resolve("f"), SECRET);
                  assertThat(deep.toFile().setReadable(false)).isTrue();
                  assertThat(deep.toFile().setWritable(false)).isTrue();
                  return new Receipt("");
                }));

    handler.send(Rig.letters(Rig.order("ann", 1)));

    assertThat(folder.get(0)).doesNotExist();
    assertThat(outside).exists();
    Files.delete(outside);
  }
}
