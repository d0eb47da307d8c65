package dev.gabion.secrets;

import dev.gabion.core.Environment;
import dev.gabion.core.Scope;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/** A source of secrets, asked within a scope's deadline. Called by many threads. */
interface Fetcher {
  /** Readies the source; asks for nothing secret. Called again after a restore. */
  void start(Environment environment);

  /** Lets go of connections and credentials; a later start takes up work again. */
  void close();

  /** Asks for one thing. */
  Fetched fetch(Wanted wanted, Scope scope) throws Fault;

  /**
   * Asks for many things in few calls. What is not in the answer is asked for singly, and so learns
   * why: this never fails.
   */
  default Map<Wanted, Fetched> fetchAll(Collection<Wanted> wanted, Scope scope) {
    return Map.of();
  }

  /** A name for audit events. */
  String name();

  /** Where values come from, in words; begins with {@code INSECURE: } if it has to. */
  String describe();

  /** What to look at where it said no. */
  String advice();

  /** Whether this source knows the stages of a rotation. */
  boolean knowsStages();

  /** Whether it has all parameters under a path. */
  default boolean knowsPaths() {
    return false;
  }

  /**
   * The same source, which takes what is not kept as a secret as well.
   *
   * @throws IllegalStateException if all that it has is kept as a secret
   */
  default Fetcher withPlain(String reason) {
    throw new IllegalStateException("Plain parameters are Parameter Store's alone.");
  }

  /** For how long the source itself may give what it was given earlier. */
  default Duration keepsFor() {
    return Duration.ZERO;
  }

  /** Whether it can be asked before the first invocation. */
  default boolean answersDuringInit() {
    return true;
  }
}
