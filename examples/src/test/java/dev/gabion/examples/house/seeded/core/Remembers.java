package dev.gabion.examples.house.seeded.core;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Remembers one invocation while it serves the next. */
final class Remembers {
  static final Map<String, String> CACHE = new HashMap<>();
  static final Number LAST = new AtomicLong();
  static final byte[] BUFFER = new byte[16];
  static int calls;

  private Remembers() {}
}
