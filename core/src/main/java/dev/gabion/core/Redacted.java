package dev.gabion.core;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as their {@code toString} does, but for what is {@link Sensitive} in them and in
 * the records that they hold.
 *
 * <pre>{@code
 * record Card(String holder, @Sensitive(LAST_FOUR) String number) {
 *   @Override
 *   public String toString() {
 *     return Redacted.text(this);
 *   }
 * }
 * }</pre>
 *
 * <p>Records in lists, maps and their entries, arrays, {@link Optional}s and {@link
 * AtomicReference}s are looked into. What is no record is written as its own {@code toString} says.
 */
public final class Redacted {
  private static final String MASK = "****";
  private static final int DEPTH = 8;
  private static final int ELEMENTS = 100;

  private static final ClassValue<List<Component>> COMPONENTS =
      new ClassValue<>() {
        @Override
        protected List<Component> computeValue(Class<?> type) {
          return Arrays.stream(type.getRecordComponents()).map(Component::of).toList();
        }
      };

  private final UnaryOperator<String> pseudonym;

  private Redacted(UnaryOperator<String> pseudonym) {
    this.pseudonym = pseudonym;
  }

  private record Component(RecordComponent of, Sensitive.@Nullable As as, boolean readable) {
    static Component of(RecordComponent component) {
      Sensitive sensitive = component.getAnnotation(Sensitive.class);
      boolean readable = component.getAccessor().trySetAccessible();
      return new Component(component, sensitive == null ? null : sensitive.value(), readable);
    }

    @Nullable Object read(Record value) {
      if (!readable) {
        return MASK;
      }
      try {
        return of.getAccessor().invoke(value);
      } catch (ReflectiveOperationException failed) {
        return MASK; // an accessor of the user's own; what it throws may say the value
      }
    }
  }

  /** A record without what is sensitive; without a key, so that pseudonyms are masks. */
  public static String text(Record value) {
    return text(value, text -> MASK);
  }

  /** The same with a way to make pseudonyms, for {@link Sensitive.As#HMAC}. */
  public static String text(Record value, UnaryOperator<String> pseudonym) {
    return new Redacted(pseudonym).record(value, DEPTH);
  }

  /** What is written instead of one text; nothing for {@link Sensitive.As#DROP}. */
  public static String text(String value, Sensitive.As as, UnaryOperator<String> pseudonym) {
    return switch (as) {
      case MASK -> MASK;
      case LAST_FOUR -> lastFour(value);
      case HMAC -> pseudonym.apply(value);
      case DROP -> "";
    };
  }

  private static String lastFour(String value) {
    int length = value.codePointCount(0, value.length());
    return length < 8 ? MASK : MASK + value.substring(value.offsetByCodePoints(0, length - 4));
  }

  private String record(Record value, int depth) {
    StringJoiner parts = new StringJoiner(", ", value.getClass().getSimpleName() + "[", "]");
    for (Component component : COMPONENTS.get(value.getClass())) {
      if (component.as != Sensitive.As.DROP) {
        parts.add(component.of.getName() + "=" + part(component, value, depth - 1));
      }
    }
    return parts.toString();
  }

  private String part(Component component, Record of, int depth) {
    Sensitive.As as = component.as;
    if (as == Sensitive.As.MASK) {
      return MASK;
    }
    Object value = component.read(of);
    return as == null || value == null ? any(value, depth) : text(any(value, depth), as, pseudonym);
  }

  private String any(@Nullable Object value, int depth) {
    if (depth == 0) {
      return "…";
    }
    if (value instanceof Record inner) {
      return record(inner, depth);
    }
    if (value instanceof Optional<?> maybe) {
      return maybe.map(inner -> any(inner, depth)).orElse("none");
    }
    if (value instanceof AtomicReference<?> reference) {
      return any(reference.get(), depth);
    }
    if (value instanceof Map.Entry<?, ?> entry) {
      return any(entry.getKey(), depth - 1) + "=" + any(entry.getValue(), depth - 1);
    }
    if (value instanceof Object[] array) {
      return several(Arrays.asList(array), depth);
    }
    if (value instanceof Map<?, ?> map) {
      StringJoiner parts = new StringJoiner(", ", "{", "}");
      map.entrySet().stream().limit(ELEMENTS).forEach(entry -> parts.add(any(entry, depth)));
      return parts.toString();
    }
    return value instanceof Iterable<?> list ? several(list, depth) : String.valueOf(value);
  }

  private String several(Iterable<?> values, int depth) {
    StringJoiner parts = new StringJoiner(", ", "[", "]");
    int count = 0;
    for (Object value : values) {
      if (count++ == ELEMENTS) {
        parts.add("…");
        break;
      }
      parts.add(any(value, depth - 1));
    }
    return parts.toString();
  }
}
