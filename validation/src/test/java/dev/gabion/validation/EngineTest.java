package dev.gabion.validation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.core.Violation;
import jakarta.validation.Configuration;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Payload;
import jakarta.validation.Validation;
import jakarta.validation.ValidationException;
import jakarta.validation.Validator;
import jakarta.validation.constraints.Null;
import jakarta.validation.constraints.Size;
import jakarta.validation.spi.BootstrapState;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.constraints.ScriptAssert;
import org.hibernate.validator.constraintvalidation.HibernateConstraintValidatorContext;
import org.hibernate.validator.messageinterpolation.ExpressionLanguageFeatureLevel;
import org.hibernate.validator.spi.scripting.ScriptEvaluator;
import org.hibernate.validator.spi.scripting.ScriptEvaluatorFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No text becomes behaviour: each attack, and a plain Hibernate Validator on which it succeeds. */
class EngineTest {
  /** Says when an expression has read it. */
  public static final class Bait {
    static final AtomicInteger BITES = new AtomicInteger();

    public String getBite() {
      return "bite " + BITES.incrementAndGet();
    }

    @Override
    public String toString() {
      return "the value";
    }
  }

  record Baited(@Null(message = "${validatedValue.bite} ${validatedValue} {groups}") Bait bait) {}

  @Test
  void expressionInMessageIsNotEvaluatedAndTheValueIsNotNamed() {
    Bait.BITES.set(0);

    assertThat(Started.rulesFor(Baited.class).check(new Baited(new Bait())))
        .containsExactly(new Violation("bait", "null"));
    assertThat(Bait.BITES).hasValue(0);
  }

  @Test
  void controlPlainValidatorEvaluatesIt() {
    Bait.BITES.set(0);

    assertThat(plainValidator().validate(new Baited(new Bait())))
        .extracting(ConstraintViolation::getMessage)
        .singleElement()
        .asString()
        .startsWith("bite 1 the value ");
    assertThat(Bait.BITES).hasValue(1);
  }

  /** Echoes what it was given as a template, and asks for all that expressions can do. */
  @Retention(RetentionPolicy.RUNTIME)
  @Constraint(validatedBy = Echoed.Validator.class)
  @interface Echoed {
    String message() default "";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    final class Validator implements ConstraintValidator<Echoed, String> {
      @Override
      public boolean isValid(@Nullable String text, ConstraintValidatorContext context) {
        context.disableDefaultConstraintViolation();
        context
            .unwrap(HibernateConstraintValidatorContext.class)
            .buildConstraintViolationWithTemplate("" + text)
            .enableExpressionLanguage(ExpressionLanguageFeatureLevel.BEAN_METHODS)
            .addConstraintViolation();
        return false;
      }
    }
  }

  record Injected(@Echoed String text) {}

  private static final Injected INJECTION =
      new Injected("${'evaluated'.concat(' by the validator')}");

  @Test
  void expressionInValueIsNotEvaluatedEvenIfTheValidatorEchoesIt() {
    assertThat(Started.rulesFor(Injected.class).check(INJECTION))
        .containsExactly(new Violation("text", "echoed"));
  }

  @Test
  void controlPlainValidatorEvaluatesWhatIsEchoed() {
    assertThat(plainValidator().validate(INJECTION))
        .extracting(ConstraintViolation::getMessage)
        .containsExactly("evaluated by the validator");
  }

  @ScriptAssert(lang = "any", script = "false")
  record Scripted(@Size(max = 3) String text) {}

  @Test
  void scriptIsNotEvaluated() {
    assertThatThrownBy(() -> Engine.boot().validate(new Scripted("text")))
        .isInstanceOf(ValidationException.class)
        .hasRootCauseMessage("Scripts are not evaluated: write a constraint in Java.");
  }

  @Test
  void controlValidatorWithAnEvaluatorRunsTheScript() {
    AtomicReference<String> run = new AtomicReference<>("");
    ScriptEvaluatorFactory lenient =
        new ScriptEvaluatorFactory() {
          @Override
          public ScriptEvaluator getScriptEvaluatorByLanguageName(String language) {
            return (script, bindings) -> {
              run.set(script);
              return true;
            };
          }

          @Override
          public void clear() {}
        };
    Validation.byProvider(HibernateValidator.class)
        .configure()
        .scriptEvaluatorFactory(lenient)
        .buildValidatorFactory()
        .getValidator()
        .validate(new Scripted("text"));

    assertThat(run).hasValue("false");
  }

