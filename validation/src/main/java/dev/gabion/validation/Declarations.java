package dev.gabion.validation;

import dev.gabion.core.StartFailed;
import jakarta.validation.ConstraintDeclarationException;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.metadata.BeanDescriptor;
import jakarta.validation.metadata.ConstraintDescriptor;
import jakarta.validation.metadata.ContainerDescriptor;
import jakarta.validation.metadata.ContainerElementTypeDescriptor;
import jakarta.validation.metadata.ElementDescriptor;
import jakarta.validation.metadata.PropertyDescriptor;
import java.lang.annotation.Annotation;

/**
 * Looks at how this room's own constraints are declared. Hibernate Validator would look at those
 * within a container only when the first message has an element there.
 */
final class Declarations {
  private Declarations() {}

  /**
   * Makes sure that each of our constraints stands at text, and that its attributes make sense.
   *
   * @throws StartFailed naming the place and what is wrong
   */
  static void check(BeanDescriptor bean) {
    for (PropertyDescriptor property : bean.getConstrainedProperties()) {
      String place = bean.getElementClass().getName() + "." + property.getPropertyName();
      checkRules(place, property);
      checkElements(place, property);
    }
  }

  private static void checkElements(String place, ContainerDescriptor container) {
    for (ContainerElementTypeDescriptor element : container.getConstrainedContainerElementTypes()) {
      checkRules(place + " within " + element.getContainerClass().getSimpleName(), element);
      checkElements(place, element);
    }
  }

  private static void checkRules(String place, ElementDescriptor element) {
    for (ConstraintDescriptor<?> rule : element.getConstraintDescriptors()) {
      check(place, element.getElementClass(), rule);
    }
  }

  private static void check(String place, Class<?> type, ConstraintDescriptor<?> constraint) {
    for (Class<?> validator : constraint.getConstraintValidatorClasses()) {
      if (Rule.class.isAssignableFrom(validator)) {
        String name = constraint.getAnnotation().annotationType().getSimpleName();
        if (!CharSequence.class.isAssignableFrom(type)) {
          throw new StartFailed(
              "@" + name + " of " + place + " is a rule of text: put it at a String.");
        }
        tryOut(place, name, validator, constraint.getAnnotation());
      }
    }
    for (ConstraintDescriptor<?> part : constraint.getComposingConstraints()) {
      check(place, type, part);
    }
  }

  @SuppressWarnings("unchecked") // a constraint's validator takes its annotation
  private static void tryOut(String place, String name, Class<?> validator, Annotation rule) {
    try {
      ((ConstraintValidator<Annotation, ?>) validator.getDeclaredConstructor().newInstance())
          .initialize(rule);
    } catch (ConstraintDeclarationException wrong) {
      throw new StartFailed("@" + name + " of " + place + " is wrong: " + wrong.getMessage());
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
