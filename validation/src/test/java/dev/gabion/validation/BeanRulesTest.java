package dev.gabion.validation;

import static dev.gabion.validation.Started.absent;
import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.core.Rules;
import dev.gabion.core.Violation;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.GroupSequence;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import jakarta.validation.Valid;
import jakarta.validation.ValidationException;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hibernate.validator.constraints.URL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BeanRulesTest {
  record Line(@NotBlank String sku, @Positive int quantity) {}

  record Order(@NotNull String customer, @Size(max = 20_000) List<@Valid Line> lines) {}

  @Test
  void fitInputHasNoViolations() {
    assertThat(Started.rulesFor(Order.class).check(new Order("c-1", List.of(new Line("sku-1", 1)))))
        .isEmpty();
  }

  @Test
  void namesEveryBrokenRuleOnceByPlaceAndCode() {
    Order order = new Order(absent(), List.of(new Line("sku-1", 1), new Line(" ", 0)));

    assertThat(Started.rulesFor(Order.class).check(order))
        .containsExactly(
            new Violation("customer", "not-null"),
            new Violation("lines[1].quantity", "positive"),
            new Violation("lines[1].sku", "not-blank"));
  }

  @SuppressWarnings("ArrayRecordComponent") // as a handler may have it
  record Shelf(
      Map<@Size(max = 3) String, @Valid Line> byKey,
      Map<String, List<@Valid Line>> lists,
      Optional<@Valid Line> maybe,
      Optional<@NotBlank String> note,
      List<@NotBlank String> tags,
      Set<@Positive Integer> numbers,
      @Valid Line[] array) {}

  @Test
  void containersShowIndexesButNoKeyThatTheSenderChose() {
    Line bad = new Line("sku-1", 0);
    Shelf shelf =
        new Shelf(
            Map.of("sender's", bad),
            Map.of("sender's", List.of(bad)),
            Optional.of(bad),
            Optional.of(""),
            List.of("a", ""),
            Set.of(-1),
            new Line[] {bad});

    assertThat(Started.rulesFor(Shelf.class).check(shelf))
        .containsExactly(
            new Violation("array[0].quantity", "positive"),
            new Violation("byKey[*]", "size"),
            new Violation("byKey[*].quantity", "positive"),
            new Violation("lists[*][0].quantity", "positive"),
            new Violation("maybe.quantity", "positive"),
            new Violation("note", "not-blank"),
            new Violation("numbers[*]", "positive"),
            new Violation("tags[1]", "not-blank"));
  }

  @Retention(RetentionPolicy.RUNTIME)
  @Constraint(validatedBy = InOrder.Validator.class)
  @interface InOrder {
    String message() default "";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    final class Validator implements ConstraintValidator<InOrder, Range> {
      @Override
      public boolean isValid(Range range, ConstraintValidatorContext context) {
        return range.from <= range.to;
      }
    }
  }

  @InOrder
  record Range(int from, int to) {}

  record Ranges(List<@Valid Range> all) {}

  @Test
  void ruleOnClassStandsAtThePlaceOfTheObject() {
    BeanRules rules = Started.rulesFor(Range.class, Ranges.class);

    assertThat(rules.check(new Range(2, 1))).containsExactly(new Violation("", "in-order"));
    assertThat(rules.check(new Ranges(List.of(new Range(1, 2), new Range(2, 1)))))
        .containsExactly(new Violation("all[1]", "in-order"));
  }

  record Gift(@AssertTrue boolean isGift, String text) {
    @AssertTrue
    public boolean isShort() {
      return text.length() < 5;
    }
  }

  @Test
  void componentThatReadsAsGetterIsNamedOnceAndAsTheSenderKnowsIt() {
    assertThat(Started.rulesFor(Gift.class).check(new Gift(false, "too long")))
        .containsExactly(
            new Violation("isGift", "assert-true"), new Violation("short", "assert-true"));
  }

  @Never
  record Card(boolean isCard) {}

  record Envelope(@Valid Card card) {}

  @Test
  void placeOfAnObjectIsNotTakenForAComponentOfIt() {
    assertThat(Started.rulesFor(Envelope.class).check(new Envelope(new Card(true))))
        .containsExactly(new Violation("card", "never"));
  }

  @NotNull
  @Size(min = 4)
  @Retention(RetentionPolicy.RUNTIME)
  @Constraint(validatedBy = {})
  @interface Parts {
    String message() default "";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
  }

  @NotNull
  @Size(min = 4)
  @ReportAsSingleViolation
  @Retention(RetentionPolicy.RUNTIME)
  @Constraint(validatedBy = {})
  @interface OneWhole {
    String message() default "";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
  }

  record Codes(@Parts String parts, @OneWhole String whole, @URL String link) {}

  @Test
  void composedRuleIsNamedByItsPartsUnlessItReportsItselfAsOne() {
    assertThat(Started.rulesFor(Codes.class).check(new Codes("abc", "abc", "no link")))
        .containsExactly(
            new Violation("link", "url"),
            new Violation("parts", "size"),
            new Violation("whole", "one-whole"));
  }

  record SameMessage(
      @Size(min = 9, message = "bad")
          @Pattern(regexp = "x", message = "bad")
          @Pattern(regexp = "y", message = "bad")
          String text) {}

  @Test
  void rulesWithTheSameMessageAreToldApart() {
    assertThat(Started.rulesFor(SameMessage.class).check(new SameMessage("z")))
        .containsExactly(new Violation("text", "pattern"), new Violation("text", "size"));
  }

  @Test
  void neverNamesMoreThanTwentyAndAlwaysTheSame() {
    List<Line> lines =
        new ArrayList<>(IntStream.range(0, 500).mapToObj(i -> new Line("", i)).toList());
    BeanRules rules = Started.rulesFor(Order.class);

    List<Violation> named = rules.check(new Order("c-1", lines));

    assertThat(named)
        .hasSize(20)
        .startsWith(
            new Violation("lines[0].quantity", "positive"),
            new Violation("lines[0].sku", "not-blank"),
            new Violation("lines[100].sku", "not-blank"),
            new Violation("lines[101].sku", "not-blank"));
    assertThat(nCopies(5, new Order("c-1", lines)))
        .allSatisfy(o -> assertThat(rules.check(o)).isEqualTo(named));
  }

  static final AtomicLong STEPS = new AtomicLong();

  /** Counts how often its rule runs, and how often it is hashed or compared. */
  record Counted(@Never String text) {
    @Override
    public int hashCode() {
      STEPS.incrementAndGet();
      return 7;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      STEPS.incrementAndGet();
      return other instanceof Counted;
    }
  }

  @Retention(RetentionPolicy.RUNTIME)
  @Constraint(validatedBy = Never.Validator.class)
  @interface Never {
    String message() default "";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    final class Validator implements ConstraintValidator<Never, Object> {
      @Override
      public boolean isValid(@Nullable Object value, ConstraintValidatorContext context) {
        STEPS.incrementAndGet();
        return false;
      }
    }
  }

  record ManyCounted(List<@Valid Counted> all) {}

  @Test
  void workGrowsWithTheElementsAndNoFaster() {
    BeanRules rules = Started.rulesFor(ManyCounted.class);
    ManyCounted input =
        new ManyCounted(IntStream.range(0, 20_000).mapToObj(i -> new Counted("bad")).toList());

    STEPS.set(0);
    assertThat(rules.check(input)).hasSize(20);
    assertThat(STEPS).hasValue(20_000);
  }

  @Test
  void controlHashingTheInputForEachViolationWouldShow() {
    ManyCounted input =
        new ManyCounted(IntStream.range(0, 200).mapToObj(i -> new Counted("bad")).toList());

    STEPS.set(0);
    Set<ManyCounted> hashed = new HashSet<>();
    input.all().forEach(each -> hashed.add(input));
    assertThat(STEPS.get()).isGreaterThanOrEqualTo(200 * 200);
  }

  interface Later {}

  @GroupSequence({Later.class, Sequenced.class})
  record Sequenced(@NotNull String now, @NotNull(groups = Later.class) String later) {}

  @Test
  void defaultGroupIsCheckedWithTheSequenceThatATypeGivesIt() {
    BeanRules rules = Started.rulesFor(Sequenced.class);

    assertThat(rules.check(new Sequenced(absent(), absent())))
        .containsExactly(new Violation("later", "not-null"));
  }

  @Retention(RetentionPolicy.RUNTIME)
  @Constraint(validatedBy = Failing.Validator.class)
  @interface Failing {
    String message() default "";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    final class Validator implements ConstraintValidator<Failing, String> {
      @Override
      public boolean isValid(@Nullable String text, ConstraintValidatorContext context) {
        if (text != null) {
          throw new IllegalStateException("a bug");
        }
        return true;
      }
    }
  }

  record Failed(@Failing String text) {}

  @Test
  void ruleThatFailsIsNoVerdict() {
    BeanRules rules = Started.rulesFor(Failed.class);

    assertThatThrownBy(() -> rules.check(new Failed("text")))
        .isInstanceOf(ValidationException.class)
        .hasRootCauseMessage("a bug");
  }

  @Test
  void oneInstanceServesEightThreads() throws Exception {
    BeanRules rules = Started.rulesFor(Order.class);
    CyclicBarrier together = new CyclicBarrier(8);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Set<List<Violation>>>> answers =
          IntStream.range(0, 8)
              .mapToObj(
                  bad ->
                      threads.submit(
                          () -> {
                            List<Line> lines = new ArrayList<>(nCopies(8, new Line("sku", 1)));
                            lines.set(bad, new Line("sku", 0));
                            together.await();
                            return nCopies(500, new Order("c-1", lines)).stream()
                                .map(rules::check)
                                .collect(Collectors.toSet());
                          }))
              .toList();
      for (int bad = 0; bad < 8; bad++) {
        assertThat(answers.get(bad).get())
            .containsExactly(List.of(new Violation("lines[" + bad + "].quantity", "positive")));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void standsWhereAHandlerWantsRulesForItsInput() {
    assertThat(describe(BeanRules.create())).contains("constraints");
  }

  private static String describe(Rules<? super Order> rules) {
    return rules.describe();
  }

  @Test
  void inputOfTypeThatWasNotPreparedIsRefused() {
    assertThatThrownBy(() -> Started.rulesFor(Order.class).check(new Range(1, 2)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("prepare()");
  }

  @Test
  void nothingWorksBeforeStart() {
    BeanRules rules = BeanRules.create();

    assertThatThrownBy(() -> rules.check(new Range(1, 2)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("register the rules with the handler");
    assertThatThrownBy(() -> rules.prepare(Range.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("start()");
  }

  record Gaps(List<@NotNull String> all) {}

  @Test
  void violationsThatAreAlikeDoNotCollide() {
    Gaps gaps = new Gaps(new ArrayList<>(Collections.nCopies(2_000, absent())));

    Set<Integer> hashes = new HashSet<>();
    Engine.boot().validate(gaps).forEach(violation -> hashes.add(violation.hashCode()));

    assertThat(hashes).hasSizeGreaterThan(1_900);
    assertThat(Started.rulesFor(Gaps.class).check(gaps))
        .hasSize(20)
        .contains(new Violation("all[0]", "not-null"));
  }
}
