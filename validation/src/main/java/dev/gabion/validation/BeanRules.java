package dev.gabion.validation;

import dev.gabion.core.Environment;
import dev.gabion.core.Rules;
import dev.gabion.core.StartFailed;
import dev.gabion.core.Violation;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ValidationException;
import jakarta.validation.Validator;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Rules that stand as Jakarta Validation annotations on the input type itself.
 *
 * <p>Hibernate Validator boots in {@link #start} and learns a type in {@link #prepare}; a type that
 * has no rule, or one that would never run, fails the start. Only the default group is checked. No
 * expression, script or XML file has a say, and no message is ever made.
 *
 * <p>A {@link Violation} names the rule by its annotation, {@code @NotNull} as {@code not-null}; a
 * composed constraint by the parts that are broken, unless it is a
 * {@code @ReportAsSingleViolation}. The path of a rule on a whole class is the place of that
 * object, so {@code ""} on the input itself; whatever a map holds is at {@code [*]}. A rule that a
 * place breaks several times is named once.
 *
 * <p>What is behind a type that says nothing, such as {@code Object} or an interface that is not
 * sealed, cannot be looked into before it comes. A validator that names a property of its own
 * accord must not name it after a value.
 *
 * @see <a href="https://jakarta.ee/specifications/bean-validation/3.1/">Jakarta Validation 3.1</a>
 */
public final class BeanRules implements Rules<Object> {
  /** As many violations as help a person; a sender gets no longer list than that. */
  private static final int MOST = 20;

  private static final Comparator<Violation> ORDER =
      Comparator.comparing(Violation::path).thenComparing(Violation::rule);

  private final Set<Class<?>> prepared = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Validator validator;

  private BeanRules() {}

  /** The rules that an input's type and the types it consists of declare. */
  public static BeanRules create() {
    return new BeanRules();
  }

  @Override
  public String describe() {
    return "Jakarta Validation constraints of the input type";
  }

  /** Boots the validator. */
  @Override
  public void start(Environment environment) {
    validator = Engine.boot();
  }

  /**
   * Readies the rules of {@code type} and of everything that it is declared to consist of.
   *
   * @throws StartFailed if there is no rule at all, if a rule would never run (its place is not
   *     {@code @Valid}, or it stands on a method that is no getter), or if it does not fit its
   *     place
   * @throws IllegalStateException before {@link #start}
   */
  @Override
  public void prepare(Class<?> type) {
    Validator booted = validator;
    if (booted == null) {
      throw new IllegalStateException(
          "BeanRules has not been started: register it with the handler, or call start() first.");
    }
    try {
      new Coverage(booted).demand(type);
    } catch (ValidationException | IllegalArgumentException malformed) {
      throw new StartFailed("The rules of " + type.getName() + " are wrong: " + malformed);
    }
    prepared.add(type);
  }

  /**
   * Names the first 20 broken rules, by path and then by rule.
   *
   * @throws IllegalStateException if the input's type was not prepared
   * @throws ValidationException if a rule itself fails
   */
  @Override
  public List<Violation> check(Object input) {
    Validator booted = validator;
    if (booted == null || prepared.stream().noneMatch(type -> type.isInstance(input))) {
      throw new IllegalStateException(
          "BeanRules does not know "
              + input.getClass().getName()
              + ": register the rules with the handler, or call start() and prepare() first.");
    }
    TreeSet<Violation> first = new TreeSet<>(ORDER);
    for (ConstraintViolation<Object> broken : booted.validate(input)) {
      String numbered = broken.getMessage();
      String rule = numbered.substring(0, numbered.indexOf(Engine.NUMBER));
      first.add(new Violation(Place.of(broken), rule));
      if (first.size() > MOST) {
        first.pollLast();
      }
    }
    return List.copyOf(first);
  }
}
