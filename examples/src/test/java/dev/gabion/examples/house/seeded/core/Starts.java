package dev.gabion.examples.house.seeded.core;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Starts threads when it is loaded: one itself, others two calls away. */
final class Starts {
  static final ExecutorService POOL = pool();

  static {
    new Thread(() -> {}).start();
  }

  private Starts() {}

  private static ExecutorService pool() {
    return made();
  }

  private static ExecutorService made() {
    return Executors.newCachedThreadPool();
  }
}
