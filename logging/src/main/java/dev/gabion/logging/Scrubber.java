package dev.gabion.logging;

import dev.gabion.core.InsecureSecretAccess;
import dev.gabion.core.SecretValue;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Takes secrets out of lines: those that were issued, and what looks like one, whatever they are
 * written as.
 *
 * <p>A line is read as it stands and then, where it has escapes of JSON or percent-encoding,
 * without them, up to three layers deep. Each reading is gone through once for issued secrets and
 * once for patterns. Nothing is made as long as nothing is found and nothing is escaped.
 */
final class Scrubber implements UnaryOperator<byte[]> {
  /** The process's one: what any handler was given is kept out of every line. */
  private static final Scrubber PROCESS = new Scrubber(System::nanoTime, OperatorLines::full);

  /** How many layers of escapes are undone. */
  private static final int LAYERS = 3;

  /** How many lines a private key may have that is printed line by line. */
  private static final int KEY_LINES = 256;

  private final KnownSecrets known;

  /** How many more lines may belong to a private key that has begun and has not ended. */
  private final AtomicInteger openKey = new AtomicInteger();

  Scrubber(LongSupplier nanos, Runnable full) {
    this.known = new KnownSecrets(nanos, full);
  }

  /** The process's one. */
  static Scrubber ofProcess() {
    return PROCESS;
  }

  /** What printed lines pass: secrets are taken out, and nothing is left that misleads. */
  @Override
  public byte[] apply(byte[] lines) {
    return PrintedLines.tamed(scrub(lines));
  }

  /**
   * Takes secrets out of one or more whole lines. What was one JSON value still is one.
   *
   * @return {@code lines} itself if there is nothing to take out
   */
  byte[] scrub(byte[] lines) {
    return scrub(lines, null, new Found(lines));
  }

  /**
   * Does the same for an event, whose own names stay.
   *
   * @param opening what it begins with, which may be known; null if nothing is known of it
   */
  byte[] scrubEvent(byte[] line, @Nullable Opening opening) {
    return scrub(line, opening, new Found(line, true));
  }

  private byte[] scrub(byte[] lines, @Nullable Opening opening, Found found) {
    Reading text = Reading.of(lines);
    if (openKey.get() > 0) {
      goOnWithKey(text, found);
    }
    SecretSearch search = known.search(lines.length);
    scrub(text, opening == null ? 0 : opening.clean(search), search, found, LAYERS);
    return found.takenOut();
  }

  /** Whether nothing looks like a secret, and nothing is escaped. */
  static boolean isPlain(byte[] beginning) {
    Found found = new Found(beginning);
    SecretPatterns patterns = new SecretPatterns(Reading.of(beginning), found);
    return patterns.find(0) == 0 && !patterns.leavesKeyOpen() && found.takenOut() == beginning;
  }

  private void scrub(
      Reading text, int from, @Nullable SecretSearch search, Found found, int layers) {
    if (search != null) {
      search.find(text, from, found);
    }
    SecretPatterns patterns = new SecretPatterns(text, found);
    int escapes = patterns.find(from);
    if (patterns.leavesKeyOpen()) {
      openKey.set(KEY_LINES);
    }
    if (layers > 0 && (escapes & SecretPatterns.BACKSLASH) != 0) {
      scrubInner(text.withoutJsonEscapes(), search, found, layers);
    }
    if (layers > 0 && (escapes & SecretPatterns.PERCENT) != 0) {
      scrubInner(text.withoutPercentEncoding(), search, found, layers);
    }
  }

  private void scrubInner(
      @Nullable Reading inner, @Nullable SecretSearch search, Found found, int layers) {
    if (inner != null) {
      scrub(inner, 0, search, found, layers - 1);
    }
  }

  /** Takes out the lines that may belong to a key whose beginning was printed before. */
  private void goOnWithKey(Reading text, Found found) {
    int from = 0;
    for (int i = 0; i <= text.size && openKey.get() > 0; i++) {
      if (i == text.size || text.bytes[i] == '\n') {
        int to = i > from && text.bytes[i - 1] == '\r' ? i - 1 : i;
        if (Ascii.isAt(text, from, "-----END ", false)) {
          openKey.set(0);
        } else if (to > from) {
          openKey.decrementAndGet();
          if (isBase64(text, from, to)) {
            found.add(from, to, Found.Kind.PRIVATE_KEY);
          }
        }
        from = i + 1;
      }
    }
  }

  private static boolean isBase64(Reading text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!Ascii.isBase64(text.bytes[i]) && text.bytes[i] != '=') {
        return false;
      }
    }
    return true;
  }

  /** Keeps a secret out of lines from now on. */
  void learn(SecretValue secret) {
    byte[] bytes = InsecureSecretAccess.bytes(secret);
    known.learn(bytes);
    Arrays.fill(bytes, (byte) 0);
  }

  /** Keeps a data key out of lines from now on. */
  void learnDataKey(SecretValue key) {
    byte[] bytes = InsecureSecretAccess.bytes(key);
    known.learnDataKey(bytes);
    Arrays.fill(bytes, (byte) 0);
  }

  /** Forgets all secrets, for a snapshot. */
  void wipe() {
    known.wipe();
    openKey.set(0);
  }
}
