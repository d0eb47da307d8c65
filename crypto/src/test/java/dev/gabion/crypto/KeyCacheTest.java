package dev.gabion.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.crypto.KeyCache.Lease;
import dev.gabion.crypto.KeysUnavailable.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyCacheTest {
  private static final DataKeyCache BOUNDS =
      DataKeyCache.standard()
          .maxAge(Duration.ofSeconds(60))
          .maxMessages(3)
          .maxBytes(100)
          .maxKeys(2);

  private final SetClock clock = new SetClock();
  private final Work work = Work.usual();
  private final List<Kept> fetched = new ArrayList<>();
  private final KeyCache<Kept> cache = opened(BOUNDS);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** Stands for a data key. */
  private static final class Kept implements KeyCache.Wiped {
    private int wiped;

    @Override
    public void close() {
      wiped++;
    }
  }

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  private KeyCache<Kept> opened(DataKeyCache bounds) {
    KeyCache<Kept> open = new KeyCache<>(bounds, clock.clock());
    open.open();
    return open;
  }

  private Kept fetch() {
    Kept key = new Kept();
    synchronized (fetched) {
      fetched.add(key);
    }
    return key;
  }

  private static Partition partition(String name) {
    return Partition.of(
        Suite.COMMITTED, null, name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private Lease<Kept> lease(String name, long bytes) throws KeysUnavailable {
    return cache.lease(partition(name), bytes, work, this::fetch);
  }

  private Kept use(String name, long bytes) throws KeysUnavailable {
    try (Lease<Kept> lease = lease(name, bytes)) {
      return lease.key();
    }
  }

  @Test
  void lendsOneKeyToManyMessages() throws KeysUnavailable {
    Lease<Kept> first = lease("a", 10);
    Lease<Kept> second = lease("a", 10);

    assertThat(first.cached()).isFalse();
    assertThat(second.cached()).isTrue();
    assertThat(second.key()).isSameAs(first.key());
    assertThat(use("b", 10)).isNotSameAs(first.key());
    assertThat(fetched).hasSize(2).allMatch(key -> key.wiped == 0);
  }

  @Test
  void isUsedUpAfterTheLastMessage() throws KeysUnavailable {
    Kept first = use("a", 1);
    assertThat(use("a", 1)).isSameAs(first);
    assertThat(use("a", 1)).isSameAs(first);
    assertThat(first.wiped).isZero();

    assertThat(use("a", 1)).isNotSameAs(first);
    assertThat(first.wiped).isEqualTo(1);
  }

  @Test
  void isUsedUpBeforeTheByteThatIsTooMany() throws KeysUnavailable {
    Kept first = use("a", 60);
    assertThat(use("a", 40)).isSameAs(first);

    assertThat(use("a", 1)).isNotSameAs(first);
    assertThat(first.wiped).isEqualTo(1);
  }

  @Test
  void theFirstMessageCountsToo() throws KeysUnavailable {
    Kept first = use("a", 60);

    assertThat(use("a", 41)).isNotSameAs(first);
  }

  @Test
  void aMessageThatIsTooLongForAnyKeyHasItsOwn() throws KeysUnavailable {
    Kept small = use("a", 10);
    Kept exact = use("b", 100);
    Kept large = use("a", 101);

    assertThat(large.wiped).isEqualTo(1);
    assertThat(exact.wiped).isZero();
    assertThat(use("a", 10)).isSameAs(small);
  }

  @Test
  void isTooOldByEitherClock() throws KeysUnavailable {
    Kept first = use("a", 1);
    clock.passOnTheWall(Duration.ofMillis(59_999));
    assertThat(use("a", 1)).isSameAs(first);
    clock.passOnTheWall(Duration.ofMillis(1));
    Kept second = use("a", 1);
    assertThat(second).isNotSameAs(first);
    assertThat(first.wiped).isEqualTo(1);

    clock.passMonotonically(Duration.ofNanos(59_999_999_999L));
    assertThat(use("a", 1)).isSameAs(second);
    clock.passMonotonically(Duration.ofNanos(1));
    assertThat(use("a", 1)).isNotSameAs(second);
  }

  @Test
  void aWallClockThatIsSetBackMakesNoKeyYounger() throws KeysUnavailable {
    Kept first = use("a", 1);
    clock.passOnTheWall(Duration.ofDays(-1));
    clock.passMonotonically(Duration.ofSeconds(60));

    assertThat(use("a", 1)).isNotSameAs(first);
  }

  @Test
  void ageCountsFromTheQuestionNotFromTheAnswer() throws KeysUnavailable {
    Lease<Kept> slow =
        cache.lease(
            partition("a"),
            1,
            work,
            () -> {
              clock.pass(Duration.ofSeconds(61));
              return fetch();
            });

    assertThat(slow.key().wiped).isZero(); // good for the message that asked
    assertThat(use("a", 1)).isNotSameAs(slow.key());
  }

  @Test
  void whatIsTooOldIsWipedThoughNobodyComesForIt() throws KeysUnavailable {
    Kept first = use("a", 1);
    clock.pass(Duration.ofSeconds(30));
    Kept second = use("b", 1);
    clock.pass(Duration.ofSeconds(30));

    use("b", 1);

    assertThat(first.wiped).isEqualTo(1);
    assertThat(second.wiped).isZero();
  }

  @Test
  void anOldKeyBehindAYoungerOneIsNotLentEither() throws KeysUnavailable {
    Kept first = use("a", 1);
    clock.passOnTheWall(Duration.ofSeconds(-50)); // what comes next looks older on the wall
    Kept second = use("b", 1);
    clock.passOnTheWall(Duration.ofSeconds(105));

    assertThat(use("b", 1)).isNotSameAs(second);
    assertThat(use("a", 1)).isSameAs(first);
    assertThat(second.wiped).isEqualTo(1);
  }

  @Test
  void theOldestMakesRoom() throws KeysUnavailable {
    Kept first = use("a", 1);
    Kept second = use("b", 1);
    assertThat(first.wiped).isZero();

    Kept third = use("c", 1);

    assertThat(first.wiped).isEqualTo(1);
    assertThat(second.wiped).isZero();
    assertThat(third.wiped).isZero();
    assertThat(use("b", 1)).isSameAs(second);
  }

  @Test
  void aKeyAtWorkIsWipedOnlyWhenTheLastMessageIsDone() throws KeysUnavailable {
    Lease<Kept> one = lease("a", 1);
    Lease<Kept> other = lease("a", 1);
    Kept key = one.key();

    cache.close();
    assertThat(key.wiped).isZero();
    one.close();
    one.close(); // counts once
    assertThat(key.wiped).isZero();
    other.close();
    assertThat(key.wiped).isEqualTo(1);
  }

  @Test
  void aKeyForOneMessageIsWipedAfterIt() throws KeysUnavailable {
    Lease<Kept> alone = cache.lease(this::fetch);
    assertThat(alone.cached()).isFalse();
    assertThat(alone.key().wiped).isZero();

    alone.close();

    assertThat(alone.key().wiped).isEqualTo(1);
  }

  @Test
  void whileClosedNothingIsLentOrFetched() throws KeysUnavailable {
    Kept before = use("a", 1);
    cache.close();

    assertThat(before.wiped).isEqualTo(1);
    assertThatThrownBy(() -> use("a", 1)).satisfies(is(Reason.CLOSED));
    assertThatThrownBy(() -> cache.lease(this::fetch)).satisfies(is(Reason.CLOSED));
    assertThat(fetched).hasSize(1);

    cache.open();
    assertThat(use("a", 1)).isNotSameAs(before);
  }

  @Test
  void aNewCacheIsClosed() {
    KeyCache<Kept> fresh = new KeyCache<>(BOUNDS, clock.clock());

    assertThatThrownBy(() -> fresh.lease(partition("a"), 1, work, this::fetch))
        .satisfies(is(Reason.CLOSED));
  }

  @Test
  void whatArrivesAfterClosingIsWipedAndNotLent() {
    assertThatThrownBy(
            () ->
                cache.lease(
                    partition("a"),
                    1,
                    work,
                    () -> {
                      cache.close();
                      cache.open(); // open again, but for other keys
                      return fetch();
                    }))
        .satisfies(is(Reason.CLOSED));

    assertThat(fetched).hasSize(1).allMatch(key -> key.wiped == 1);
  }

  @Test
  void whatArrivesForOneMessageAfterClosingIsWipedToo() {
    assertThatThrownBy(
            () ->
                cache.lease(
                    () -> {
                      cache.close();
                      return fetch();
                    }))
        .satisfies(is(Reason.CLOSED));

    assertThat(fetched).hasSize(1).allMatch(key -> key.wiped == 1);
  }

  @Test
  void aThousandThreadsFetchOnce() throws Exception {
    int count = 1_000;
    KeyCache<Kept> wide = opened(DataKeyCache.standard().maxMessages(count));
    CountDownLatch ready = new CountDownLatch(count);
    List<Future<Kept>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(
          threads.submit(
              () -> {
                ready.countDown();
                try (Lease<Kept> lease =
                    wide.lease(
                        partition("a"),
                        1,
                        work,
                        () -> {
                          awaitQuietly(ready);
                          return fetch();
                        })) {
                  return lease.key();
                }
              }));
    }
    for (Future<Kept> each : all) {
      assertThat(each.get()).isSameAs(fetched.get(0));
    }
    assertThat(fetched).hasSize(1);
  }

  @Test
  void partitionsDoNotWaitForEachOther() throws Exception {
    CountDownLatch fetching = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Future<Kept> slow = threads.submit(() -> blocked("a", fetching, go));
    fetching.await();

    assertThat(use("b", 1)).isNotNull();

    go.countDown();
    assertThat(slow.get()).isNotNull();
  }

  @Test
  void whoWaitsSharesTheRefusal() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch fetching = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    KeyCache.Fetch<Kept> refused =
        () -> {
          asked.incrementAndGet();
          fetching.countDown();
          awaitQuietly(go);
          throw KeysUnavailable.because(Reason.KEY_REFUSED, "AccessDeniedException");
        };
    Future<Object> first = threads.submit(() -> failure(refused, work));
    fetching.await();
    Waiter waiter = new Waiter(refused, work);
    waiter.awaitWaiting();
    go.countDown();

    assertThat(first.get()).satisfies(failed -> is(Reason.KEY_REFUSED).accept((Throwable) failed));
    assertThat(waiter.result()).satisfies(is(Reason.KEY_REFUSED));
    assertThat(asked).hasValue(1);
  }

  @Test
  void whoWaitsForSomebodyWhoseTimeIsOverAsksAgain() throws Exception {
    CountDownLatch fetching = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    KeyCache.Fetch<Kept> late =
        () -> {
          fetching.countDown();
          awaitQuietly(go);
          if (asked.getAndIncrement() == 0) {
            throw KeysUnavailable.because(Reason.OUT_OF_TIME);
          }
          return fetch();
        };
    Future<Object> first = threads.submit(() -> failure(late, work));
    fetching.await();
    Waiter waiter = new Waiter(late, work);
    waiter.awaitWaiting();
    go.countDown();

    assertThat(first.get()).satisfies(failed -> is(Reason.OUT_OF_TIME).accept((Throwable) failed));
    assertThat(waiter.key()).isSameAs(fetched.get(0));
  }

  @Test
  void whoWaitsHasHisOwnDeadline() throws Exception {
    CountDownLatch fetching = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Future<Kept> slow = threads.submit(() -> blocked("a", fetching, go));
    fetching.await();

    assertThatThrownBy(
            () -> cache.lease(partition("a"), 1, work.within(Duration.ofMillis(1)), this::fetch))
        .satisfies(is(Reason.OUT_OF_TIME));

    go.countDown();
    slow.get();
    assertThat(fetched).hasSize(1);
  }

  @Test
  void whoIsInterruptedWhileWaitingStopsAndStaysInterrupted() throws Exception {
    CountDownLatch fetching = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Future<Kept> slow = threads.submit(() -> blocked("a", fetching, go));
    fetching.await();

    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> use("a", 1)).satisfies(is(Reason.OUT_OF_TIME));
    assertThat(Thread.interrupted()).isTrue();

    go.countDown();
    slow.get();
  }

  @Test
  void afterAFailureThePartitionIsFree() throws KeysUnavailable {
    assertThatThrownBy(
            () ->
                cache.lease(
                    partition("a"),
                    1,
                    work,
                    () -> {
                      throw new IllegalStateException("not started");
                    }))
        .isInstanceOf(IllegalStateException.class);

    assertThat(use("a", 1)).isNotNull();
  }

  @Test
  void threadsThatHammerNeverMeetAWipedKey() throws Exception {
    KeyCache<Kept> small = opened(BOUNDS.maxMessages(2).maxKeys(1));
    List<Future<Integer>> all = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      all.add(
          threads.submit(
              () -> {
                int wiped = 0;
                for (int i = 0; i < 5_000; i++) {
                  try (Lease<Kept> lease =
                      small.lease(partition("p" + i % 3), 1, work, this::fetch)) {
                    wiped += lease.key().wiped;
                  }
                }
                return wiped;
              }));
    }
    for (Future<Integer> each : all) {
      assertThat(each.get()).isZero();
    }
    small.close();
    assertThat(fetched).allMatch(key -> key.wiped == 1);
  }

  private Kept blocked(String name, CountDownLatch fetching, CountDownLatch go)
      throws KeysUnavailable {
    try (Lease<Kept> lease =
        cache.lease(
            partition(name),
            1,
            work,
            () -> {
              fetching.countDown();
              awaitQuietly(go);
              return fetch();
            })) {
      return lease.key();
    }
  }

  private Object failure(KeyCache.Fetch<Kept> fetch, Work scope) {
    try (Lease<Kept> lease = cache.lease(partition("a"), 1, scope, fetch)) {
      return lease.key();
    } catch (KeysUnavailable failed) {
      return failed;
    }
  }

  /** A thread of its own, so that one can see that it waits. */
  private final class Waiter {
    private final Thread thread;
    private volatile Object result = "none";

    Waiter(KeyCache.Fetch<Kept> fetch, Work scope) {
      thread = new Thread(() -> result = failure(fetch, scope));
      thread.start();
    }

    void awaitWaiting() {
      while (thread.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
    }

    Throwable result() throws InterruptedException {
      thread.join();
      return (Throwable) result;
    }

    Kept key() throws InterruptedException {
      thread.join();
      return (Kept) result;
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static org.assertj.core.api.ThrowingConsumer<Throwable> is(Reason reason) {
    return failed ->
        assertThat(failed)
            .isInstanceOfSatisfying(
                KeysUnavailable.class, why -> assertThat(why.reason()).isEqualTo(reason));
  }
}
