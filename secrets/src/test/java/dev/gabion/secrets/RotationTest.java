package dev.gabion.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.SecretValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is tried, and what is asked for, when the other side refuses a version. */
class RotationTest {
  private static final Wanted DB = Wanted.current("db");
  private static final Wanted PENDING = DB.pending();
  private static final Terms TERMS = new Terms(Duration.ofMinutes(5), Duration.ofMinutes(30), 1);

  private final FakeSource source = new FakeSource();
  private final HandClock clock = new HandClock();
  private final Work work = Work.of();
  private final Entry entry = open(DB);
  private final Set<String> valid = new TreeSet<>();
  private final List<String> tried = new ArrayList<>();

  RotationTest() {
    source.has(DB, "v1", "one");
    entry.lease(work).release();
    source.asked.clear();
  }

  private Entry open(Wanted wanted) {
    Entry opened = new Entry(wanted, TERMS, source, clock.clocks());
    opened.open(work, true);
    return opened;
  }

  private static final class LoginFailed extends Exception {
    private static final long serialVersionUID = 1;

    LoginFailed(String password) {
      super(password);
    }
  }

  private String login() throws LoginFailed {
    return login(entry);
  }

  private String login(Entry with) throws LoginFailed {
    tried.clear();
    return Attempts.use(
        with,
        work,
        held -> {
          SecretValue value = held.view(0);
          String password = value == null ? "" : InsecureSecretAccess.text(value);
          tried.add(password);
          if (!valid.contains(password)) {
            throw new LoginFailed(password);
          }
          return password;
        },
        failure -> failure instanceof LoginFailed);
  }

  @Test
  void aVersionThatIsTakenCostsNothing() throws LoginFailed {
    valid.add("one");
    assertThat(login()).isEqualTo("one");
    assertThat(source.asked).isEmpty();
  }

  @Test
  void afterARotationTheCurrentVersionIsAskedForOnce() throws LoginFailed {
    valid.add("two");
    source.has(DB, "v2", "two");

    assertThat(login()).isEqualTo("two");
    assertThat(tried).containsExactly("one", "two");
    assertThat(source.asked).containsExactly(DB);
    assertThat(login()).isEqualTo("two");
    assertThat(tried).containsExactly("two");
    assertThat(source.asked).hasSize(1);
  }

  @Test
  void amidARotationThePendingVersionIsTriedAndKept() throws LoginFailed {
    valid.add("two");
    source.has(PENDING, "v2", "two");

    assertThat(login()).isEqualTo("two");
    assertThat(source.asked).containsExactly(DB, PENDING);
    assertThat(work.last().facts())
        .containsEntry("stage", "AWSPENDING")
        .containsEntry("version", "v2");

    source.has(DB, "v2", "two"); // the stage moves
    source.fails(PENDING, Fault.missing("ResourceNotFoundException"));
    assertThat(login()).isEqualTo("two");
    assertThat(tried).containsExactly("two");
    assertThat(source.asked).containsExactly(DB, PENDING);
    assertThat(work.issued).containsExactly("one", "one", "two");
  }

  @Test
  void aRotationThatEndsBetweenTwoQuestionsIsNotMissed() throws LoginFailed {
    valid.add("two");
    source.answer(
        PENDING,
        (wanted, scope) -> {
          source.has(DB, "v2", "two"); // the stage moves, and the label is gone
          throw Fault.missing("ResourceNotFoundException");
        });

    assertThat(login()).isEqualTo("two");
    assertThat(source.asked).containsExactly(DB, PENDING, DB);
  }

  @Test
  void aVersionThatIsNotSetYetIsNotTriedWhileAnotherIsCurrent() throws LoginFailed {
    valid.add("two");
    source.has(DB, "v2", "two"); // a rotation was slept through, and the next has begun
    source.has(PENDING, "v3", "three, which is not set yet");

    assertThat(login()).isEqualTo("two");
    assertThat(tried).containsExactly("one", "two");

    valid.clear();
    valid.add("three, which is not set yet");
    assertThat(login()).isEqualTo("three, which is not set yet");
    assertThat(source.asked).containsExactly(DB, DB, PENDING);
  }

  @Test
  void aPendingLabelThatWasLeftOnTheCurrentVersionIsNoOtherVersion() throws LoginFailed {
    source.has(PENDING, "v1", "one");
    assertThatThrownBy(this::login).isInstanceOf(LoginFailed.class).hasMessage("one");
    assertThat(tried).containsExactly("one");
    assertThat(source.asked).containsExactly(DB, PENDING);
  }

  @Test
  void whereNothingNewerIsToBeHadTheFirstFailureIsGiven() {
    source.has(DB, "v2", "two");
    source.has(PENDING, "v3", "three");

    assertThatThrownBy(this::login)
        .isInstanceOf(LoginFailed.class)
        .hasMessage("one")
        .satisfies(
            failure ->
                assertThat(failure.getSuppressed())
                    .extracting(Throwable::getMessage)
                    .containsExactly("two", "three"));
    assertThat(tried).hasSize(3);
    assertThatThrownBy(() -> InsecureSecretAccess.bytes(source.given.get(3)))
        .isInstanceOf(IllegalStateException.class); // the pending one is dropped
  }

