package dev.gabion.examples.house.seeded.core;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.util.Optional;
import java.util.ServiceLoader;

/** Uses what no room uses, and names things as no room does. */
final class Careless {
  private final ThreadLocal<String> option = new ThreadLocal<>();

  int getSize() {
    return option.get().length();
  }

  @SuppressWarnings("OptionalUsedAsFieldOrParameterType")
  static String named(Optional<String> name) {
    return name.orElse("");
  }

  static Object read(InputStream in) throws IOException, ClassNotFoundException {
    try (ObjectInputStream objects = new ObjectInputStream(in)) {
      return objects.readObject();
    }
  }

  static ServiceLoader<Runnable> plugins() {
    return ServiceLoader.load(Runnable.class);
  }
}
