package dev.gabion.testing;

import java.util.Optional;
import java.util.OptionalInt;

/** One execution environment of a function, from INIT to its end. */
sealed interface Sandbox extends AutoCloseable permits ChildSandbox, InProcessRuntime {
  /** How INIT failed; empty if it did not. */
  Optional<Reply> initError();

  /**
   * Runs one invocation to its end.
   *
   * @return empty if the environment ended before it took the event: another may take it
   */
  Optional<Reply> invoke(Invocation invocation) throws InterruptedException;

  /** Comes back from the snapshot; gives how that failed, or empty. */
  Optional<Reply> restore() throws InterruptedException;

  boolean isAlive();

  OptionalInt exitCode();

  long pid();

  /** Ends it at once, as the service does. */
  @Override
  void close();
}
