package dev.gabion.logging;

import dev.gabion.core.Environment;
import dev.gabion.core.Managed;
import dev.gabion.core.StandardOutput;
import dev.gabion.core.StartFailed;

/**
 * Keeps secrets out of everything printed: every one that is issued in this environment, and what
 * looks like one.
 *
 * <p>{@link OcsfAudit} does this by itself. For a handler with an audit sink of its own, let the
 * sink call {@link #start} first of all and {@link #beforeSnapshot} last of all: what is issued
 * before the start is not known. What is covered and what is not: {@code docs/logging.md}.
 */
public final class Scrubbing implements Managed {
  /** Creates it; nothing is scrubbed before the start. */
  public Scrubbing() {}

  /**
   * Scrubs from now on.
   *
   * @throws StartFailed if Log4j 2 is configured to write past {@code System.out}
   */
  @Override
  public void start(Environment environment) {
    new LogConfiguration(Scrubbing.class.getClassLoader()).require(environment.settings());
    Scrubber scrubber = Scrubber.ofProcess();
    environment.issuedSecrets().listen(scrubber::learn, scrubber::learnDataKey);
    StandardOutput.filter(scrubber);
  }

  /**
   * Takes secrets out of one or more whole lines in UTF-8: for whatever is written elsewhere than
   * to standard output, such as by an audit sink of your own. What was one JSON value still is one.
   *
   * @return {@code lines} itself if there is nothing to take out
   */
  public static byte[] clean(byte[] lines) {
    return Scrubber.ofProcess().scrub(lines);
  }

  /** Forgets every secret, and goes on scrubbing what looks like one. */
  @Override
  public void beforeSnapshot() {
    Scrubber.ofProcess().wipe();
  }
}
