package dev.gabion.validation;

import static dev.gabion.validation.Started.absent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.core.StartFailed;
import dev.gabion.core.Violation;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import jakarta.validation.Valid;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.math.BigDecimal;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.validator.constraints.ScriptAssert;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link BeanRules#prepare} refuses, and that without it the rule is silently not run. */
class CoverageTest {
  record Line(@Positive int quantity) {}

  static final Line BAD = new Line(0);

  record InComponent(@NotNull String id, Line line) {}

  record InList(@NotNull String id, List<Line> line) {}

  record InNestedList(@NotNull String id, List<List<Line>> line) {}

  record InListOfValidList(@NotNull String id, List<@Valid List<Line>> line) {}

  record InMapValue(@NotNull String id, Map<String, Line> line) {}

  record InMapKey(@NotNull String id, Map<Line, @Valid Line> line) {}

  @SuppressWarnings("ArrayRecordComponent") // as a handler may have it
  record InArray(@NotNull String id, Line[] line) {}

  record InOptional(@NotNull String id, Optional<Line> line) {}

  record InWildcard(@NotNull String id, List<? extends Line> line) {}

  static final class Lines extends ArrayList<Line> {
    private static final long serialVersionUID = 1;
  }

  record InOwnList(@NotNull String id, Lines line) {}

  record Wrapper(@Valid Line within) {}

  record InWrapper(@NotNull String id, Wrapper line) {}

  record Page<T>(List<T> line) {}

  record InGeneric(@NotNull String id, @Valid Page<Line> page) {}

  static class Base<T> {
    @Nullable T line;
  }

  static final class InInherited extends Base<Line> {
    @NotNull String id = "";
  }

  sealed interface Item permits Book {}

  record Book(@NotBlank String title) implements Item {}

  record InSealed(@NotNull String id, List<Item> line) {}

  @ParameterizedTest
  @ValueSource(
      classes = {
        InComponent.class,
        InList.class,
        InNestedList.class,
        InListOfValidList.class,
        InMapValue.class,
        InMapKey.class,
        InArray.class,
        InOptional.class,
        InWildcard.class,
        InOwnList.class,
        InWrapper.class,
        InGeneric.class,
        InInherited.class,
        InSealed.class
      })
  void rulesBehindAPlaceThatIsNotValidAreRefused(Class<?> input) {
    BeanRules rules = Started.rulesFor();

    assertThatThrownBy(() -> rules.prepare(input))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining(".line ")
        .hasMessageContaining("@Valid");
  }

  @Test
  void controlWithoutRefusalRulesBehindSuchPlacesDoNotRun() {
    Validator plain = plainValidator();
    Lines lines = new Lines();
    lines.add(BAD);

    assertThat(plain.validate(new InComponent("1", BAD))).isEmpty();
    assertThat(plain.validate(new InList("1", List.of(BAD)))).isEmpty();
    assertThat(plain.validate(new InListOfValidList("1", List.of(List.of(BAD))))).isEmpty();
    assertThat(plain.validate(new InMapKey("1", Map.of(BAD, new Line(1))))).isEmpty();
    assertThat(plain.validate(new InArray("1", new Line[] {BAD}))).isEmpty();
    assertThat(plain.validate(new InOptional("1", Optional.of(BAD)))).isEmpty();
    assertThat(plain.validate(new InOwnList("1", lines))).isEmpty();
    assertThat(plain.validate(new InWrapper("1", new Wrapper(BAD)))).isEmpty();
    assertThat(plain.validate(new InGeneric("1", new Page<>(List.of(BAD))))).isEmpty();
    assertThat(plain.validate(new InSealed("1", List.of(new Book(""))))).isEmpty();
  }

  record Tree(@Size(max = 2) List<@Valid Tree> children) {}

  record ValidPage<T>(List<@Valid T> items) {}

  @SuppressWarnings("ArrayRecordComponent") // as a handler may have it
  record Everything(
      @Valid Line one,
      List<@Valid List<@Valid Line>> lists,
      @Valid List<Line> oldStyle,
      @Valid Lines own,
      @Valid Line[] array,
      @Valid Tree tree,
      @Valid ValidPage<Line> page,
      List<@Valid Item> items,
      Comparable<?> anything) {}

  @Test
  void rulesBehindValidPlacesRun() {
    Lines own = new Lines();
    own.add(BAD);
    Everything input =
        new Everything(
            BAD,
            List.of(List.of(BAD)),
            List.of(BAD),
            own,
            new Line[] {BAD},
            new Tree(List.of(new Tree(List.of()), new Tree(List.of()), new Tree(List.of()))),
            new ValidPage<>(List.of(BAD)),
            List.of(new Book("")),
            "");

    assertThat(Started.rulesFor(Everything.class).check(input))
        .containsExactly(
            new Violation("array[0].quantity", "positive"),
            new Violation("items[0].title", "not-blank"),
            new Violation("lists[0][0].quantity", "positive"),
            new Violation("oldStyle[0].quantity", "positive"),
            new Violation("one.quantity", "positive"),
            new Violation("own[0].quantity", "positive"),
            new Violation("page.items[0].quantity", "positive"),
            new Violation("tree.children", "size"));
  }

