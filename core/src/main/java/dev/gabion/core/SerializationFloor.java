package dev.gabion.core;

import java.io.ObjectInputFilter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Has Java serialization refuse every class: bytes become objects nowhere in the process unless a
 * stream has a filter of its own.
 *
 * <p>A library on the class path that reads objects from bytes turns whoever sends the bytes into
 * the author of what runs. {@link SecureHandler} therefore sets the JDK's process-wide filter (JEP
 * 290, JEP 415), which every {@code ObjectInputStream} starts out with, to one that refuses. Code
 * that reads objects on purpose sets a filter on its own stream, and that takes this one's place;
 * code that cannot is let through by {@link #insecureAllow}. Texts and primitive values that no
 * class describes are still read.
 *
 * <p>Streams that were opened before are outside the floor, and so are libraries that read objects
 * in formats of their own.
 */
public final class SerializationFloor {
  private static final ObjectInputFilter FLOOR = SerializationFloor::check;

  /** What is let through, in loud words; null for nothing. */
  private static volatile @Nullable ObjectInputFilter allowed;

  private static volatile boolean foreignAccepted;

  private SerializationFloor() {}

  /** A class that nobody has on a list: a filter that lets it through lets anything through. */
  private record Anything(Class<?> serialClass) implements ObjectInputFilter.FilterInfo {
    @Override
    public long arrayLength() {
      return -1;
    }

    @Override
    public long depth() {
      return 1;
    }

    @Override
    public long references() {
      return 1;
    }

    @Override
    public long streamBytes() {
      return 1;
    }
  }

  /**
   * Sets the floor unless the process has a filter already; cheap, and the same however often it is
   * called. Never throws, since class initialisers call it: {@link #require} does.
   */
  static void install() {
    try {
      if (ObjectInputFilter.Config.getSerialFilter() == null) {
        ObjectInputFilter.Config.setSerialFilter(FLOOR);
      }
    } catch (IllegalStateException | SecurityException somebodyWasFaster) {
      // whether what they have set is as good, require() finds out
    }
  }

  /**
   * Makes sure that what a stream starts out with refuses a class that nobody has heard of.
   *
   * @throws StartFailed if the process has another filter, which lets it through, and {@link
   *     #insecureForeignFilter} was not called
   */
  static void require() {
    install();
    if (foreignAccepted || refusesAnything()) {
      return;
    }
    throw new StartFailed(
        "The process has a filter for Java serialization that is not Gabion's and lets unknown"
            + " classes through: end the pattern in jdk.serialFilter with !*, remove"
            + " jdk.serialFilterFactory, or say SerializationFloor.insecureForeignFilter(reason)."
            + " Code: serialization-filter.");
  }

  /** Asks as a new stream does; from then on nobody can set another factory of filters. */
  private static boolean refusesAnything() {
    ObjectInputFilter first =
        ObjectInputFilter.Config.getSerialFilterFactory()
            .apply(null, ObjectInputFilter.Config.getSerialFilter());
    return first != null
        && first.checkInput(new Anything(Anything.class)) == ObjectInputFilter.Status.REJECTED;
  }

  /**
   * Lets some classes through in the whole process, for a library that reads objects from bytes and
   * sets no filter of its own. Belongs into a static initialiser of the handler's class.
   *
   * @param pattern the classes, as {@link ObjectInputFilter.Config#createFilter} reads them, such
   *     as {@code com.example.Cart;java.util.ArrayList;maxdepth=5}; what it does not name is
   *     refused
   * @param reason why that is right here; read by reviewers and written to the log
   * @throws IllegalArgumentException if the pattern is none, or there is no reason
   * @throws IllegalStateException if another pattern was given before
   */
  public static synchronized void insecureAllow(String pattern, String reason) {
    Insecure.reason(reason);
    ObjectInputFilter filter = ObjectInputFilter.Config.createFilter(pattern);
    if (filter == null) {
      throw new IllegalArgumentException("The pattern names no class.");
    }
    if (allowed != null && !Objects.equals(String.valueOf(allowed), String.valueOf(filter))) {
      throw new IllegalStateException(
          "What may be deserialized was said before: say it once, in one pattern.");
    }
    allowed = filter;
    OperatorLog.warn(
        Insecure.INSECURE + "objects are read from bytes, " + pattern + " (" + reason + ").");
  }

  /**
   * Accepts that the process has another filter, set by an agent or by {@code jdk.serialFilter},
   * which lets unknown classes through. Belongs into a static initialiser of the handler's class.
   *
   * @param reason why that is right here; read by reviewers and written to the log
   */
  public static synchronized void insecureForeignFilter(String reason) {
    Insecure.reason(reason);
    if (!foreignAccepted && !refusesAnything()) {
      OperatorLog.warn(
          Insecure.INSECURE + "Java serialization lets unknown classes through (" + reason + ").");
    }
    foreignAccepted = true;
  }

  private static ObjectInputFilter.Status check(ObjectInputFilter.FilterInfo info) {
    ObjectInputFilter filter = allowed;
    if (filter == null) {
      return ObjectInputFilter.Status.REJECTED;
    }
    ObjectInputFilter.Status said = filter.checkInput(info);
    boolean undecided = said == ObjectInputFilter.Status.UNDECIDED;
    return undecided && !isHarmless(info.serialClass()) ? ObjectInputFilter.Status.REJECTED : said;
  }

  /** Nothing, which a filter is asked about for its limits, or numbers in a row. */
  private static boolean isHarmless(@Nullable Class<?> type) {
    Class<?> innermost = type;
    while (innermost != null && innermost.isArray()) {
      innermost = innermost.getComponentType();
    }
    return innermost == null || innermost.isPrimitive();
  }
}