  @Test
  void aPasswordThatIsWrongEverywhereIsAskedForAfterGrowingPausesOnly() {
    int uses = 0;
    for (int tenth = 0; tenth < 6000; tenth++) {
      assertThatThrownBy(this::login).isInstanceOf(LoginFailed.class);
      clock.pass(Duration.ofMillis(100));
      uses++;
    }
    long pending = source.asked.stream().filter(PENDING::equals).count();
    assertThat(uses).isEqualTo(6000);
    assertThat(pending).isBetween(20L, 50L); // in ten minutes
    assertThat(source.asked.size() - pending).isBetween(40L, 110L); // twice, and the refreshes
  }

  @Test
  void whoeverIsInTheGapIsOutOfItSoonAfterTheStageMoves() throws LoginFailed {
    valid.add("two");
    source.fails(PENDING, Fault.denied("AccessDeniedException"));
    assertThatThrownBy(this::login).isInstanceOf(LoginFailed.class);

    source.has(DB, "v2", "two");
    assertThatThrownBy(this::login).isInstanceOf(LoginFailed.class); // asked a moment ago
    clock.pass(Duration.ofMillis(501));
    assertThat(login()).isEqualTo("two");
    assertThat(source.asked).containsExactly(DB, PENDING, DB); // denied once is denied
  }

  @Test
  void anotherVersionThatIsHeldAlreadyIsTriedWithoutAsking() throws LoginFailed {
    valid.add("two");
    String first =
        Attempts.use(
            entry,
            work,
            held -> {
              if (held.version().equals("v1")) {
                source.has(DB, "v2", "two");
                clock.pass(Duration.ofMinutes(5));
                entry.lease(work).release(); // somebody else's use refreshes meanwhile
                source.asked.clear();
                throw new LoginFailed("one");
              }
              return held.version();
            },
            failure -> failure instanceof LoginFailed);
    assertThat(first).isEqualTo("v2");
    assertThat(source.asked).isEmpty();
  }

  @Test
  void aFailureThatIsNoRefusalIsNotRetried() {
    IllegalArgumentException failure = new IllegalArgumentException("no login failure");
    assertThatThrownBy(
            () ->
                Attempts.use(
                    entry,
                    work,
                    held -> {
                      throw failure;
                    },
                    thrown -> thrown instanceof LoginFailed))
        .isSameAs(failure);
    assertThat(source.asked).isEmpty();
  }

  @Test
  void aFailureAfterARefusalIsGivenWithThatRefusal() {
    source.has(DB, "v2", "two");
    assertThatThrownBy(
            () ->
                Attempts.use(
                    entry,
                    work,
                    held -> {
                      if (held.version().equals("v1")) {
                        throw new LoginFailed("one");
                      }
                      throw new IllegalArgumentException("logged in, then failed");
                    },
                    thrown -> thrown instanceof LoginFailed))
        .hasMessage("logged in, then failed")
        .satisfies(
            failure ->
                assertThat(failure.getSuppressed())
                    .extracting(Throwable::getMessage)
                    .containsExactly("one"));
  }

  @Test
  void theSameFailureThrownTwiceIsGivenAsItIs() {
    source.has(DB, "v2", "two");
    LoginFailed failure = new LoginFailed("always this one");
    assertThatThrownBy(
            () ->
                Attempts.use(
                    entry,
                    work,
                    held -> {
                      throw failure;
                    },
                    thrown -> true))
        .isSameAs(failure)
        .hasNoSuppressedExceptions();
  }

  @Test
  void aSourceThatDoesNotAnswerLeavesTheFirstFailureAndTheValue() throws LoginFailed {
    source.fails(PENDING, Fault.unreachable("ThrottlingException"));
    source.fails(DB, Fault.unreachable("ThrottlingException"));
    assertThatThrownBy(this::login).isInstanceOf(LoginFailed.class).hasMessage("one");
    assertThatThrownBy(this::login).isInstanceOf(LoginFailed.class);
    assertThat(source.asked).containsExactly(DB);

    valid.add("one"); // a refusal by mistake
    assertThat(login()).isEqualTo("one");
  }

  @Test
  void aRoleThatMayNoLongerReadItLosesItOnTheWay() {
    source.fails(PENDING, Fault.denied("AccessDeniedException"));
    source.fails(DB, Fault.denied("AccessDeniedException"));
    assertThatThrownBy(this::login).isInstanceOf(LoginFailed.class);
    assertThatThrownBy(this::login).isInstanceOf(SecretUnavailable.class);
  }

  @Test
  void aVersionThatIsNamedIsTheOnlyOne() {
    Wanted named = new Wanted("db", null, "v1", false);
    source.has(named, "v1", "one");
    Entry pinned = open(named);
    assertThatThrownBy(() -> login(pinned)).isInstanceOf(LoginFailed.class);
    assertThat(source.asked).containsExactly(named);
  }

  @Test
  void aSourceWithoutStagesIsAskedForTheCurrentVersionAlone() throws LoginFailed {
    source.stages = false;
    Entry plain = open(DB);
    plain.lease(work).release();
    source.asked.clear();
    source.has(DB, "2", "two");
    valid.add("two");
    assertThat(login(plain)).isEqualTo("two");
    assertThat(source.asked).containsExactly(DB);
  }
}
