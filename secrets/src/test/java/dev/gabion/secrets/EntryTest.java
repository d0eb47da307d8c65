package dev.gabion.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.Deadline;
import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.SecretUnavailable.Reason;
import dev.gabion.core.SecretValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is lent in each state of a secret, whatever its source answers. */
class EntryTest {
  private static final Wanted DB = Wanted.current("db");
  private static final Duration LIVE = Duration.ofMinutes(5);
  private static final Duration STALE = Duration.ofMinutes(30);

  private final FakeSource source = new FakeSource();
  private final HandClock clock = new HandClock();
  private final Entry entry = new Entry(DB, new Terms(LIVE, STALE, 1), source, clock.clocks());
  private final Work work = Work.of();

  EntryTest() {
    entry.open(work, true);
    source.has(DB, "v1", "first-secret");
  }

  private String use() {
    return use(work);
  }

  private String use(Work scope) {
    Held held = entry.lease(scope);
    try {
      return held.version() + " " + InsecureSecretAccess.text(view(held));
    } finally {
      held.release();
    }
  }

  private static SecretValue view(Held held) {
    SecretValue value = held.view(0);
    assertThat(value).isNotNull();
    return value;
  }

  /** How a secret came to be what it is. */
  enum State {
    COLD,
    WARM,
    EXPIRED,
    TOO_OLD,
    REVOKED
  }

  private void bring(State state) {
    if (state == State.COLD) {
      return;
    }
    use();
    if (state == State.EXPIRED) {
      clock.pass(LIVE);
    }
    if (state == State.TOO_OLD) {
      clock.pass(LIVE.plus(STALE).plusSeconds(1));
    }
    if (state == State.REVOKED) {
      clock.pass(LIVE);
      source.fails(DB, Fault.denied("AccessDeniedException"));
      assertThatThrownBy(this::use).isInstanceOf(SecretUnavailable.class);
      clock.pass(Duration.ofSeconds(1)); // past the pause
    }
    source.asked.clear();
    work.told.clear();
  }

  static Stream<Row> table() {
    List<Row> rows = new ArrayList<>();
    for (State state : State.values()) {
      boolean asks = state != State.WARM;
      String again = state == State.EXPIRED || state == State.TOO_OLD ? "refreshed" : "fetched";
      rows.add(new Row(state, "same", null, "v1", asks ? again : null));
      rows.add(
          new Row(state, "newer", null, state == State.WARM ? "v1" : "v2", asks ? again : null));
      for (Fault fault :
          List.of(
              Fault.unreachable("ThrottlingException"),
              Fault.unreadable("NotTheReply"),
              Fault.denied("AccessDeniedException"),
              Fault.missing("ResourceNotFoundException"),
              Fault.unfit("PlainParameter"))) {
        if (state == State.WARM) {
          rows.add(new Row(state, fault.code(), fault, "v1", null));
        } else if (state == State.EXPIRED && fault.passing()) {
          rows.add(new Row(state, fault.code(), fault, "v1", "stale"));
        } else {
          rows.add(new Row(state, fault.code(), fault, fault.reason().name(), "refused"));
        }
      }
    }
    return rows.stream();
  }

  /**
   * What must happen.
   *
   * @param lent the version, or why there is none
   * @param event what is recorded of it
   */
  record Row(
      State state, String answer, @Nullable Fault fault, String lent, @Nullable String event) {
    @Override
    public String toString() {
      return state + ", " + answer + ": " + lent + ", " + event;
    }
  }

  @ParameterizedTest
  @MethodSource("table")
  void eachStateMeetsEachAnswer(Row row) {
    bring(row.state());
    Fault fault = row.fault();
    String event = row.event();
    if (fault != null) {
      source.fails(DB, fault);
    } else {
      boolean same = row.answer().equals("same");
      source.has(DB, same ? "v1" : "v2", same ? "first-secret" : "second-secret");
    }

    String lent;
    try {
      lent = use().split(" ", 2)[0];
    } catch (SecretUnavailable unavailable) {
      lent = unavailable.reason().name();
      assertThat(unavailable).hasCause(fault).hasMessageContaining("db");
    }

    assertThat(lent).isEqualTo(row.lent());
    assertThat(source.asked).hasSize(event == null ? 0 : 1);
    assertThat(work.events()).isEqualTo(event == null ? List.of() : List.of(event));
    if (event != null) {
      assertThat(work.last().facts()).containsEntry("secret", "db").containsEntry("source", "fake");
      assertThat(work.last().facts().toString()).doesNotContain("-secret");
    }
    if (fault != null && !fault.passing() && row.state() != State.WARM) {
      assertThat(source.given).allSatisfy(EntryTest::isWiped);
    }
  }

