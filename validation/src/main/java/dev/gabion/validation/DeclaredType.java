package dev.gabion.validation;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A declared type with its variables filled in, as far as the declarations tell.
 *
 * @param raw the class
 * @param arguments its type arguments, or the component of an array
 */
record DeclaredType(Class<?> raw, List<DeclaredType> arguments) {

  static DeclaredType of(Class<?> type) {
    return of(type, Map.of());
  }

  /** Whether this is a type of somebody's own, whose fields may carry rules. */
  boolean isBean() {
    return !raw.isPrimitive()
        && !raw.isArray()
        && !raw.isEnum()
        && !raw.getPackageName().startsWith("java.");
  }

  /** What a container holds, in the order of its type parameters; what a bean holds is a field. */
  List<DeclaredType> elements() {
    if (raw.isEnum() || raw == Enum.class) {
      return List.of(); // its type argument is itself
    }
    boolean container =
        !isBean() || Iterable.class.isAssignableFrom(raw) || Map.class.isAssignableFrom(raw);
    if (!container) {
      return List.of();
    }
    Type parent = raw.getGenericSuperclass();
    return arguments.isEmpty() && parent != null ? of(parent, Map.of()).elements() : arguments;
  }

  /** The types at the fields of a bean, inherited ones included, by the fields' names. */
  Stream<Map.Entry<String, DeclaredType>> fields() {
    if (!isBean()) {
      return Stream.of();
    }
    Map<TypeVariable<?>, DeclaredType> known = variables();
    Stream<Map.Entry<String, DeclaredType>> own =
        Stream.of(raw.getDeclaredFields())
            .filter(field -> !Modifier.isStatic(field.getModifiers()))
            .map(field -> Map.entry(field.getName(), of(field.getGenericType(), known)));
    Type parent = raw.getGenericSuperclass();
    return parent == null ? own : Stream.concat(own, of(parent, known).fields());
  }

  /** The types that may stand in for a sealed one. */
  Stream<DeclaredType> subtypes() {
    return raw.isSealed()
        ? Stream.of(raw.getPermittedSubclasses()).map(DeclaredType::of)
        : Stream.of();
  }

  private Map<TypeVariable<?>, DeclaredType> variables() {
    Map<TypeVariable<?>, DeclaredType> known = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      known.put(raw.getTypeParameters()[i], arguments.get(i));
    }
    return known;
  }

  private static DeclaredType of(Type type, Map<TypeVariable<?>, DeclaredType> known) {
    if (type instanceof Class<?> plain) {
      return new DeclaredType(
          plain, plain.isArray() ? List.of(of(plain.getComponentType(), known)) : List.of());
    }
    if (type instanceof ParameterizedType generic) {
      return new DeclaredType(
          erased(generic),
          Stream.of(generic.getActualTypeArguments()).map(each -> of(each, known)).toList());
    }
    if (type instanceof GenericArrayType array) {
      DeclaredType component = of(array.getGenericComponentType(), known);
      return new DeclaredType(component.raw.arrayType(), List.of(component));
    }
    if (type instanceof WildcardType wildcard) {
      return of(wildcard.getUpperBounds()[0], known);
    }
    DeclaredType filled = known.get(type);
    return filled == null ? new DeclaredType(erased(type), List.of()) : filled;
  }

  /** The class alone: a bound may speak of its own variable, as {@code T extends Comparable<T>}. */
  private static Class<?> erased(Type type) {
    if (type instanceof ParameterizedType generic) {
      return (Class<?>) generic.getRawType();
    }
    if (type instanceof TypeVariable<?> variable) {
      return erased(variable.getBounds()[0]);
    }
    return (Class<?>) type;
  }
}
