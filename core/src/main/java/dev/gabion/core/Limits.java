package dev.gabion.core;

import java.util.EnumMap;
import java.util.Map;

/**
 * How much of everything is taken in and given out. Each bound is checked before the work that it
 * bounds is done.
 */
public final class Limits {

  /** What is bounded, and by how much unless a handler says otherwise. */
  public enum Bound {
    /** The whole event, in bytes; as large as Lambda's synchronous payload. */
    EVENT_BYTES(6 * 1024 * 1024),
    /**
     * JSON tokens in the whole event but its bodies, which bounds the memory that it takes once
     * read: some tens of megabytes. 10,000 queue messages without attributes of their own fit;
     * large batches of items with many attributes do not, and want a smaller batch or more.
     */
    EVENT_TOKENS(400_000),
    /** One message's body once base64 and gzip are undone, in bytes; many times a usual request. */
    BODY_BYTES(256 * 1024),
    /** Nested JSON objects and arrays; deeper input serves only to exhaust stacks. */
    DEPTH(32),
    /** JSON tokens in one body, which bounds the objects that it can become. */
    TOKENS(20_000),
    /** One JSON string in a body, in UTF-16 units. */
    STRING_CHARS(65_536),
    /** One JSON field name, in UTF-16 units. */
    NAME_CHARS(128),
    /** One JSON number, in digits and signs; holds every long and double however it is written. */
    NUMBER_CHARS(128),
    /** Header lines; API Gateway passes fewer. */
    HEADERS(64),
    /** All header names and values together, in UTF-16 units; as API Gateway takes. */
    HEADER_CHARS(10_240),
    /** Path and query parameters together. */
    PARAMETERS(32),
    /** The raw query string, and likewise all path parameters together, in UTF-16 units. */
    PARAMETER_CHARS(8_192),
    /** One reply's body, in bytes; Lambda's synchronous reply holds it however it is escaped. */
    OUTPUT_BYTES(900 * 1024),
    /**
     * The bytes of all events that one environment works on at once; one alone is always taken. A
     * 64th of the heap, since an event of nothing but small objects takes some 30 times its bytes
     * once it is read: all of them together leave half of the heap to logic.
     */
    BYTES_IN_FLIGHT(shareOfHeap(64)),
    /**
     * Messages whose logic runs on after they were cut off, in one environment; with more, new
     * events are refused until some come back. Each holds a thread and what it was given; half of
     * the threads that Managed Instances have for each processor by default.
     */
    OVERDUE(16),
    /**
     * Milliseconds of each invocation that are kept to record its outcome and to reply. Stops are
     * not begun in them, and what is not back when half of them are gone is cut off. Many times
     * what a line to the function's log takes; a sink that asks another host wants more.
     */
    RECORDING_MILLIS(100);

    private final int byDefault;

    Bound(int byDefault) {
      this.byDefault = byDefault;
    }

    private static int shareOfHeap(int parts) {
      return (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / parts);
    }

    /** The bound unless a handler says otherwise. */
    public int byDefault() {
      return byDefault;
    }
  }

  private static final Limits DEFAULTS = new Limits(new EnumMap<>(Bound.class));

  private final Map<Bound, Integer> others;

  private Limits(Map<Bound, Integer> others) {
    this.others = others;
  }

  /** Every bound at its default. */
  public static Limits defaults() {
    return DEFAULTS;
  }

  /**
   * The same limits but for one bound.
   *
   * @throws IllegalArgumentException if {@code value} is below 1
   */
  public Limits with(Bound bound, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("The limit " + bound + " must be at least 1.");
    }
    Map<Bound, Integer> copy = new EnumMap<>(Bound.class);
    copy.putAll(others);
    copy.put(bound, value);
    return new Limits(copy);
  }

  /** The value of one bound. */
  public int of(Bound bound) {
    return others.getOrDefault(bound, bound.byDefault);
  }
}
