package dev.gabion.validation;

import static java.util.stream.Collectors.toSet;

import dev.gabion.core.StartFailed;
import jakarta.validation.Constraint;
import jakarta.validation.Validator;
import jakarta.validation.groups.Default;
import jakarta.validation.metadata.BeanDescriptor;
import jakarta.validation.metadata.CascadableDescriptor;
import jakarta.validation.metadata.ConstraintDescriptor;
import jakarta.validation.metadata.ConstructorDescriptor;
import jakarta.validation.metadata.ContainerDescriptor;
import jakarta.validation.metadata.ContainerElementTypeDescriptor;
import jakarta.validation.metadata.ElementDescriptor;
import jakarta.validation.metadata.MethodDescriptor;
import jakarta.validation.metadata.MethodType;
import jakarta.validation.metadata.PropertyDescriptor;
import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.hibernate.validator.constraints.ScriptAssert;
import org.jspecify.annotations.Nullable;

/**
 * Follows an input type through all that it is declared to consist of, and refuses rules that look
 * as if they held and would never run.
 */
final class Coverage {
  private final Validator validator;
  private final Set<DeclaredType> covered = new HashSet<>();
  private boolean ruled;

  Coverage(Validator validator) {
    this.validator = validator;
  }

  /**
   * Makes sure that {@code input} has rules, and that every rule in its reach runs.
   *
   * @throws StartFailed naming the place and what to do
   */
  void demand(Class<?> input) {
    cover(DeclaredType.of(input));
    if (!ruled) {
      throw new StartFailed(
          input.getName()
              + " declares no rule: annotate it with constraints, or use"
              + " Rules.insecureAnyInput(reason).");
    }
  }

  /** Follows what is validated: a type, then whatever stands at its places. */
  private void cover(DeclaredType shape) {
    if (!shape.isBean() || !covered.add(shape)) {
      return;
    }
    BeanDescriptor bean = validator.getConstraintsForClass(shape.raw());
    ruled |= isRuled(bean);
    refuseScripts(bean);
    refuseRulesOfMethods(bean);
    refuseRulesOfParameters(bean, shape.raw());
    refuseOtherGroups(bean);
    Declarations.check(bean);
    tryOut(bean);
    shape
        .fields()
        .forEach(
            field ->
                follow(
                    shape.raw().getName() + "." + field.getKey(),
                    field.getValue(),
                    bean.getConstraintsForProperty(field.getKey()),
                    Set.of()));
    shape.subtypes().forEach(this::cover);
  }

  /**
   * Goes on at one place: where it is valid, into it; where not, nothing may have rules.
   *
   * @param around the containers that this place is an element of: one may contain its own kind
   */
  private <D extends CascadableDescriptor & ContainerDescriptor> void follow(
      String place, DeclaredType shape, @Nullable D rules, Set<DeclaredType> around) {
    if (around.contains(shape)) {
      return;
    }
    if (rules != null && rules.isCascaded()) {
      cover(shape);
    } else if (shape.isBean()) {
      findRuled(shape, new HashSet<>())
          .ifPresent(
              type -> {
                throw new StartFailed(
                    place
                        + " leads to the rules of "
                        + type.getName()
                        + ", which would not run: put @Valid before the type, within a container"
                        + " as in List<@Valid Line>.");
              });
    }
    List<DeclaredType> elements = shape.elements();
    Set<DeclaredType> within = new HashSet<>(around);
    within.add(shape);
    for (int i = 0; i < elements.size(); i++) {
      follow(place, elements.get(i), rules == null ? null : element(rules, i), within);
    }
  }

  /** What is declared about one type argument, or about the component of an array. */
  private static @Nullable ContainerElementTypeDescriptor element(
      ContainerDescriptor container, int argument) {
    for (ContainerElementTypeDescriptor element : container.getConstrainedContainerElementTypes()) {
      Integer index = element.getTypeArgumentIndex();
      if (index == null || index == argument) {
        return element;
      }
    }
    return null;
  }

  /** The first type with rules of its own that stands in the place of, or within, a shape. */
  private Optional<Class<?>> findRuled(DeclaredType shape, Set<DeclaredType> seen) {
    if (!seen.add(shape)) {
      return Optional.empty();
    }
    if (shape.isBean() && isRuled(validator.getConstraintsForClass(shape.raw()))) {
      return Optional.of(shape.raw());
    }
    return Stream.of(
            shape.fields().map(field -> field.getValue()),
            shape.subtypes(),
            shape.elements().stream())
        .flatMap(within -> within)
        .flatMap(within -> findRuled(within, seen).stream())
        .findFirst();
  }

  private static boolean isRuled(BeanDescriptor bean) {
    return own(bean).findAny().isPresent()
        || bean.getConstrainedProperties().stream()
            .anyMatch(property -> rules(property).findAny().isPresent());
  }