  private static void isWiped(@Nullable SecretValue value) {
    assertThat(value).isNotNull();
    assertThatThrownBy(() -> InsecureSecretAccess.bytes(value))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void verdictsSayWhoseFaultItIs() {
    source.fails(DB, Fault.denied("AccessDeniedException"));
    assertThatThrownBy(this::use).isInstanceOf(SecretUnavailable.class);
    assertThat(work.last().verdict()).isEqualTo(Verdict.DENIED);
    assertThat(work.last().facts()).containsEntry("code", "AccessDeniedException");

    clock.pass(Duration.ofSeconds(1));
    source.fails(DB, Fault.unreachable("Timeout"));
    assertThatThrownBy(this::use).isInstanceOf(SecretUnavailable.class);
    assertThat(work.last().verdict()).isEqualTo(Verdict.FAILED);
  }

  @Test
  void aStaleServeSaysHowOldAndWhy() {
    use();
    clock.pass(Duration.ofMinutes(20));
    source.fails(DB, Fault.unreachable("ThrottlingException"));

    assertThat(use()).isEqualTo("v1 first-secret");
    assertThat(use()).isEqualTo("v1 first-secret");

    assertThat(work.events()).containsExactly("fetched", "stale", "stale");
    assertThat(work.last().facts())
        .containsEntry("age-seconds", "1200")
        .containsEntry("version", "v1")
        .containsEntry("code", "ThrottlingException");
    assertThat(source.asked).hasSize(2);
  }

  @Test
  void whatTheSourceKeepsItselfCountsAsAge() {
    source.keepsFor = Duration.ofMinutes(5);
    use();
    source.fails(DB, Fault.unreachable("Timeout"));

    clock.pass(Duration.ofMinutes(29));
    assertThat(use()).isEqualTo("v1 first-secret");
    clock.pass(Duration.ofMinutes(2)); // 31 here, and up to 5 there
    assertThatThrownBy(this::use).isInstanceOf(SecretUnavailable.class);
  }

  @Test
  void aValueIsRefreshedALittleBeforeItsTime() {
    int early = 0;
    for (int i = 0; i < 200; i++) {
      clock.nanos.addAndGet(1_000_003L * i);
      clock.wallMillis.addAndGet(i);
      Entry other = new Entry(DB, new Terms(LIVE, STALE, 1), source, clock.clocks());
      other.open(work, true);
      other.lease(work).release();
      source.asked.clear();
      clock.pass(Duration.ofSeconds(269));
      other.lease(work).release();
      assertThat(source.asked).isEmpty();
      clock.pass(Duration.ofSeconds(16)); // within the last tenth
      other.lease(work).release();
      early += source.asked.size();
    }
    assertThat(early).isBetween(60, 140);
  }

  @Test
  void timePassesByTheClockThatWentFurther() {
    use();
    clock.wallMillis.addAndGet(LIVE.toMillis()); // frozen: the monotonic clock stood still
    use();
    assertThat(source.asked).hasSize(2);

    clock.wallMillis.addAndGet(-Duration.ofDays(1).toMillis()); // set back
    clock.nanos.addAndGet(LIVE.toNanos());
    use();
    assertThat(source.asked).hasSize(3);
  }

  @Test
  void aVersionThatOutlivesTheInvocationIsLentWithoutReadingAClock() {
    AtomicInteger reads = new AtomicInteger();
    Clocks counting =
        new Clocks(
            () -> {
              reads.incrementAndGet();
              return clock.wallMillis.get();
            },
            clock.nanos::get);
    Entry counted = new Entry(DB, new Terms(LIVE, STALE, 1), source, counting);
    counted.open(work, true);
    counted.lease(byHand(Duration.ofSeconds(30))).release();
    reads.set(0);

    clock.pass(Duration.ofSeconds(230)); // the earliest refresh is at 270
    counted.lease(byHand(Duration.ofSeconds(30))).release();
    assertThat(reads).hasValue(0);
    counted.lease(byHand(Duration.ofSeconds(80))).release(); // it may come due meanwhile
    assertThat(reads).hasValue(1);
    clock.pass(Duration.ofSeconds(71));
    counted.lease(byHand(Duration.ofSeconds(30))).release();
    assertThat(source.asked).hasSize(2);
  }

  private Work byHand(Duration budget) {
    return Work.at(Deadline.in(budget, clock.wallMillis::get, clock.nanos::get));
  }

  @Test
  void aStormOfFaultsIsMetWithGrowingPauses() {
    source.fails(DB, Fault.unreachable("ThrottlingException"));
    List<Integer> calls = new ArrayList<>();
    for (int second = 0; second < 600; second++) {
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(this::use)
            .isInstanceOfSatisfying(
                SecretUnavailable.class,
                unavailable -> assertThat(unavailable.reason()).isEqualTo(Reason.UNREACHABLE));
        clock.pass(Duration.ofMillis(100));
      }
      if (second == 59 || second == 599) {
        calls.add(source.asked.size());
      }
    }
    assertThat(calls.get(0)).isBetween(6, 10); // of 600 uses in the first minute
    assertThat(calls.get(1)).isBetween(24, 50); // of 6,000 in ten

    source.has(DB, "v1", "first-secret");
    clock.pass(Duration.ofSeconds(30));
    assertThat(use()).isEqualTo("v1 first-secret");
  }

