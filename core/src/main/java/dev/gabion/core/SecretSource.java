package dev.gabion.core;

import java.util.function.Predicate;

/**
 * A secret as its user declares it: named at construction, fetched and kept by whoever made it,
 * lent for as long as a body runs.
 */
public interface SecretSource extends Managed {
  /** What is done with a secret while it is lent. */
  @FunctionalInterface
  interface Body<R, X extends Exception> {
    /** Uses the secret; it is no longer there once this has returned. */
    R apply(SecretValue value) throws X;
  }

  /**
   * Lends the secret.
   *
   * @param scope what it is used for: its deadline bounds a fetch, its trail records one
   * @throws SecretUnavailable if there is none to be had
   * @throws X whatever the body throws
   */
  <R, X extends Exception> R use(Scope scope, Body<R, X> body) throws X;

  /**
   * Lends the secret, and again in another version if the first was refused: credentials that were
   * rotated a moment ago. The body may run more than once, and must be safe to repeat.
   *
   * @param refused whether what the body threw means that the other side did not take the secret
   * @throws SecretUnavailable if there is none to be had
   * @throws X whatever the body throws: the first refusal, if no version is taken, with the others
   *     suppressed in it
   */
  <R, X extends Exception> R use(Scope scope, Body<R, X> body, Predicate<? super Exception> refused)
      throws X;
}