  record Ruled(@Size(max = 3) String text) {}

  private static final Ruled BROKEN = new Ruled("text");

  @Test
  void xmlOnTheClassPathCannotSwitchRulesOff(@TempDir Path folder) throws Exception {
    switchRulesOff(folder);

    assertThat(withClassPath(folder, () -> Started.rulesFor(Ruled.class).check(BROKEN)))
        .containsExactly(new Violation("text", "size"));
  }

  @Test
  void controlPlainValidatorObeysTheXml(@TempDir Path folder) throws Exception {
    switchRulesOff(folder);

    assertThat(plainValidator().validate(BROKEN)).hasSize(1);
    assertThat(withClassPath(folder, () -> plainValidator().validate(BROKEN))).isEmpty();
  }

  private static void switchRulesOff(Path folder) throws IOException {
    Path metaInf = Files.createDirectories(folder.resolve("META-INF"));
    Files.writeString(
        metaInf.resolve("validation.xml"),
        """
        <validation-config xmlns="https://jakarta.ee/xml/ns/validation/configuration" version="3.1">
          <constraint-mapping>META-INF/off.xml</constraint-mapping>
        </validation-config>
        """);
    Files.writeString(
        metaInf.resolve("off.xml"),
        """
        <constraint-mappings xmlns="https://jakarta.ee/xml/ns/validation/mapping" version="3.1">
          <bean class="%s" ignore-annotations="true"/>
        </constraint-mappings>
        """
            .formatted(Ruled.class.getName()));
  }

  /** A provider that passes for Hibernate Validator. */
  public static final class Impostor extends HibernateValidator {
    @Override
    public Configuration<?> createGenericConfiguration(BootstrapState state) {
      throw new IllegalStateException("The impostor was asked.");
    }
  }

  @Test
  void providerOnTheClassPathIsNotAsked(@TempDir Path folder) throws Exception {
    offer(folder);

    assertThat(withClassPath(folder, () -> Started.rulesFor(Ruled.class).check(BROKEN))).hasSize(1);
  }

  @Test
  void controlPlainValidatorAsksThatProvider(@TempDir Path folder) throws Exception {
    offer(folder);

    assertThatThrownBy(() -> withClassPath(folder, EngineTest::plainValidator))
        .hasStackTraceContaining("The impostor was asked.");
  }

  private static void offer(Path folder) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(
        services.resolve("jakarta.validation.spi.ValidationProvider"), Impostor.class.getName());
  }

  /** What a new JVM runs. */
  static final class Boot {
    public static void main(String[] arguments) {
      if (arguments.length == 0) {
        Started.rulesFor(Ruled.class).check(BROKEN);
      } else {
        Validation.byProvider(HibernateValidator.class).configure();
      }
    }
  }

  @Test
  void bootsWithoutAnExpressionLanguageAndPrintsNothing() throws Exception {
    assertThat(printedByNewJvm()).isEmpty();
  }

  @Test
  void controlPlainValidatorGreets() throws Exception {
    assertThat(printedByNewJvm("plain")).contains("HV000001");
  }

  private static String printedByNewJvm(String... arguments) throws Exception {
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("expressly") && !entry.contains("el-api"))
            .collect(Collectors.joining(File.pathSeparator));
    ProcessBuilder jvm =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classPath,
            Boot.class.getName());
    jvm.command().addAll(List.of(arguments));
    jvm.environment().remove("JAVA_TOOL_OPTIONS"); // which a JVM greets with as well
    Process process = jvm.redirectErrorStream(true).start();
    try (InputStream output = process.getInputStream()) {
      String printed = new String(output.readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as(printed).isZero();
      return printed;
    }
  }

  private static Validator plainValidator() {
    return Validation.byDefaultProvider().configure().buildValidatorFactory().getValidator();
  }

  /** Runs as if a jar with the files of a folder came first on the class path. */
  private static <T> T withClassPath(Path folder, Supplier<T> action) throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader first = new Before(folder, before)) {
      thread.setContextClassLoader(first);
      return action.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static final class Before extends URLClassLoader {
    Before(Path folder, ClassLoader rest) throws IOException {
      super(new URL[] {folder.toUri().toURL()}, rest);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return findResource(name) == null ? super.getResources(name) : findResources(name);
    }
  }
}