  /** The rules of a place and of the elements in it. */
  private static <D extends ElementDescriptor & ContainerDescriptor> Stream<Annotation> rules(
      D place) {
    return Stream.concat(
        own(place), place.getConstrainedContainerElementTypes().stream().flatMap(Coverage::rules));
  }

  private static Stream<Annotation> own(ElementDescriptor place) {
    return place
        .findConstraints()
        .unorderedAndMatchingGroups(Default.class)
        .getConstraintDescriptors()
        .stream()
        .map(ConstraintDescriptor::getAnnotation);
  }

  private static void refuseScripts(BeanDescriptor bean) {
    if (own(bean).anyMatch(ScriptAssert.class::isInstance)) {
      throw new StartFailed(
          bean.getElementClass().getName()
              + " has a @ScriptAssert, and scripts are not evaluated: write a constraint in Java.");
    }
  }

  /**
   * Refuses a rule on a method that nobody reads while validating: {@code ordered()} for {@code
   * isOrdered()}, an overridden accessor, a constraint that may stand on methods but not on fields.
   */
  private static void refuseRulesOfMethods(BeanDescriptor bean) {
    for (MethodDescriptor method : bean.getConstrainedMethods(MethodType.NON_GETTER)) {
      PropertyDescriptor read = bean.getConstraintsForProperty(method.getName());
      Set<Annotation> running = read == null ? Set.of() : rules(read).collect(toSet());
      rules(method.getReturnValueDescriptor())
          .filter(rule -> !running.contains(rule))
          .findFirst()
          .ifPresent(
              rule -> {
                throw new StartFailed(
                    bean.getElementClass().getName()
                        + "."
                        + method.getName()
                        + "() has a rule that would not run, @"
                        + rule.annotationType().getSimpleName()
                        + ": put it on a field, on a component (the constraint must allow fields),"
                        + " or on a getter such as isOrdered().");
              });
    }
  }

  /**
   * Refuses a rule on a parameter, of a setter or of a creator: only values that an object holds
   * are checked. The parameters of a record's canonical constructor merely repeat its components.
   */
  private static void refuseRulesOfParameters(BeanDescriptor bean, Class<?> type) {
    boolean parameters =
        bean.getConstrainedMethods(MethodType.NON_GETTER, MethodType.GETTER).stream()
                .anyMatch(MethodDescriptor::hasConstrainedParameters)
            || bean.getConstrainedConstructors().stream()
                .anyMatch(constructor -> !isCanonical(constructor, type))
            || Stream.of(type.getDeclaredMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()))
                .flatMap(method -> Stream.of(method.getParameters()))
                .flatMap(parameter -> Stream.of(parameter.getAnnotations()))
                .anyMatch(rule -> rule.annotationType().isAnnotationPresent(Constraint.class));
    if (parameters) {
      throw new StartFailed(
          type.getName()
              + " has a rule on a parameter of a method or constructor, which would not run: put it"
              + " on the field or record component.");
    }
  }

  private static boolean isCanonical(ConstructorDescriptor constructor, Class<?> type) {
    if (!type.isRecord()) {
      return false;
    }
    List<Class<?>> components =
        Stream.of(type.getRecordComponents()).<Class<?>>map(RecordComponent::getType).toList();
    List<Class<?>> parameters =
        constructor.getParameterDescriptors().stream()
            .<Class<?>>map(ElementDescriptor::getElementClass)
            .toList();
    return components.equals(parameters);
  }

  /** Refuses what only another group than the default one would check, or that leads to one. */
  private static void refuseOtherGroups(BeanDescriptor bean) {
    boolean others = hasOtherGroups(bean);
    for (PropertyDescriptor property : bean.getConstrainedProperties()) {
      others |= leadsToOtherGroups(property);
    }
    if (others) {
      throw new StartFailed(
          bean.getElementClass().getName()
              + " has a rule of another group than the default one, or a @ConvertGroup: only the"
              + " default group is checked, so it would not run. Take the group away.");
    }
  }

  private static <D extends ElementDescriptor & CascadableDescriptor & ContainerDescriptor>
      boolean leadsToOtherGroups(D place) {
    return hasOtherGroups(place)
        || !place.getGroupConversions().isEmpty()
        || place.getConstrainedContainerElementTypes().stream()
            .anyMatch(Coverage::leadsToOtherGroups);
  }

  private static boolean hasOtherGroups(ElementDescriptor place) {
    return place.getConstraintDescriptors().size() != own(place).count();
  }

  /** Runs each rule of a property once, on nothing: one that does not fit its place throws. */
  private void tryOut(BeanDescriptor bean) {
    for (PropertyDescriptor property : bean.getConstrainedProperties()) {
      validator.validateValue(
          bean.getElementClass(), property.getPropertyName(), nothing(property.getElementClass()));
    }
  }

  private static @Nullable Object nothing(Class<?> type) {
    return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : null;
  }
}
