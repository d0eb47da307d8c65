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
}
