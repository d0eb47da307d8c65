package dev.gabion.core;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What can be set in a type, by name: how a text parameter is to be read for it.
 *
 * <p>Parameters in a path or query have no type of their own. This says which JSON they stand for.
 */
public final class FieldKinds {
  /** How a text stands for a value. */
  public enum Kind {
    /** As it is. */
    TEXT,
    /** As a JSON number or one of the words {@code true} and {@code false}. */
    LITERAL,
    /** As one element of several that are texts. */
    TEXTS,
    /** As one element of several that are numbers or truth values. */
    LITERALS
  }

  private final Map<String, Kind> kinds;

  private FieldKinds(Map<String, Kind> kinds) {
    this.kinds = kinds;
  }

  static FieldKinds of(ObjectMapper mapper, Class<?> type) {
    Map<String, Kind> kinds = new TreeMap<>();
    for (BeanPropertyDefinition property :
        mapper.getDeserializationConfig().introspect(mapper.constructType(type)).findProperties()) {
      if (property.couldDeserialize()) {
        JavaType declared = property.getPrimaryType();
        boolean several = declared.isCollectionLikeType() || declared.isArrayType();
        boolean literal = isLiteral(several ? declared.getContentType() : declared);
        kinds.put(
            property.getName(),
            several ? (literal ? Kind.LITERALS : Kind.TEXTS) : literal ? Kind.LITERAL : Kind.TEXT);
      }
    }
    return new FieldKinds(kinds);
  }

  private static boolean isLiteral(JavaType type) {
    Class<?> raw = type.getRawClass();
    return (raw.isPrimitive() && raw != char.class)
        || Number.class.isAssignableFrom(raw)
        || raw == Boolean.class;
  }

  /** How the parameter {@code name} is read, or null if there is no such thing to set. */
  public @Nullable Kind kind(String name) {
    return kinds.get(name);
  }
}
