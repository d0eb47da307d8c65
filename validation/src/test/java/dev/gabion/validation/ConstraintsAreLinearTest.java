package dev.gabion.validation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.validation.Examples.Declared;
import dev.gabion.validation.Examples.Example;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No text makes a constraint look at its characters more than so many times each. */
class ConstraintsAreLinearTest {
  private static final int MOST_LOOKS = 12;
  private static final int CONSTANT = 20;

  static Stream<String> properties() {
    return Stream.of(Declared.class.getDeclaredFields()).map(Field::getName);
  }

  @ParameterizedTest
  @MethodSource("properties")
  void eachCharacterIsLookedAtABoundedNumberOfTimes(String property) {
    Rule<Annotation> rule = Examples.ready(property);
    List<Example> examples = Examples.ofThePage();
    for (int length : new int[] {100, 1_000, 10_000, 100_000}) {
      for (String worst : WorstTexts.of(property, examples, length)) {
        Counted text = Counted.of(worst);
        boolean fit = rule.accepts(text);
        assertThat(text.looks())
            .as("looks at %d characters, fit: %s", worst.length(), fit)
            .isLessThanOrEqualTo((long) MOST_LOOKS * worst.length() + CONSTANT);
      }
    }
  }

  /** The control: what goes back over its text is found. */
  @Test
  void aPatternThatGoesBackIsFound() {
    Counted text = Counted.of("a".repeat(40));
    boolean fit = Pattern.compile("a*a*a*a*b").matcher(text).matches();

    assertThat(fit).isFalse();
    assertThat(text.looks()).isGreaterThan((long) MOST_LOOKS * text.length() + CONSTANT);
  }
}
