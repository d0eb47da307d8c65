package dev.gabion.core;

/**
 * Whether this environment may still be trusted to work.
 *
 * <p>After a {@link VirtualMachineError} other than a stack overflow nothing is certain: what the
 * error interrupted may be half done. The runtime client ends its loop on such an error, which
 * restarts the environment; with several requests at once it does not, hence the mark.
 */
final class Health {
  /** What leaves instead of the error itself: no message of its, no stack trace. */
  static final class Unhealthy extends VirtualMachineError {
    private static final long serialVersionUID = 1;

    private Unhealthy() {
      super("The execution environment is unhealthy.");
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  private final Unhealthy unhealthy = new Unhealthy();
  private volatile boolean lost;

  /** Marks the environment if {@code failure}, or what caused it, takes the environment along. */
  void examine(Throwable failure) {
    if (isFatal(failure)) {
      lost = true;
    }
  }

  /** Whether {@code failure}, or what caused it, takes the environment along. */
  static boolean isFatal(Throwable failure) {
    return Causes.chain(failure).stream()
        .anyMatch(
            cause ->
                cause instanceof VirtualMachineError && !(cause instanceof StackOverflowError));
  }

  /**
   * Goes on only in a healthy environment.
   *
   * @throws Unhealthy if this one is not
   */
  void require() {
    if (lost) {
      throw unhealthy;
    }
  }
}
