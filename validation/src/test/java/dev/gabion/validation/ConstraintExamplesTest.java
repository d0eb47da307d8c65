package dev.gabion.validation;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.validation.Examples.Declared;
import dev.gabion.validation.Examples.Example;
import jakarta.validation.Validator;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code docs/validation.md} says is fit, is, and nothing that it says is not. */
class ConstraintExamplesTest {
  private static final Validator VALIDATOR = Engine.boot();

  static List<Example> examples() {
    return Examples.ofThePage();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anExampleIsWhatThePageSays(Example example) {
    assertThat(codes(example.property(), example.text()))
        .isEqualTo(example.fit() ? Set.of() : Set.of(example.rule()));
  }

  @Test
  void everyConstraintHasExamplesOfBothKindsAndReasons() throws Exception {
    Map<String, List<Example>> examples =
        examples().stream().collect(groupingBy(Example::property));
    for (Field field : Declared.class.getDeclaredFields()) {
      List<Example> its = examples.getOrDefault(field.getName(), List.of());
      assertThat(its).as(field.getName()).anyMatch(Example::fit);
      assertThat(its).as(field.getName()).filteredOn(each -> !each.fit()).hasSizeGreaterThan(1);
      assertThat(its).as(field.getName()).allMatch(each -> each.fit() == each.why().isEmpty());
    }
  }

  @Test
  void thePageKnowsEveryConstraintThatThereIs() throws Exception {
    Set<String> sources;
    Path room = Path.of(System.getProperty("gabion.root"), "validation", "src", "main", "java");
    try (Stream<Path> files = Files.list(room.resolve("dev/gabion/validation"))) {
      sources =
          files
              .filter(ConstraintExamplesTest::isConstraint)
              .map(file -> file.getFileName().toString().replace(".java", ""))
              .collect(Collectors.toCollection(TreeSet::new));
    }
    Set<String> declared = new TreeSet<>();
    for (Field field : Declared.class.getDeclaredFields()) {
      declared.add(Examples.rule(field).annotationType().getSimpleName());
    }
    assertThat(declared).isEqualTo(sources).hasSizeGreaterThan(20);
  }

  @Test
  void whatIsAbsentIsFit() {
    for (Field field : Declared.class.getDeclaredFields()) {
      assertThat(VALIDATOR.validateValue(Declared.class, field.getName(), null)).isEmpty();
    }
  }

  private static boolean isConstraint(Path file) {
    try {
      return Files.readString(file).contains("@Constraint(validatedBy");
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  private static Set<String> codes(String property, String text) {
    return VALIDATOR.validateValue(Declared.class, property, text).stream()
        .map(broken -> broken.getMessage().substring(0, broken.getMessage().indexOf('#')))
        .collect(Collectors.toSet());
  }
}
