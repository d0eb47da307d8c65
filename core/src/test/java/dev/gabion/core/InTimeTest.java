package dev.gabion.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gabion.core.Rig.Handler;
import dev.gabion.core.Rig.Order;
import dev.gabion.core.Rig.Receipt;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What becomes of an invocation whose time runs out, by a clock that the test moves. An invocation
 * has 30 s: the last 100 ms are kept for recording, and it is cut off when 50 ms are left.
 */
class InTimeTest {
  private static final long SPENT = 29_900;
  private static final long CUT = 29_950;
  private static final long PASSED = 30_000;

  private final AtomicLong clock = new AtomicLong();
  private final Rig.Ledger ledger = new Rig.Ledger();
  private final ExecutorService invokers = Executors.newCachedThreadPool();
  private final CountDownLatch inLogic = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void end() {
    release.countDown();
    invokers.shutdownNow();
  }

  private Handler handler(Mailbox<Order, Receipt> source, Logic<Order, Receipt> logic) {
    return handler(source, ledger, logic);
  }

  private Handler handler(
      Mailbox<Order, Receipt> source, AuditSink sink, Logic<Order, Receipt> logic) {
    return new Handler(
        source
            .caller(Rig.known("ann"))
            .rules(Rig.positive())
            .permit((caller, order) -> true)
            .audit(sink)
            .logic(logic),
        clock::get);
  }

  private static Mailbox<Order, Receipt> office() {
    return Mailbox.office(Order.class, Receipt.class);
  }

  /** Hangs at the order of 13, and takes no notice of an interrupt. */
  private Receipt deaf(Order order, Call call) {
    if (order.amount() == 13) {
      hang();
    }
    return new Receipt("done " + order.amount());
  }

  private void hang() {
    inLogic.countDown();
    boolean open = false;
    while (!open) {
      try {
        release.await();
        open = true;
      } catch (InterruptedException unheard) {
        // goes on
      }
    }
  }

  /** Hangs at the order of 13 until it is interrupted. */
  private Receipt obedient(Order order, Call call) throws InterruptedException {
    if (order.amount() == 13) {
      inLogic.countDown();
      release.await();
    }
    return new Receipt("done " + order.amount());
  }

  private CompletableFuture<String> send(Handler handler, String... orders) {
    return CompletableFuture.supplyAsync(() -> handler.send(Rig.letters(orders)), invokers);
  }

  private static String order(int amount) {
    return Rig.order("ann", amount);
  }

  private static void await(BooleanSupplier condition) {
    Deadline patience = Deadline.in(java.time.Duration.ofMinutes(1));
    while (!condition.getAsBoolean()) {
      assertThat(patience.passed()).as("waited for a minute").isFalse();
      Thread.onSpinWait();
    }
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
  }

  private List<String> outcomes() {
    return ledger.events.stream()
        .map(event -> Objects.requireNonNull(event.outcome()).reason() + " at " + event.stop())
        .toList();
  }

  private static @Nullable Throwable failureOf(CompletableFuture<String> reply) {
    Throwable thrown = catchThrowable(() -> reply.orTimeout(1, TimeUnit.MINUTES).join());
    return thrown instanceof CompletionException ? thrown.getCause() : thrown;
  }

  @Test
  void logicThatDoesNotComeBackIsOnTheTrailInTimeAndItsLateResultIsDiscarded() throws Exception {
    Handler handler = handler(office(), this::deaf);
    CompletableFuture<String> hanging = send(handler, order(13));
    await(inLogic);
    clock.set(CUT - 1);
    assertThat(handler.send(Rig.letters(order(1)))).contains("done 1");
    assertThat(outcomes()).as("control: no event that others send cuts it off").hasSize(1);

    clock.set(CUT);
    await(() -> ledger.events.size() == 2);

    assertThat(outcomes()).containsExactly("done at RECORD", "timed-out at LOGIC");
    assertThat(ledger.events.get(1).verdict()).isEqualTo(AuditEvent.Verdict.FAILED);
    assertThat(ledger.events.get(1).facts()).as("it was in time").isEmpty();
    assertThat(hanging).as("logic still runs").isNotDone();
    clock.set(PASSED);
    release.countDown();
    assertThat(failureOf(hanging)).isInstanceOf(InvocationFailed.class);
    assertThat(handler.send(Rig.letters(order(2)))).contains("done 2");
    assertThat(outcomes()).as("one outcome for each").hasSize(3);
  }

