package dev.gabion.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gabion.core.Rig.Handler;
import dev.gabion.core.Rig.Order;
import dev.gabion.core.Rig.Receipt;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrimingTest {
  private static final byte[] GOOD = Rig.letters(Rig.order("ann", 3)).getBytes(UTF_8);
  private static final byte[] UNFIT = Rig.letters(Rig.order("hunter2", -3)).getBytes(UTF_8);

  private final List<String> done = new ArrayList<>();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final PrintStream before = System.err;

  @BeforeEach
  void listen() {
    System.setErr(new PrintStream(log, true, UTF_8));
  }

  @AfterEach
  void stopListening() {
    System.setErr(before);
  }

  /** Says what is done to it. */
  private final class Sink implements AuditSink {
    @Override
    public void ready(Scope scope) {
      done.add("ready");
    }

    @Override
    public void write(AuditEvent event) {
      done.add("write");
    }

    @Override
    public void prime(AuditEvent event) {
      done.add("prime " + event.activity() + (event.source() == null ? "" : " of a sample"));
    }

    @Override
    public String describe() {
      return "said";
    }
  }

  private final class Watching implements PathObserver {
    @Override
    public void passed(Stop stop, long nanos) {
      done.add("passed " + stop + Duration.ofNanos(nanos));
    }

    @Override
    public void recorded(AuditEvent event) {
      done.add("recorded");
    }
  }

  private Recipe<Mailbox.Letter, Order, Receipt> recipe(String initialization) {
    return Mailbox.office(Order.class, Receipt.class)
        .caller(
            Rig.authenticator(
                "known",
                () -> {
                  done.add("identify");
                  return Caller.of("test", "ann");
                }))
        .rules(
            new Rules<Order>() {
              @Override
              public List<Violation> check(Order order) {
                done.add("check " + order.amount());
                return Rig.positive().check(order);
              }

              @Override
              public String describe() {
                return "positive amounts";
              }
            })
        .permit(
            (caller, order) -> {
              done.add("permit");
              return true;
            })
        .audit(new Sink())
        .logic(
            (order, call) -> {
              done.add("logic");
              return new Receipt("done");
            })
        .observedBy(new Watching())
        .settings(Settings.of(Map.of("AWS_LAMBDA_INITIALIZATION_TYPE", initialization)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"snap-start", "provisioned-concurrency", "lambda-managed-instances"})
  void aSampleIsDecodedCheckedAndRenderedAndNothingElse(String initialization) {
    new Handler(recipe(initialization).sample(GOOD).sample(GOOD, new Receipt("sample")));

    assertThat(done).containsExactly("check 3", "check 3", "prime OUTCOME of a sample");
  }

  @Test
  void withoutASampleAnOutcomeIsRenderedAllTheSame() {
    new Handler(recipe("snap-start"));

    assertThat(done).containsExactly("prime OUTCOME");
  }

  @Test
  void whereACallerWaitsForInitNothingIsPrimed() {
    Handler handler = new Handler(recipe("on-demand").sample(UNFIT));
    assertThat(done).isEmpty();

    handler.send(GOOD, Rig.ARN); // control: all that is left out before
    assertThat(done).contains("identify", "permit", "logic", "write", "recorded");
  }

  private String refusal(byte[] sample) {
    InvocationFailed failure =
        catchThrowableOfType(
            InvocationFailed.class, () -> new Handler(recipe("snap-start").sample(sample)));
    assertThat(failure).hasMessage("The function could not start. Its log says why.").hasNoCause();
    assertThat(log.toString(UTF_8)).doesNotContain("hunter2");
    return log.toString(UTF_8);
  }

  @Test
  void aSampleThatBreaksARuleRefusesTheStartAndTheLogSaysWhichAndNoValue() {
    assertThat(refusal(UNFIT)).contains("Sample 1 was refused at stop CHECK", "amount: positive");
  }

  @Test
  void aSampleOfAnotherShapeRefusesTheStart() {
    assertThat(refusal("{\"hunter2\":[]}".getBytes(UTF_8)))
        .contains("Sample 1 was refused at stop OPEN: not-a-mailbox");
    assertThat(refusal(Rig.letters("{\"customer\":\"hunter2\"").getBytes(UTF_8)))
        .contains("Sample 1 was refused at stop DECODE");
    assertThat(refusal("hunter2".getBytes(UTF_8))).contains("Sample 1 was refused at stop OPEN");
    assertThat(refusal(new byte[7_000_000])).contains("OPEN: event-bytes");
  }

  @Test
  void aSampleIsTheHandlersOwnCopy() {
    byte[] sample = GOOD.clone();
    Recipe<?, ?, ?> recipe = recipe("snap-start").sample(sample);
    sample[0] = 'x';

    new Handler(recipe);

    assertThat(done).contains("check 3");
  }
}
