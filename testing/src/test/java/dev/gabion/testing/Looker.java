package dev.gabion.testing;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Says everything that objects say of themselves: follows the fields of Gabion's objects, and has
 * each print itself, and written by Jackson with and without its fields.
 */
final class Looker {
  private static final ObjectMapper PROPERTIES =
      JsonMapper.builder().disable(SerializationFeature.FAIL_ON_EMPTY_BEANS).build();

  private static final ObjectMapper FIELDS =
      JsonMapper.builder()
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
          .build();

  private final Consumer<String> told;
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Object> open = new ArrayDeque<>();

  private Looker(Consumer<String> told) {
    this.told = told;
  }

  /** How many objects of Gabion's were found. */
  static int look(Consumer<String> told, @Nullable Object... roots) {
    Looker looker = new Looker(told);
    for (Object root : roots) {
      looker.meet(root);
    }
    int count = 0;
    while (!looker.open.isEmpty()) {
      Object next = looker.open.remove();
      if (next.getClass().getName().startsWith("dev.gabion.")) {
        looker.tell(next);
        looker.follow(next);
        count++;
      }
    }
    return count;
  }

  private void meet(@Nullable Object object) {
    if (object == null || !seen.add(object)) {
      return;
    }
    if (object instanceof Map<?, ?> map) {
      map.keySet().forEach(this::meet);
      map.values().forEach(this::meet);
    } else if (object instanceof Collection<?> some) {
      some.forEach(this::meet);
    } else if (object instanceof Optional<?> maybe) {
      maybe.ifPresent(this::meet);
    } else if (object instanceof Object[] some) {
      for (int i = 0; i < Array.getLength(some); i++) {
        meet(some[i]);
      }
    } else {
      open.add(object);
    }
  }

  private void follow(Object object) {
    for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!field.getType().isPrimitive() && !Modifier.isStatic(field.getModifiers())) {
          try {
            field.setAccessible(true);
            meet(field.get(object));
          } catch (ReflectiveOperationException | RuntimeException closed) {
            // The JDK's own: not Gabion's to answer for.
          }
        }
      }
    }
  }

  private void tell(Object object) {
    told.accept(object.getClass().getName() + " " + object);
    for (ObjectMapper mapper : new ObjectMapper[] {PROPERTIES, FIELDS}) {
      try {
        told.accept(mapper.writeValueAsString(object));
      } catch (JsonProcessingException refused) {
        told.accept(String.valueOf(refused.getMessage()));
      } catch (StackOverflowError circle) {
        told.accept("a circle");
      }
    }
  }
}