  @Test
  void aRefusalIsBelievedForAShortWhile() {
    source.fails(DB, Fault.denied("AccessDeniedException"));
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(this::use).isInstanceOf(SecretUnavailable.class);
    }
    assertThat(source.asked).hasSize(1);
    assertThat(work.events()).containsOnly("refused").hasSize(5);

    source.has(DB, "v1", "first-secret");
    clock.pass(Duration.ofMillis(501));
    assertThat(use()).isEqualTo("v1 first-secret");
  }

  @Test
  void whoeverHasASecretKeepsItUntilItIsGivenBack() {
    Held held = entry.lease(work);
    Held again = entry.lease(work);
    SecretValue value = view(held);

    entry.close();
    assertThat(InsecureSecretAccess.bytes(value)).isEqualTo("first-secret".getBytes(UTF_8));
    assertThat(held.lease()).isFalse();
    held.release();
    assertThat(InsecureSecretAccess.bytes(value)).isEqualTo("first-secret".getBytes(UTF_8));
    again.release();
    isWiped(value);
  }

  @Test
  void nothingIsLentBeforeTheStartAndAfterTheEnd() {
    Entry other = new Entry(DB, new Terms(LIVE, STALE, 1), source, clock.clocks());
    assertThatThrownBy(() -> other.lease(work))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("db")
        .hasMessageContaining(".uses(");

    other.open(work, true);
    other.lease(work).release();
    other.close();
    Supplier<Object> use = () -> other.lease(work);
    assertThatThrownBy(use::get)
        .isInstanceOfSatisfying(
            SecretUnavailable.class,
            unavailable -> assertThat(unavailable.reason()).isEqualTo(Reason.CLOSED));
    assertThat(work.last().event()).isEqualTo("refused");
    assertThat(source.asked).hasSize(1);
  }

  @Test
  void whatCannotBeRecordedIsNotLent() {
    work.refusesToRecord = new IllegalStateException("no audit");
    assertThatThrownBy(this::use).hasMessage("no audit");
    isWiped(source.given.get(0));

    work.refusesToRecord = null;
    assertThat(use()).isEqualTo("v1 first-secret"); // and nobody was made to wait for it
    assertThat(work.events()).containsExactly("fetched");

    clock.pass(LIVE);
    source.fails(DB, Fault.unreachable("Timeout"));
    work.refusesToRecord = new IllegalStateException("no audit");
    assertThatThrownBy(this::use).hasMessage("no audit");
  }

  @Test
  void whatIsSecretInAVersionIsToldBeforeItIsLentAndAtEachRefresh() {
    source.has(
        DB,
        "v1",
        "{\"engine\":\"postgres-long\",\"host\":\"db.example.com\",\"username\":\"administrator\","
            + "\"password\":\"correct \\\"horse\",\"pin\":12345678,\"short\":\"1234567\","
            + "\"nested\":{\"a\":\"not looked at\"},\"apiKey\":\"eight-by\"}");
    use();
    assertThat(work.issued.get(0)).startsWith("{\"engine\"");
    assertThat(work.issued.subList(1, work.issued.size()))
        .containsExactly("correct \"horse", "eight-by");

    clock.pass(LIVE);
    use();
    assertThat(work.issued).hasSize(6);

    source.has(DB, "v1", "recreated under the same version");
    clock.pass(LIVE);
    use();
    assertThat(work.issued).hasSize(7).contains("recreated under the same version");
  }

  @Test
  void fieldsAreReadOncePerVersion() {
    int password = entry.field("password");
    int missing = entry.field("nowhere");
    assertThat(entry.field("password")).isEqualTo(password);
    source.has(DB, "v1", "{\"password\":\"horse\"}");

    Held held = entry.lease(work);
    Held later = entry.lease(work);
    assertThat(later.view(password)).isSameAs(held.view(password)).isNotNull();
    assertThat(held.view(missing)).isNull();
    assertThat(entry.missingFields()).containsExactly("nowhere");
    SecretValue field = held.view(password);
    held.release();
    later.release();
    entry.close();
    isWiped(field);
  }
}
