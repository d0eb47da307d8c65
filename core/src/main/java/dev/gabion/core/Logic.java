package dev.gabion.core;

/**
 * The user's own code: the only part of the path that is not Gabion's.
 *
 * @param <I> the input, already identified, decoded, checked and permitted
 * @param <O> the output
 */
@FunctionalInterface
public interface Logic<I, O> {
  /**
   * Does the work.
   *
   * @throws Rejection to answer with one of its public codes
   * @throws Exception anything else is answered as our own fault, and nothing of it leaves
   */
  O apply(I input, Call call) throws Exception;

  /** Logic that gives nothing back, as that of a queue: {@code .logic(Logic.doing(this::ship))}. */
  @SuppressWarnings("NullAway") // the one value that a Void has
  static <I> Logic<I, Void> doing(Work<? super I> work) {
    return (input, call) -> {
      work.apply(input, call);
      return null;
    };
  }

  /** Work that gives nothing back. */
  @FunctionalInterface
  interface Work<I> {
    /**
     * Does the work.
     *
     * @throws Exception as {@link Logic#apply} does
     */
    void apply(I input, Call call) throws Exception;
  }
}
