package dev.gabion.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
  @Test
  void aDeadlineCountsTheClockThatWentFurther() {
    AtomicLong wall = new AtomicLong(1_000_000);
    AtomicLong nanos = new AtomicLong(-5);
    Deadline deadline = Deadline.in(Duration.ofSeconds(10), wall::get, nanos::get);

    nanos.addAndGet(3_000_000_000L);
    assertThat(deadline.remaining()).isEqualTo(Duration.ofSeconds(7));
    wall.addAndGet(9_000); // frozen: the monotonic clock stood still
    assertThat(deadline.remaining()).isEqualTo(Duration.ofSeconds(1));
    wall.addAndGet(-60_000); // set back
    assertThat(deadline.remaining()).isEqualTo(Duration.ofSeconds(7));
    assertThat(deadline.passed()).isFalse();
    wall.addAndGet(600_000);
    assertThat(deadline.remaining()).isZero();
    assertThat(deadline.passed()).isTrue();
  }

  @Test
  void aDeadlineKnowsWithoutAClockWhatItPassesBefore() {
    AtomicLong wall = new AtomicLong(1_000_000);
    AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // about to overflow
    Deadline deadline = Deadline.in(Duration.ofSeconds(10), wall::get, nanos::get);
    long later = nanos.get() + 10_000_000_000L;

    assertThat(deadline.passesBefore(1_010_001, later + 1)).isTrue();
    assertThat(deadline.passesBefore(1_010_000, later + 1)).isFalse();
    assertThat(deadline.passesBefore(1_010_001, later)).isFalse();
    wall.addAndGet(60_000);
    assertThat(deadline.passesBefore(1_010_001, later + 1)).isTrue();
  }

  @Test
  void anArnNamesTheFunctionWhateverItsQualifier() {
    FunctionArn arn = FunctionArn.parse(Rig.ARN);

    assertThat(arn).isEqualTo(new FunctionArn("aws", "eu-central-1", "123456789012", "orders"));
    assertThat(FunctionArn.parse(Rig.ARN + ":live")).isEqualTo(arn);
    assertThat(FunctionArn.parse(Rig.ARN + ":$LATEST")).isEqualTo(arn);
    assertThat(
            FunctionArn.parse("arn:aws-cn:lambda:cn-north-1:123456789012:function:f").partition())
        .isEqualTo("aws-cn");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "arn:aws:lambda:eu-central-1:12345678901:function:orders",
        "arn:aws:s3:eu-central-1:123456789012:function:orders",
        "arn:aws:lambda:eu-central-1:123456789012:function:orders:a:b",
        "arn:aws:lambda:eu-central-1:123456789012:function:orders\n",
      })
  void whatIsNotALambdaArnNamesNone(String text) {
    assertThatThrownBy(() -> FunctionArn.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyLimitHasADefaultAndCanBeSet() {
    for (Limits.Bound bound : Limits.Bound.values()) {
      assertThat(Limits.defaults().of(bound)).isEqualTo(bound.byDefault()).isPositive();
      assertThat(Limits.defaults().with(bound, 1).of(bound)).isEqualTo(1);
      assertThatThrownBy(() -> Limits.defaults().with(bound, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
    Limits two = Limits.defaults().with(Limits.Bound.DEPTH, 2).with(Limits.Bound.TOKENS, 3);
    assertThat(two.of(Limits.Bound.DEPTH)).isEqualTo(2);
    assertThat(two.of(Limits.Bound.TOKENS)).isEqualTo(3);
  }

  @Test
  void settingsThatAreBlankAreMissing() {
    Settings settings = Settings.of(Map.of("A", "1", "B", " "));

    assertThat(settings.find("A")).contains("1");
    assertThat(settings.find("B")).isEmpty();
    assertThatThrownBy(() -> settings.get("C"))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("C");
    assertThat(settings.toString()).doesNotContain("A").doesNotContain("1 ");
  }

  @Test
  void aCallerPrintsNobodysName() {
    Caller caller = new Caller("https://i", "ann", Optional.of("blue"), Map.of("email", "a@b"));

    assertThat(caller.toString()).isEqualTo("Caller[issuer=https://i]");
  }
}
