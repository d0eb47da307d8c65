package dev.gabion.secrets;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.SecretUnavailable.Reason;
import dev.gabion.core.SecretValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads and one secret. */
@Timeout(60)
class ConcurrencyTest {
  private static final Wanted DB = Wanted.current("db");
  private static final Terms TERMS = new Terms(Duration.ofMinutes(5), Duration.ofMinutes(30), 1);

  private final FakeSource source = new FakeSource();
  private final HandClock clock = new HandClock();
  private final Entry entry = new Entry(DB, TERMS, source, clock.clocks());
  private final Work work = Work.of();

  ConcurrencyTest() {
    entry.open(work, true);
    source.has(DB, "v1", "first-secret");
  }

  private String use(Work scope) {
    Held held = entry.lease(scope);
    try {
      SecretValue value = held.view(0);
      return value == null ? "" : InsecureSecretAccess.text(value);
    } finally {
      held.release();
    }
  }

  private static <T> Future<T> thread(Callable<T> body) {
    FutureTask<T> task = new FutureTask<>(body);
    Thread thread = new Thread(task, "user");
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  /** Waits until so many threads wait for somebody else's flight. */
  private static void awaitWaiting(int count) {
    while (Thread.getAllStackTraces().entrySet().stream()
            .filter(thread -> thread.getKey().getName().equals("user"))
            .filter(thread -> thread.getKey().getState() == Thread.State.TIMED_WAITING)
            .count()
        < count) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aThousandThreadsOnAColdSecretCauseOneCall() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    source.answer(
        DB,
        (wanted, scope) -> {
          await(go);
          return source.give("v1", "first-secret");
        });
    List<Future<String>> users = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      users.add(thread(() -> use(work)));
    }
    awaitWaiting(999);
    go.countDown();

    for (Future<String> user : users) {
      assertThat(user.get()).isEqualTo("first-secret");
    }
    assertThat(source.asked).hasSize(1);
    assertThat(work.events()).containsExactly("fetched");
  }

