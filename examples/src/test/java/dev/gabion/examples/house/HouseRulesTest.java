package dev.gabion.examples.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every rule holds in the real house and finds what is wrong in the seeded one. */
class HouseRulesTest {
  private static final JavaClasses REAL = House.REAL.classes();
  private static final JavaClasses SEEDED = House.SEEDED.classes();

  /** The rules by name, and what each must say of the seeded house. */
  private static final Map<String, List<String>> SEEDS = seeds();

  private static Map<String, List<String>> seeds() {
    Map<String, List<String>> seeds = new LinkedHashMap<>();
    seeds.put(
        "dependencies", List.of("core.Reaches", "core.Borrows", "events.Door", "logging.Unmarked"));
    seeds.put("flat", List.of("core.internal.Hidden", "helpers.Strings"));
    seeds.put("nullMarked", List.of("logging.Unmarked"));
    seeds.put(
        "reserved",
        List.of(
            "System.out",
            "System.err",
            "System.getenv()",
            "System.getenv(java.lang.String)",
            "System.exit",
            "Runtime.halt",
            "printStackTrace"));
    seeds.put("noThreadAtClassLoad", List.of("Thread.start()", "newCachedThreadPool()"));
    seeds.put(
        "noStaticState",
        List.of("Remembers.calls", "Remembers.BUFFER", "HashMap.<init>", "AtomicLong.<init>"));
    seeds.put("noLambdaForSecurity", List.of("core.Authenticator", "core.Rules"));
    seeds.put("shunned", List.of("ThreadLocal", "ServiceLoader", "ObjectInputStream"));
    seeds.put("style", List.of("getSize()", "takes an Optional"));
    return seeds;
  }

  private static Map<String, List<ArchRule>> rules(House house) {
    HouseRules rules = new HouseRules(house);
    Map<String, List<ArchRule>> named = new LinkedHashMap<>();
    named.put("dependencies", rules.dependencies());
    named.put("flat", List.of(rules.flat()));
    named.put("nullMarked", List.of(rules.nullMarked()));
    named.put("reserved", List.of(rules.reserved()));
    named.put("noThreadAtClassLoad", List.of(rules.noThreadAtClassLoad()));
    named.put("noStaticState", List.of(rules.noStaticState()));
    named.put("noLambdaForSecurity", List.of(rules.noLambdaForSecurity()));
    named.put("shunned", List.of(rules.shunned()));
    named.put("style", List.of(rules.style()));
    return named;
  }

  private static String broken(List<ArchRule> rules, JavaClasses classes) {
    return rules.stream()
        .flatMap(rule -> rule.evaluate(classes).getFailureReport().getDetails().stream())
        .collect(Collectors.joining("\n"));
  }

  @Test
  void everyRuleHoldsInEveryRoom() {
    assertThat(REAL.stream().map(JavaClass::getPackageName).distinct())
        .as("rooms looked at")
        .contains("dev.gabion.core", "dev.gabion.testing", "dev.gabion.examples.orders");
    Map<String, String> broken = new LinkedHashMap<>();
    rules(House.REAL).forEach((name, rule) -> broken.put(name, broken(rule, REAL)));
    broken.values().removeIf(String::isEmpty);
    assertThat(broken).isEmpty();
  }

  @Test
  void everyFieldThatMayHoldStateIsThere() {
    assertThat(REAL.stream().flatMap(type -> type.getFields().stream()))
        .extracting(field -> House.REAL.name(field.getOwner()) + "." + field.getName())
        .containsAll(HouseRules.STATE.keySet());
  }

  @Test
  void everyRuleFindsWhatIsWrong() {
    int caught = 0;
    Map<String, List<ArchRule>> rules = rules(House.SEEDED);
    assertThat(SEEDS.keySet()).isEqualTo(rules.keySet());
    for (Map.Entry<String, List<ArchRule>> rule : rules.entrySet()) {
      String broken = broken(rule.getValue(), SEEDED);
      for (String seed : Objects.requireNonNull(SEEDS.get(rule.getKey()))) {
        assertThat(broken).as(rule.getKey()).contains(seed);
        caught++;
      }
    }
    long seeded = SEEDS.values().stream().mapToLong(List::size).sum();
    System.out.println(caught + " of " + seeded + " seeded violations of class rules caught");
  }

  @Test
  void whatIsPublicIsOnTheList() throws IOException {
    assertThat(publicTypes(House.REAL, REAL))
        .as("public types; the list is src/test/resources/…/house/public-types.txt")
        .isEqualTo(listed());
  }

  @Test
  void aPublicTypeThatIsNotOnTheListIsFound() throws IOException {
    assertThat(publicTypes(House.SEEDED, SEEDED)).contains("core.Leaked");
    assertThat(listed()).doesNotContain("core.Leaked");
  }

  private static Set<String> listed() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(HouseRulesTest.class.getResourceAsStream("public-types.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> publicTypes(House house, JavaClasses classes) {
    return classes.stream()
        .filter(HouseRulesTest::isPublic)
        .map(house::name)
        .filter(name -> !name.startsWith("examples."))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isPublic(JavaClass type) {
    Optional<JavaClass> around = type.getEnclosingClass();
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && (around.isEmpty() || isPublic(around.get()));
  }

  @Test
  void whatLeavesCarriesNothing() throws ReflectiveOperationException {
    assertThat(carried(make("dev.gabion.core.InvocationFailed", "of", "abc"))).isEmpty();
    assertThat(carried(make("dev.gabion.core.InvocationFailed", "atInit"))).isEmpty();
    assertThat(carried(make("dev.gabion.core.Health$Unhealthy", null))).isEmpty();
  }

  @Test
  void whatCarriesACauseOrAPlaceIsFound() {
    assertThat(carried(new IllegalStateException("a", new IOException("b"))))
        .containsExactly("cause", "stack trace");
  }

  private static List<String> carried(Throwable thrown) {
    List<String> carried = new ArrayList<>();
    if (thrown.getCause() != null) {
      carried.add("cause");
    }
    if (thrown.getStackTrace().length > 0) {
      carried.add("stack trace");
    }
    if (thrown.getSuppressed().length > 0) {
      carried.add("suppressed");
    }
    return carried;
  }

  /** Makes what only core can make: by a factory of its class, or by its constructor. */
  private static Throwable make(String type, @Nullable String factory, String... arguments)
      throws ReflectiveOperationException {
    Class<?> thrown = Class.forName(type);
    if (factory == null) {
      Constructor<?> constructor = thrown.getDeclaredConstructor();
      constructor.setAccessible(true);
      return (Throwable) constructor.newInstance();
    }
    Class<?>[] parameters = new Class<?>[arguments.length];
    Arrays.fill(parameters, String.class);
    Method method = thrown.getDeclaredMethod(factory, parameters);
    method.setAccessible(true);
    return (Throwable) Objects.requireNonNull(method.invoke(null, (Object[]) arguments));
  }
}
