package dev.gabion.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gabion.core.Rig.Handler;
import dev.gabion.core.Rig.Order;
import dev.gabion.core.Rig.Receipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one environment has under way at once is bounded as a whole. */
class LoadTest {
  /** An event of 100 bytes more or less; all events here are as long. */
  private static final String EVENT = Rig.letters(Rig.order("ann", 13));

  private static final String FAST = Rig.letters(Rig.order("ann", 11));

  private final AtomicLong clock = new AtomicLong();
  private final Rig.Ledger ledger = new Rig.Ledger();
  private final ExecutorService invokers = Executors.newCachedThreadPool();
  private final Semaphore inLogic = new Semaphore(0);
  private final Semaphore release = new Semaphore(0);

  @AfterEach
  void end() {
    release.release(1_000);
    invokers.shutdownNow();
  }

  private Handler handler(Mailbox<Order, Receipt> source, Limits limits) {
    return new Handler(
        source
            .caller(Rig.known("ann"))
            .rules(Rig.positive())
            .permit((caller, order) -> true)
            .audit(ledger)
            .logic(
                (order, call) -> {
                  if (order.amount() == 13) {
                    inLogic.release();
                    release.acquireUninterruptibly();
                  }
                  return new Receipt("done");
                })
            .limits(limits),
        clock::get);
  }

  private static Mailbox<Order, Receipt> office() {
    return Mailbox.office(Order.class, Receipt.class);
  }

  /** Has an event hang in logic. */
  private void hold(Handler handler) throws InterruptedException {
    invokers.execute(() -> handler.send(EVENT));
    assertThat(inLogic.tryAcquire(1, TimeUnit.MINUTES)).isTrue();
  }

  private String lastReason() {
    return Objects.requireNonNull(ledger.events.get(ledger.events.size() - 1).outcome()).reason();
  }

  @Test
  void moreBytesThanOneEnvironmentWorksOnAreRefusedUntilThereIsRoom() throws Exception {
    Handler handler =
        handler(office(), Limits.defaults().with(Limits.Bound.BYTES_IN_FLIGHT, 3 * EVENT.length()));
    hold(handler);
    hold(handler);
    assertThat(handler.send(FAST)).as("as many as are allowed").contains("done");
    hold(handler);

    String refused = handler.send(FAST);

    assertThat(refused).startsWith("refused 503 ");
    assertThat(lastReason()).isEqualTo("bytes-in-flight");
    AuditEvent event = ledger.events.get(ledger.events.size() - 1);
    assertThat(event.verdict()).isEqualTo(AuditEvent.Verdict.DENIED);
    assertThat(event.stop()).isEqualTo(Stop.OPEN);
    release.release();
    assertThat(untilTaken(handler)).as("there is room again").contains("done");
  }

  @Test
  void oneEventAloneIsTakenHoweverLargeItIs() throws Exception {
    Handler handler = handler(office(), Limits.defaults().with(Limits.Bound.BYTES_IN_FLIGHT, 1));

    assertThat(handler.send(FAST)).contains("done");

    hold(handler);
    assertThat(handler.send(FAST)).as("control: not beside another").startsWith("refused 503 ");
  }

  @Test
  void nothingOfARefusedBatchIsAcknowledged() throws Exception {
    Handler handler =
        handler(
            Mailbox.unorderedQueue(Order.class, Receipt.class),
            Limits.defaults().with(Limits.Bound.BYTES_IN_FLIGHT, EVENT.length()));
    hold(handler);

    String two = Rig.letters(Rig.order("ann", 1), Rig.order("ann", 2));
    assertThat(catchThrowable(() -> handler.send(two))).isInstanceOf(InvocationFailed.class);

    assertThat(ledger.events)
        .extracting(event -> Objects.requireNonNull(event.outcome()).reason())
        .containsExactly("bytes-in-flight", "bytes-in-flight");
  }

  @Test
  void manyRefusalsAtOnceEachHaveTheirOutcomeAndOnlyOneIsOpenAtATime() throws Exception {
    Handler handler = handler(office(), Limits.defaults().with(Limits.Bound.BYTES_IN_FLIGHT, 1));
    hold(handler);
    CountDownLatch together = new CountDownLatch(8);
    List<CompletableFuture<String>> replies = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      replies.add(
          CompletableFuture.supplyAsync(
              () -> {
                together.countDown();
                return handler.send(FAST);
              },
              invokers));
    }

    assertThat(replies)
        .allSatisfy(
            reply ->
                assertThat(reply.orTimeout(1, TimeUnit.MINUTES).join()).startsWith("refused 503 "));
    assertThat(ledger.events).hasSize(8);
  }

  @Test
  void whileTooManyOutliveTheirTimeNewEventsAreRefused() throws Exception {
    Handler handler = handler(office(), Limits.defaults().with(Limits.Bound.OVERDUE, 1));
    hold(handler);
    overdue(1);
    assertThat(handler.send(FAST)).as("as many as are allowed").contains("done");
    hold(handler);
    assertThat(handler.send(FAST)).as("they hang, but their time is not up").contains("done");
    overdue(4);

    assertThat(handler.send(FAST)).startsWith("refused 503 ");
    assertThat(lastReason()).isEqualTo("overdue");

    release.release();
    assertThat(untilTaken(handler)).as("one has come back").contains("done");
  }

  /** Sends until one that was released is back. */
  private static String untilTaken(Handler handler) {
    Deadline patience = Deadline.in(Duration.ofMinutes(1));
    String reply = handler.send(FAST);
    while (reply.startsWith("refused 503 ") && !patience.passed()) {
      reply = handler.send(FAST);
    }
    return reply;
  }

  /** Waits until those that hang are cut off. */
  private void overdue(int outcomes) {
    clock.addAndGet(29_960);
    Deadline patience = Deadline.in(Duration.ofMinutes(1));
    while (ledger.events.size() < outcomes && !patience.passed()) {
      Thread.onSpinWait();
    }
    assertThat(lastReason()).isEqualTo("timed-out");
  }
}