  @Test
  void logicThatHeedsTheInterruptIsAnsweredWithTheRefusalThatIsOnTheTrail() throws Exception {
    List<Boolean> interrupted = new ArrayList<>();
    Handler handler = handler(office(), this::obedient);
    CompletableFuture<String> reply =
        CompletableFuture.supplyAsync(
            () -> {
              String said = handler.send(Rig.letters(order(13)));
              interrupted.add(Thread.currentThread().isInterrupted());
              return said;
            },
            invokers);
    await(inLogic);
    clock.set(CUT);

    assertThat(reply.orTimeout(1, TimeUnit.MINUTES).join()).isEqualTo("refused 500 request-1");
    assertThat(outcomes()).containsExactly("timed-out at LOGIC");
    assertThat(interrupted).as("the thread's next event is another's").containsExactly(false);
  }

  @Test
  void ofABatchInTurnEachMessageHasItsOneOutcomeAndWhatWasDoneIsAcknowledged() throws Exception {
    for (boolean ordered : new boolean[] {true, false}) {
      clock.set(0);
      ledger.events.clear();
      Mailbox<Order, Receipt> queue =
          ordered
              ? Mailbox.queue(Order.class, Receipt.class)
              : Mailbox.unorderedQueue(Order.class, Receipt.class);
      CountDownLatch hangs = new CountDownLatch(1);
      Handler handler =
          handler(
              queue,
              (order, call) -> {
                if (order.amount() == 13) {
                  hangs.countDown();
                  release.await();
                }
                return new Receipt("done");
              });
      CompletableFuture<String> reply = send(handler, order(1), order(13), order(2), order(3));
      await(hangs);
      clock.set(CUT);

      assertThat(reply.orTimeout(1, TimeUnit.MINUTES).join()).isEqualTo("failed:m1,m2,m3");
      assertThat(outcomes())
          .containsExactly(
              "done at RECORD", "timed-out at LOGIC", "deadline at OPEN", "deadline at OPEN");
    }
  }

  @Test
  void anEventThatIsNotEvenReadInTimeHasItsOneOutcomeToo() throws Exception {
    Handler handler = handler(office(), this::deaf);
    InputStream slow =
        new InputStream() {
          @Override
          public int read() {
            hang();
            return -1;
          }

          @Override
          public int read(byte[] bytes, int offset, int length) {
            return read();
          }
        };
    CompletableFuture<String> reply =
        CompletableFuture.supplyAsync(() -> handler.send(slow, Rig.ARN), invokers);
    await(inLogic);
    clock.set(CUT);
    await(() -> ledger.events.size() == 1);
    release.countDown();

    assertThat(failureOf(reply)).isInstanceOf(InvocationFailed.class);
    assertThat(outcomes()).containsExactly("timed-out at READ");
  }

  /** Where the time goes. */
  enum Slow {
    CALLER,
    RULES,
    PERMIT,
    NOBODY
  }

  @ParameterizedTest
  @EnumSource(Slow.class)
  void noStopIsBegunInTheTimeThatIsKeptForRecording(Slow slow) {
    for (long at : new long[] {SPENT - 1, SPENT}) {
      clock.set(0);
      ledger.events.clear();
      Handler handler =
          new Handler(
              office()
                  .caller(
                      Rig.authenticator(
                          "slow",
                          () -> {
                            spend(slow == Slow.CALLER, at);
                            return Caller.of("test", "ann");
                          }))
                  .rules(
                      new Rules<Order>() {
                        @Override
                        public List<Violation> check(Order order) {
                          spend(slow == Slow.RULES, at);
                          return List.of();
                        }

                        @Override
                        public String describe() {
                          return "slow";
                        }
                      })
                  .permit(
                      (caller, order) -> {
                        spend(slow == Slow.PERMIT, at);
                        return true;
                      })
                  .audit(ledger)
                  .logic((order, call) -> new Receipt("done")),
              clock::get);

      String reply = handler.send(Rig.letters(order(1)));

      boolean begun = slow == Slow.NOBODY || at < SPENT;
      assertThat(reply).startsWith(begun ? "{\"text\":\"done\"" : "refused 503 ");
      Stop stop =
          switch (slow) {
            case CALLER -> Stop.IDENTIFY;
            case RULES -> Stop.CHECK;
            case PERMIT -> Stop.PERMIT;
            case NOBODY -> Stop.RECORD;
          };
      assertThat(outcomes()).containsExactly(begun ? "done at RECORD" : "deadline at " + stop);
    }
  }

