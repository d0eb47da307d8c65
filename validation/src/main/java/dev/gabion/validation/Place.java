package dev.gabion.validation;

import static java.util.stream.Collectors.toUnmodifiableSet;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import java.lang.reflect.RecordComponent;
import java.util.Set;
import java.util.stream.Stream;

/** Where in an input a rule is broken, without anything that the sender chose. */
final class Place {
  private static final ClassValue<Set<String>> COMPONENTS =
      new ClassValue<>() {
        @Override
        protected Set<String> computeValue(Class<?> type) {
          return type.isRecord()
              ? Stream.of(type.getRecordComponents())
                  .map(RecordComponent::getName)
                  .collect(toUnmodifiableSet())
              : Set.of();
        }
      };

  private Place() {}

  static String of(ConstraintViolation<?> broken) {
    StringBuilder place = new StringBuilder();
    String property = "";
    int start = 0;
    for (Path.Node node : broken.getPropertyPath()) {
      if (node.isInIterable()) {
        Integer index = node.getIndex();
        place.append('[').append(index == null ? "*" : index).append(']');
      }
      switch (node.getKind()) {
        case PROPERTY -> {
          place.append(place.isEmpty() ? "" : ".");
          property = node.getName();
          start = place.length();
          place.append(property);
        }
        case BEAN -> property = "";
        default -> {}
      }
    }
    String component = component(broken.getLeafBean(), property);
    return place.replace(start, start + property.length(), component).toString();
  }

  /**
   * The component that a property is. Hibernate Validator takes one such as {@code isGift} twice:
   * as the field of that name, and as the getter of a property {@code gift} that no sender knows.
   */
  private static String component(Object bean, String property) {
    Set<String> components = COMPONENTS.get(bean.getClass());
    return components.contains(property)
        ? property
        : Stream.of("is", "has", "get")
            .map(getter -> getter + capitalized(property))
            .filter(components::contains)
            .findFirst()
            .orElse(property);
  }

  private static String capitalized(String property) {
    return property.isEmpty()
        ? property
        : Character.toUpperCase(property.charAt(0)) + property.substring(1);
  }
}