  @Test
  void aRefusalReachesAllWhoWaitForOneCall() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    source.answer(
        DB,
        (wanted, scope) -> {
          await(go);
          throw Fault.unreachable("ThrottlingException");
        });
    List<Future<String>> users = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      users.add(thread(() -> use(work)));
    }
    awaitWaiting(99);
    go.countDown();

    for (Future<String> user : users) {
      assertThatThrownBy(user::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(SecretUnavailable.class);
    }
    assertThat(source.asked).hasSize(1);
  }

  @Test
  void whoWaitsForAnotherWaitsNoLongerThanItsOwnDeadline() throws Exception {
    use(work);
    clock.pass(Duration.ofMinutes(5));
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    source.answer(
        DB,
        (wanted, scope) -> {
          asked.countDown();
          await(go);
          return source.give("v2", "second-secret");
        });
    Future<String> leader = thread(() -> use(work));
    await(asked);

    Work hasty = Work.in(Duration.ofMillis(150)); // 50 to wait
    assertThat(use(hasty)).isEqualTo("first-secret"); // old, but young enough
    assertThat(hasty.told.get(0).facts())
        .containsEntry("event", "stale")
        .containsEntry("code", "Deadline");

    clock.pass(Duration.ofMinutes(31));
    assertThatThrownBy(() -> use(Work.in(Duration.ofMillis(150))))
        .isInstanceOfSatisfying(
            SecretUnavailable.class,
            unavailable -> assertThat(unavailable.reason()).isEqualTo(Reason.UNREACHABLE));

    go.countDown();
    assertThat(leader.get()).isEqualTo("second-secret");
    assertThat(source.asked).hasSize(2);
  }

  @Test
  void whoeverHasTimeAsksAgainAfterALeaderWhoHadNone() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    source.answer(
        DB,
        (wanted, scope) -> {
          if (calls.getAndIncrement() > 0) {
            return source.give("v1", "first-secret");
          }
          asked.countDown();
          awaitWaiting(50);
          while (scope.deadline().remaining().toMillis() > 100) {
            Thread.onSpinWait();
          }
          throw Fault.unreachable("ApiCallTimeoutException");
        });
    Future<String> hasty = thread(() -> use(Work.in(Duration.ofMillis(900))));
    await(asked);
    List<Future<String>> patient = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      patient.add(thread(() -> use(work)));
    }

    for (Future<String> user : patient) {
      assertThat(user.get()).isEqualTo("first-secret");
    }
    assertThatThrownBy(hasty::get).hasCauseInstanceOf(SecretUnavailable.class);
    assertThat(calls).hasValue(2);
  }

  @Test
  void aLeaderWhoIsToldToStopSaysNothingOfTheSource() {
    source.answer(
        DB,
        (wanted, scope) -> {
          Thread.currentThread().interrupt();
          throw Fault.unreachable("AbortedException");
        });
    assertThatThrownBy(() -> use(work)).isInstanceOf(SecretUnavailable.class);
    assertThat(Thread.interrupted()).isTrue();

    source.has(DB, "v1", "first-secret");
    assertThat(use(work)).isEqualTo("first-secret"); // at once
  }

  @Test
  void aSourceThatLetSomebodyWaitInVainIsLeftAlone() {
    source.answer(
        DB,
        (wanted, scope) -> {
          while (scope.deadline().remaining().toMillis() > 100) {
            Thread.onSpinWait();
          }
          throw Fault.unreachable("ApiCallTimeoutException");
        });
    assertThatThrownBy(() -> use(Work.in(Duration.ofMillis(1150))))
        .isInstanceOf(SecretUnavailable.class);
    assertThatThrownBy(() -> use(work)).isInstanceOf(SecretUnavailable.class);
    assertThat(source.asked).hasSize(1);
  }

  @Test
  void whatWasAskedForBeforeAWipeDoesNotFill() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    source.answer(
        DB,
        (wanted, scope) -> {
          asked.countDown();
          await(go);
          return source.give("v1", "first-secret");
        });
    Future<String> leader = thread(() -> use(work));
    await(asked);
    Future<String> follower = thread(() -> use(work));
    awaitWaiting(1);

    entry.close();
    assertClosed(follower);
    go.countDown();
    assertClosed(leader);

    assertThatThrownBy(() -> InsecureSecretAccess.bytes(source.given.get(0)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(work.issued).isEmpty();
    assertThat(work.events()).containsOnly("refused");

    entry.open(work, true);
    source.has(DB, "v2", "second-secret");
    assertThat(use(work)).isEqualTo("second-secret");
  }

  private static void assertClosed(Future<String> use) {
    assertThatThrownBy(use::get)
        .cause()
        .isInstanceOfSatisfying(
            SecretUnavailable.class,
            unavailable -> assertThat(unavailable.reason()).isEqualTo(Reason.CLOSED));
  }

  @Test
  void nobodyEverSeesAWipedSecret() throws Exception {
    AtomicInteger version = new AtomicInteger();
    source.answer(
        DB,
        (wanted, scope) ->
            source.give("v" + version.incrementAndGet(), "secret-".repeat(1 + version.get() % 5)));
    List<Future<Integer>> users = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      users.add(
          thread(
              () -> {
                for (int use = 0; use < 20_000; use++) {
                  assertThat(use(work)).matches("(secret-)+");
                }
                return 0;
              }));
    }
    int refreshes = 0;
    while (users.stream().anyMatch(user -> !user.isDone())) {
      clock.pass(Duration.ofMinutes(5));
      refreshes++;
    }
    for (Future<Integer> user : users) {
      user.get();
    }
    entry.close();

    assertThat(refreshes).isGreaterThan(10);
    assertThat(source.given).hasSizeGreaterThan(10);
    for (SecretValue value : source.given) {
      assertThatThrownBy(() -> InsecureSecretAccess.bytes(value))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aLeaderThatBreaksStopsNobody() {
    source.answer(
        DB,
        (wanted, scope) -> {
          throw new NoClassDefFoundError("a broken installation");
        });
    assertThatThrownBy(() -> use(work)).isInstanceOf(NoClassDefFoundError.class);
    source.has(DB, "v1", "first-secret");
    assertThat(use(work)).isEqualTo("first-secret");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, SECONDS)).isTrue();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