  record Unruled(String text, @Valid Free free) {}

  record Free(String text) {}

  interface Later {}

  record OnlyLater(@NotNull(groups = Later.class) String text) {}

  @ParameterizedTest
  @ValueSource(classes = {Unruled.class, OnlyLater.class, String.class, Object.class, List.class})
  void typeWithoutAnyRuleIsRefused(Class<?> input) {
    BeanRules rules = Started.rulesFor();

    assertThatThrownBy(() -> rules.prepare(input))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining(input.getName())
        .hasMessageContaining("constraints")
        .hasMessageContaining("Rules.insecureAnyInput(reason)");
  }

  record RuledWithin(@Valid Line line) {}

  record RuledElements(List<@NotBlank String> tags) {}

  enum Color {
    RED {
      @Override
      String hex() {
        return "ff0000";
      }
    };

    abstract String hex();
  }

  @SuppressWarnings("serial")
  static class Nodes extends ArrayList<Nodes> {}

  @SuppressWarnings("ArrayRecordComponent")
  record Kinds(
      @NotNull Color color,
      DayOfWeek day,
      Nodes nodes,
      Map<Color, List<DayOfWeek>> table,
      UUID id,
      Instant at,
      BigDecimal amount,
      URI uri,
      Locale locale,
      int[][] grid,
      String... rest) {}

  @Test
  void typesThatSpeakOfThemselvesComeToAnEnd() {
    BeanRules rules = Started.rulesFor();

    assertThatCode(() -> rules.prepare(Kinds.class)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(classes = {RuledWithin.class, RuledElements.class, Line.class, Item.class})
  void oneRuleAnywhereInReachIsEnough(Class<?> input) {
    BeanRules rules = Started.rulesFor();

    assertThatCode(() -> rules.prepare(input)).doesNotThrowAnyException();
  }

  record OnPlainMethod(@NotNull String id, int from, int to) {
    @AssertTrue
    boolean ordered() {
      return from <= to;
    }
  }

  record OnAccessor(@NotNull String id, String name) {
    @Override
    @NotBlank
    public String name() {
      return name;
    }
  }

  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @NotNull
  @Constraint(validatedBy = {})
  @interface MethodsOnly {
    String message() default "";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
  }

  record OnAccessorAlone(@NotNull String id, @MethodsOnly String name) {}

  @ParameterizedTest
  @ValueSource(classes = {OnPlainMethod.class, OnAccessor.class, OnAccessorAlone.class})
  void ruleOnMethodThatNobodyReadsIsRefused(Class<?> input) {
    BeanRules rules = Started.rulesFor();

    assertThatThrownBy(() -> rules.prepare(input))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("would not run");
  }

  @Test
  void controlWithoutRefusalSuchMethodsAreNotRead() {
    Validator plain = plainValidator();

    assertThat(plain.validate(new OnPlainMethod("1", 2, 1))).isEmpty();
    assertThat(plain.validate(new OnAccessor("1", ""))).isEmpty();
    assertThat(plain.validate(new OnAccessorAlone("1", absent()))).isEmpty();
  }

  record Misfit(@Size(max = 3) int number) {}

  @Retention(RetentionPolicy.RUNTIME)
  @Constraint(validatedBy = Hidden.Validator.class)
  @interface Hidden {
    String message() default "";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    final class Validator implements ConstraintValidator<Hidden, String> {
      private Validator() {}

      @Override
      public boolean isValid(@Nullable String text, ConstraintValidatorContext context) {
        return true;
      }
    }
  }

  record HasHidden(@Hidden String text) {}

  @ParameterizedTest
  @ValueSource(classes = {Misfit.class, HasHidden.class})
  void ruleThatCannotRunAtItsPlaceFailsTheStart(Class<?> input) {
    BeanRules rules = Started.rulesFor();

    assertThatThrownBy(() -> rules.prepare(input))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining(input.getName());
  }

  @ScriptAssert(lang = "any", script = "true")
  record Scripted(@NotNull String id) {}

  @Test
  void scriptIsRefused() {
    BeanRules rules = Started.rulesFor();

    assertThatThrownBy(() -> rules.prepare(Scripted.class))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("@ScriptAssert");
  }

  private static Validator plainValidator() {
    return Validation.byDefaultProvider()
        .configure()
        .messageInterpolator(new ParameterMessageInterpolator())
        .buildValidatorFactory()
        .getValidator();
  }
}
