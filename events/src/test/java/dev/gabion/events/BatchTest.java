package dev.gabion.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gabion.core.AuditEvent;
import dev.gabion.core.Authenticator;
import dev.gabion.core.Call;
import dev.gabion.core.Caller;
import dev.gabion.core.Logic;
import dev.gabion.core.Quarantine;
import dev.gabion.core.RecordEnvelope;
import dev.gabion.core.Rejection;
import dev.gabion.core.Rules;
import dev.gabion.core.Scope;
import dev.gabion.core.Stop;
import dev.gabion.core.Violation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What comes again is what was delivered less what was settled, whatever goes wrong on the way. */
class BatchTest {
  private static final ExecutorService THREADS =
      Executors.newFixedThreadPool(64, BatchTest::daemon);

  @BeforeAll
  static void threadsAreThere() throws InterruptedException {
    CountDownLatch all = new CountDownLatch(64);
    for (int i = 0; i < 64; i++) {
      THREADS.execute(
          () -> {
            all.countDown();
            try {
              all.await();
            } catch (InterruptedException stop) {
              Thread.currentThread().interrupt();
            }
          });
    }
    assertThat(all.await(1, TimeUnit.MINUTES)).isTrue();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "batch-test");
    thread.setDaemon(true);
    return thread;
  }

  @AfterAll
  static void threadsEnd() {
    THREADS.shutdownNow();
  }

  /** What becomes of a message. */
  enum Fate {
    FINE,
    THROWS,
    NOT_FOUND,
    NOT_JSON,
    BREAKS_RULE,
    UNRECORDED,
    HANGS
  }

  record Job(int number, Fate fate) {}

  /** A job as an item's attribute. */
  record Row(Text newImage) {
    record Text(String job) {}
  }

  /** The ways that a batch is worked on. */
  enum Way {
    QUEUE,
    QUEUE_TOGETHER,
    FIFO_QUEUE,
    STREAM,
    TABLE;

    boolean ordered() {
      return this == FIFO_QUEUE || this == STREAM || this == TABLE;
    }

    boolean counts() {
      return this == QUEUE || this == QUEUE_TOGETHER || this == FIFO_QUEUE;
    }
  }

  /** One message as a test makes it up. */
  private record Sent(int number, Fate fate, int deliveries, boolean cellFull) {
    String body() {
      return fate == Fate.NOT_JSON
          ? "junk"
          : "{\"number\":" + number + ",\"fate\":\"" + fate + "\"}";
    }
  }

  private final CountDownLatch afterTheReply = new CountDownLatch(1);
  private final Set<Integer> returned = new ConcurrentSkipListSet<>();

  private Void work(Job job, Call call) throws InterruptedException {
    switch (job.fate()) {
      case THROWS -> throw new IllegalStateException("a failure");
      case NOT_FOUND -> throw Rejection.notFound();
      case HANGS -> afterTheReply.await();
      default -> {}
    }
    call.note("job", "" + job.number());
    returned.add(job.number());
    return done();
  }

  @SuppressWarnings("NullAway")
  private static Void done() {
    return null;
  }

  private static final Rules<Job> NO_BREAKERS =
      new Rules<>() {
        @Override
        public List<Violation> check(Job job) {
          return job.fate() == Fate.BREAKS_RULE ? List.of(new Violation("fate", "no")) : List.of();
        }

        @Override
        public String describe() {
          return "no breakers";
        }
      };

  private static RecordRig<?> rig(
      Way way, RecordRig.@Nullable Cell cell, int attempts, Logic<Job, Void> logic) {
    String queue = RecordRig.QUEUE + (way == Way.FIFO_QUEUE ? ".fifo" : "");
    Sqs<Job> sqs = Sqs.queue(queue, Job.class);
    if (cell != null) {
      sqs = attempts == 0 ? sqs.quarantine(cell) : sqs.quarantine(cell, attempts);
    }
    return switch (way) {
      case QUEUE, FIFO_QUEUE -> RecordRig.of(sqs, NO_BREAKERS, logic);
      case QUEUE_TOGETHER -> RecordRig.of(sqs.together(THREADS), NO_BREAKERS, logic);
      case STREAM -> {
        Kinesis<Job> stream = Kinesis.stream(RecordRig.STREAM, Job.class);
        yield RecordRig.of(cell == null ? stream : stream.quarantine(cell), NO_BREAKERS, logic);
      }
      case TABLE -> {
        DynamoDb<Row> table = DynamoDb.table(RecordRig.TABLE, Row.class);
        yield RecordRig.of(
            cell == null ? table : table.quarantine(cell),
            rowsWithoutBreakers(),
            (row, call) -> logic.apply(job(row), call));
      }
    };
  }

  private static Job job(Row row) throws java.io.IOException {
    return RecordRig.JSON.readValue(row.newImage().job(), Job.class);
  }

  private static Rules<Row> rowsWithoutBreakers() {
    return new Rules<>() {
      @Override
      public List<Violation> check(Row row) {
        return row.newImage().job().contains("junk") || row.newImage().job().contains("BREAKS")
            ? List.of(new Violation("newImage.job", "no"))
            : List.of();
      }

      @Override
      public String describe() {
        return "no breakers";
      }
    };
  }

  private static ObjectNode event(Way way, List<Sent> messages) {
    List<ObjectNode> records = new ArrayList<>();
    for (Sent sent : messages) {
      records.add(
          switch (way) {
            case QUEUE, QUEUE_TOGETHER ->
                RecordRig.sqs(RecordRig.QUEUE, sent.number, sent.body(), sent.deliveries);
            case FIFO_QUEUE ->
                RecordRig.sqs(RecordRig.QUEUE + ".fifo", sent.number, sent.body(), sent.deliveries);
            case STREAM -> RecordRig.kinesis(sent.number, sent.body());
            case TABLE -> RecordRig.dynamoDb(sent.number, sent.body());
          });
    }
    return RecordRig.records(records);
  }

  /** What must come again, told without looking at what the handler does. */
  private static Set<Integer> mustComeAgain(
      Way way, List<Sent> messages, boolean cell, int attempts) {
    Set<Integer> again = new TreeSet<>();
    for (Sent sent : messages) {
      boolean kept = cell && !sent.cellFull;
      boolean often = way.counts() && attempts > 0 && sent.deliveries >= attempts;
      boolean fails =
          switch (sent.fate) {
            case FINE -> false;
            case THROWS, NOT_FOUND -> !(kept && often);
            case NOT_JSON, BREAKS_RULE -> !kept;
            case UNRECORDED, HANGS -> true;
          };
      if (fails || (way.ordered() && !again.isEmpty())) {
        again.add(sent.number);
      }
    }
    return again;
  }

  /** What the service will deliver again, given a reply to a batch. */
  private static Set<Integer> comesAgain(Way way, List<Sent> messages, String reply) {
    Set<Integer> all = messages.stream().map(Sent::number).collect(Collectors.toSet());
    if (reply.isEmpty()) {
      return all;
    }
    List<String> named = RecordRig.failures(reply);
    if (way.counts()) {
      return named.stream().map(id -> Integer.valueOf(id.substring(1))).collect(Collectors.toSet());
    }
    assertThat(named).hasSizeLessThanOrEqualTo(1);
    if (named.isEmpty()) {
      return Set.of();
    }
    int from = Integer.parseInt(named.get(0)) - 1000;
    return all.stream().filter(number -> number >= from).collect(Collectors.toSet());
  }

  private static int index(AuditEvent event) {
    String id = event.invocation().correlationId();
    return Integer.parseInt(id.substring(id.indexOf('/') + 1));
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void whatComesAgainIsWhatAModelSays(Way way) {
    long seed = Long.getLong("gabion.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    Fate[] fates = {
      Fate.FINE,
      Fate.FINE,
      Fate.FINE,
      Fate.FINE,
      Fate.FINE,
      Fate.FINE,
      Fate.THROWS,
      Fate.NOT_FOUND,
      Fate.NOT_JSON,
      Fate.BREAKS_RULE,
      Fate.UNRECORDED
    };
    int kept = 0;
    for (int round = 0; round < Integer.getInteger("gabion.rounds", 100); round++) {
      boolean withCell = random.nextInt(4) > 0;
      int attempts = withCell ? random.nextInt(4) : 0;
      List<Sent> messages = new ArrayList<>();
      int size = random.nextInt(2, 40);
      int bad = random.nextInt(1, fates.length + 1);
      for (int i = 0; i < size; i++) {
        messages.add(
            new Sent(i, fates[random.nextInt(bad)], random.nextInt(1, 5), random.nextInt(5) == 0));
      }
      RecordRig.Cell cell = new RecordRig.Cell();
      cell.full = message -> messages.get(number(message.correlationId())).cellFull;
      RecordRig<?> rig = rig(way, withCell ? cell : null, attempts, this::work);
      rig.unrecorded = event -> messages.get(index(event)).fate == Fate.UNRECORDED;

      String reply = rig.send(event(way, messages));

      assertThat(comesAgain(way, messages, reply))
          .as("seed %d, round %d, %s, attempts %d, %s", seed, round, way, attempts, messages)
          .isEqualTo(mustComeAgain(way, messages, withCell, attempts));
      assertThat(rig.events)
          .as("seed %d, round %d: one outcome for each that could be recorded", seed, round)
          .extracting(BatchTest::index)
          .doesNotHaveDuplicates()
          .hasSizeGreaterThanOrEqualTo(
              (int) messages.stream().filter(sent -> sent.fate != Fate.UNRECORDED).count());
      for (AuditEvent event : rig.events) {
        if (RecordRig.reason(event).equals("done")) {
          assertThat(event.facts()).as("its own note").containsEntry("job", "" + index(event));
        }
      }
      kept += cell.kept.size();
    }
    assertThat(kept).as("seed %d: some were kept", seed).isPositive();
  }

  private static int number(String correlationId) {
    return Integer.parseInt(correlationId.substring(correlationId.indexOf('/') + 1));
  }

  @Test
  void sixtyFourThreadsLoseNoFailure() {
    long seed = Long.getLong("gabion.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 6; round++) {
      CountDownLatch together = new CountDownLatch(64);
      List<Sent> messages = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        messages.add(new Sent(i, random.nextBoolean() ? Fate.THROWS : Fate.FINE, 1, false));
      }
      RecordRig<?> rig =
          rig(
              Way.QUEUE_TOGETHER,
              null,
              0,
              (job, call) -> {
                together.countDown();
                together.await(); // all threads are in logic at once, and go on at once
                return work(job, call);
              });

      assertThat(comesAgain(Way.QUEUE_TOGETHER, messages, rig.send(event(Way.QUEUE, messages))))
          .as("seed %d, round %d", seed, round)
          .isEqualTo(mustComeAgain(Way.QUEUE_TOGETHER, messages, false, 0));
      assertThat(rig.events).hasSize(400);
    }
  }

  @Test
  void whatIsNotDoneInTimeComesAgainAndALateResultIsNotAcknowledged() throws Exception {
    List<Sent> messages = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      messages.add(new Sent(i, i % 4 == 3 ? Fate.HANGS : Fate.FINE, 1, false));
    }
    Set<Integer> interrupted = new ConcurrentSkipListSet<>();
    CountDownLatch stopped = new CountDownLatch(5);
    AtomicReference<Call> late = new AtomicReference<>();
    RecordRig<?> rig =
        rig(
            Way.QUEUE_TOGETHER,
            null,
            0,
            (job, call) -> {
              try {
                return work(job, call);
              } catch (InterruptedException stop) {
                interrupted.add(job.number());
                late.set(call);
                stopped.countDown();
                return done(); // logic that takes no notice
              }
            });
    rig.remainingMillis = 1_000;

    Set<Integer> again =
        comesAgain(Way.QUEUE_TOGETHER, messages, rig.send(event(Way.QUEUE, messages)));

    Set<Integer> hung = Set.of(3, 7, 11, 15, 19);
    assertThat(again).containsAll(hung);
    assertThat(returned).as("what is acknowledged was done").containsAll(less(messages, again));
    assertThat(rig.events)
        .filteredOn(event -> hung.contains(index(event)))
        .allSatisfy(
            event -> {
              assertThat(RecordRig.reason(event)).isEqualTo("timed-out");
              assertThat(event.verdict()).isEqualTo(AuditEvent.Verdict.FAILED);
            })
        .extracting(AuditEvent::stop)
        .containsOnly(Stop.LOGIC);
    assertThat(stopped.await(1, TimeUnit.MINUTES)).isTrue();
    assertThat(interrupted).as("they are asked to stop").isEqualTo(new TreeSet<>(hung));
    assertThat(rig.events).as("their late results are recorded by nobody").hasSize(20);
    assertThatIllegalStateException()
        .isThrownBy(() -> Objects.requireNonNull(late.get()).deadline());
    assertThat(lostByGatheringWhatThrew(messages)).as("control").containsAll(hung);
  }

  private static Set<Integer> less(List<Sent> messages, Set<Integer> again) {
    Set<Integer> rest = messages.stream().map(Sent::number).collect(Collectors.toSet());
    rest.removeAll(again);
    return rest;
  }

  /** Acknowledges all but what threw, in time: the usual way, which loses what did neither. */
  private Set<Integer> lostByGatheringWhatThrew(List<Sent> messages) throws Exception {
    Set<Integer> threw = Collections.synchronizedSet(new TreeSet<>());
    List<Callable<Void>> works = new ArrayList<>();
    Set<Integer> finished = new ConcurrentSkipListSet<>();
    for (Sent sent : messages) {
      works.add(
          () -> {
            if (sent.fate == Fate.HANGS) {
              afterTheReply.await();
            }
            finished.add(sent.number);
            return done();
          });
    }
    List<Future<Void>> futures = THREADS.invokeAll(works, 200, TimeUnit.MILLISECONDS);
    for (int i = 0; i < futures.size(); i++) {
      try {
        if (!futures.get(i).isCancelled()) {
          futures.get(i).get();
        }
      } catch (ExecutionException failed) {
        threw.add(i);
      }
    }
    Set<Integer> lost = less(messages, threw);
    lost.removeAll(finished);
    return lost;
  }

  @Test
  void oneAfterAnotherNothingIsBegunOnceTimeIsUp() {
    for (Way way : new Way[] {Way.QUEUE, Way.FIFO_QUEUE, Way.STREAM, Way.TABLE}) {
      List<Sent> messages = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        messages.add(new Sent(i, Fate.FINE, 1, false));
      }
      Set<Integer> begun = new TreeSet<>();
      RecordRig<?> rig =
          rig(
              way,
              null,
              0,
              (job, call) -> {
                begun.add(job.number());
                while (job.number() == 4 && !call.deadline().left().isZero()) {
                  Thread.onSpinWait();
                }
                return done();
              });
      rig.remainingMillis = 600;

      String reply = rig.send(event(way, messages));

      // Where the machine has let a second and more pass before the fifth, fewer were begun.
      assertThat(begun).doesNotContain(5, 6, 7, 8, 9);
      assertThat(comesAgain(way, messages, reply))
          .as(way + ": " + reply)
          .isEqualTo(less(messages, begun));
      assertThat(rig.events).hasSize(10);
      assertThat(RecordRig.reason(rig.events.get(9))).isIn("deadline", "after-failure");
    }
  }

  @Test
  void noLogicIsBegunOnceTimeIsUpThoughItsMessageWas() {
    List<Sent> messages = List.of(new Sent(0, Fate.FINE, 1, false));
    for (Executor executor : new Executor[] {null, THREADS}) {
      for (boolean slow : new boolean[] {true, false}) {
        Sqs<Job> queue = Sqs.queue(RecordRig.QUEUE, Job.class);
        RecordRig<Job> rig =
            RecordRig.from(executor == null ? queue : queue.together(executor), new Slow(slow));
        rig.remainingMillis = slow ? 400 : 30_000;
        rig.send(event(Way.QUEUE, messages));

        assertThat(rig.inputs).as("slow: %s", slow).hasSize(slow ? 0 : 1);
        assertThat(rig.onlyReason()).isEqualTo(slow ? "deadline" : "done");
      }
    }
  }

  /** Takes until time is up to say who it is. */
  private record Slow(boolean isSlow) implements Authenticator<RecordEnvelope> {
    @Override
    public Caller identify(RecordEnvelope envelope, Scope scope) {
      while (isSlow && !scope.deadline().left().isZero()) {
        Thread.onSpinWait();
      }
      return Caller.of("a test", "somebody");
    }

    @Override
    public String describe() {
      return "somebody, in time or not";
    }
  }

  @Test
  void anExecutorThatTakesNothingLosesNothing() {
    List<Sent> messages =
        List.of(new Sent(0, Fate.FINE, 1, false), new Sent(1, Fate.FINE, 1, false));
    AtomicBoolean first = new AtomicBoolean(true);
    Sqs<Job> full =
        Sqs.queue(RecordRig.QUEUE, Job.class)
            .together(
                work -> {
                  if (!first.getAndSet(false)) {
                    throw new RejectedExecutionException();
                  }
                  work.run();
                  work.run(); // twice is once
                });
    RecordRig<Job> rig = RecordRig.of(full, this::work);
    assertThat(comesAgain(Way.QUEUE, messages, rig.send(event(Way.QUEUE, messages))))
        .containsExactly(1);
    assertThat(rig.inputs).hasSize(1);

    Sqs<Job> broken =
        Sqs.queue(RecordRig.QUEUE, Job.class)
            .together(
                work -> {
                  throw new OutOfMemoryError("no thread");
                });
    RecordRig<Job> unhealthy = RecordRig.of(broken, this::work);
    assertThatThrownBy(() -> unhealthy.send(event(Way.QUEUE, messages)))
        .isInstanceOf(VirtualMachineError.class)
        .hasMessage("The execution environment is unhealthy.");

    Sqs<Job> idle = Sqs.queue(RecordRig.QUEUE, Job.class).together(work -> {});
    RecordRig<Job> waiting = RecordRig.of(idle, this::work);
    waiting.remainingMillis = 200;
    assertThat(waiting.send(event(Way.QUEUE, messages))).as("all come again").isEmpty();
    assertThat(waiting.events)
        .extracting(event -> RecordRig.reason(event))
        .containsExactly("deadline", "deadline");
  }

  @Test
  void aKeptMessageHasItsBytesItsReasonAndItsPlaceOnTheTrail() {
    RecordRig.Cell cell = new RecordRig.Cell();
    RecordRig<Job> rig =
        RecordRig.of(Sqs.queue(RecordRig.QUEUE, Job.class).quarantine(cell), this::work);

    String reply =
        rig.send(
            RecordRig.records(
                List.of(
                    RecordRig.sqs(RecordRig.QUEUE, 0, "hunter2-poison \u00e9", 3),
                    RecordRig.sqs(RecordRig.QUEUE, 1, "{\"number\":1,\"fate\":\"FINE\"}", 1))));

    assertThat(RecordRig.failures(reply)).isEmpty();
    assertThat(cell.kept).containsOnlyKeys("request-1/0");
    Quarantine.Kept kept = Objects.requireNonNull(cell.kept.get("request-1/0"));
    assertThat(kept.original()).isEqualTo("hunter2-poison \u00e9".getBytes(UTF_8));
    assertThat(kept.reason()).isEqualTo("malformed-json");
    assertThat(kept.code()).isEqualTo(Rejection.Code.MALFORMED);
    assertThat(kept.violations()).isEmpty();
    assertThat(kept.stop()).isEqualTo(Stop.DECODE);
    assertThat(kept.deliveries()).hasValue(3);
    assertThat(kept.source().origin()).isEqualTo(RecordRig.QUEUE);
    assertThat(kept.name()).isEqualTo("request-1-0");
    AuditEvent event = rig.events.get(0);
    assertThat(event.verdict()).isEqualTo(AuditEvent.Verdict.DENIED);
    assertThat(event.facts())
        .containsEntry("quarantine", "kept")
        .containsEntry("quarantine.place", "cell");
    assertThat(rig.events.toString() + kept).doesNotContain("hunter2");
  }

  @Test
  void whatCannotBeKeptIsReportedAndSaidToBe() {
    RecordRig.Cell cell = new RecordRig.Cell();
    cell.full = message -> true;
    RecordRig<Job> rig =
        RecordRig.of(Sqs.queue(RecordRig.QUEUE, Job.class).quarantine(cell), this::work);
    List<Sent> messages =
        List.of(new Sent(0, Fate.NOT_JSON, 1, false), new Sent(1, Fate.FINE, 1, false));

    assertThat(comesAgain(Way.QUEUE, messages, rig.send(event(Way.QUEUE, messages))))
        .containsExactly(0);
    assertThat(rig.events.get(0).facts()).containsEntry("quarantine", "failed");
  }

  @Test
  void aBatchThatWasKeptAsAWholeIsAcknowledged() {
    RecordRig<Job> rig =
        RecordRig.of(
            Sqs.queue(RecordRig.QUEUE, Job.class).quarantine(new RecordRig.Cell()), this::work);
    assertThat(rig.send(event(Way.QUEUE, List.of(new Sent(0, Fate.NOT_JSON, 1, false)))))
        .isEqualTo("{\"batchItemFailures\":[]}");
  }

  @Test
  void oneHostileRecordBlocksAShardUnlessThereIsAQuarantine() {
    List<Sent> messages =
        List.of(new Sent(0, Fate.NOT_JSON, 1, false), new Sent(1, Fate.FINE, 1, false));
    for (Way way : new Way[] {Way.FIFO_QUEUE, Way.STREAM, Way.TABLE}) {
      returned.clear();
      assertThat(rig(way, null, 0, this::work).send(event(way, messages))).as("control").isEmpty();
      assertThat(returned).as("control").isEmpty();
      String reply = rig(way, new RecordRig.Cell(), 0, this::work).send(event(way, messages));
      assertThat(reply).isEqualTo("{\"batchItemFailures\":[]}");
      assertThat(returned).containsExactly(1);
    }
  }

  @Test
  void aTrailThatTakesNothingSendsNothingIntoQuarantine() {
    RecordRig.Cell cell = new RecordRig.Cell();
    RecordRig<Job> rig =
        RecordRig.of(
            Sqs.queue(RecordRig.QUEUE, Job.class).quarantine(cell, 1),
            (job, call) -> {
              call.record(
                  AuditEvent.Activity.SECRET, AuditEvent.Verdict.ALLOWED, java.util.Map.of());
              return done();
            });
    rig.unrecorded = event -> true;
    assertThat(rig.send(event(Way.QUEUE, List.of(new Sent(0, Fate.FINE, 9, false))))).isEmpty();
    assertThat(cell.kept).isEmpty();
  }

  @Test
  void aFifoQueueIsNotWorkedOnTogether() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Sqs.queue(RecordRig.QUEUE + ".fifo", Job.class).together(THREADS));
  }
}