  private void spend(boolean it, long at) {
    if (it) {
      clock.set(at);
    }
  }

  /** Waits, where a test wants that, before it takes an outcome. */
  private final class Blocking implements AuditSink {
    private final String reason;
    private final CountDownLatch blocked = new CountDownLatch(1);

    Blocking(String reason) {
      this.reason = reason;
    }

    @Override
    public void ready(Scope scope) {}

    @Override
    public void write(AuditEvent event) throws Exception {
      if (Objects.requireNonNull(event.outcome()).reason().equals(reason)) {
        blocked.countDown();
        release.await();
      }
      ledger.write(event);
    }
  }

  @Test
  void whatIsBeingRecordedAsDoneIsNotCutOff() throws Exception {
    Blocking sink = new Blocking("done");
    Handler handler = handler(office(), sink, this::obedient);
    CompletableFuture<String> recording = send(handler, order(1));
    await(sink.blocked);
    CompletableFuture<String> hanging = send(handler, order(13));
    await(inLogic);
    clock.set(CUT);
    assertThat(hanging.orTimeout(1, TimeUnit.MINUTES).join()).startsWith("refused 500 ");
    release.countDown();

    assertThat(recording.orTimeout(1, TimeUnit.MINUTES).join()).contains("done 1");
    assertThat(outcomes()).containsExactly("timed-out at LOGIC", "done at RECORD");
  }

  @Test
  void aResultThatComesWhileItIsBeingCutOffNeverLeaves() throws Exception {
    CountDownLatch logic = new CountDownLatch(1);
    Blocking sink = new Blocking("timed-out");
    Handler handler =
        handler(
            office(),
            sink,
            (order, call) -> {
              inLogic.countDown();
              logic.await();
              return new Receipt("done");
            });
    CompletableFuture<String> reply = send(handler, order(13));
    await(inLogic);
    clock.set(CUT);
    await(sink.blocked);
    logic.countDown();

    assertThat(failureOf(reply)).as("unrecorded").isInstanceOf(InvocationFailed.class);
    release.countDown();
    await(() -> ledger.events.size() == 1);
    assertThat(outcomes()).containsExactly("timed-out at LOGIC");
  }

  private static Set<Thread> watches() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("gabion-watch"))
        .collect(Collectors.toSet());
  }

  @Test
  void oneDaemonThreadWatchesFromTheFirstEventOnAndNotBefore() {
    Set<Thread> others = watches();
    Handler handler = handler(office(), this::obedient);
    assertThat(others).containsAll(watches());

    for (int i = 1; i < 20; i++) {
      handler.send(Rig.letters(order(i == 13 ? 1 : i)));
    }

    assertThat(watches())
        .filteredOn(thread -> !others.contains(thread))
        .singleElement()
        .matches(Thread::isDaemon);
  }

  @Test
  void aReplyThatIsReadyTooLateIsNotWritten() {
    Handler handler =
        handler(
            office(),
            new AuditSink() {
              @Override
              public void ready(Scope scope) {}

              @Override
              public void write(AuditEvent event) {
                clock.set(PASSED);
                ledger.events.add(event);
              }
            },
            this::obedient);

    assertThat(catchThrowable(() -> handler.send(Rig.letters(order(1)))))
        .isInstanceOf(InvocationFailed.class);
    assertThat(outcomes()).containsExactly("done at RECORD");
    assertThat(ledger.events.get(0).facts()).as("control").isEqualTo(Map.of());
  }
}
