package dev.gabion.secrets;

import dev.gabion.core.Environment;
import dev.gabion.core.Managed;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.SecretValue;
import java.util.Map;
import java.util.function.Predicate;

/**
 * All parameters under one path of Parameter Store, fetched together and lent together, each by its
 * name relative to the path. Pages of ten are asked for one after another, and parameters are put
 * one by one: where values must match, such as a user and a password, keep them in one JSON secret.
 */
public final class SecretPath implements Managed {
  private final Secrets store;
  private final Entry entry;

  SecretPath(Secrets store, Entry entry) {
    this.store = store;
    this.entry = entry;
  }

  /** What is done with parameters while they are lent. */
  @FunctionalInterface
  public interface Body<R, X extends Exception> {
    /** Uses the parameters; they are no longer there once this has returned. */
    R apply(Map<String, SecretValue> values) throws X;
  }

  /**
   * Lends the parameters.
   *
   * @param scope what they are used for: its deadline bounds a fetch, its trail records one
   * @throws SecretUnavailable if they are not to be had, or there are none
   * @throws X whatever the body throws
   */
  public <R, X extends Exception> R use(Scope scope, Body<R, X> body) throws X {
    Held held = entry.lease(scope);
    try {
      return body.apply(held.values());
    } finally {
      held.release();
    }
  }

  /**
   * Lends the parameters, and once more if they were refused and have changed since.
   *
   * @param refused whether what the body threw means that the other side did not take them
   * @throws SecretUnavailable if they are not to be had, or there are none
   * @throws X whatever the body throws; its first failure if nothing newer is to be had
   */
  public <R, X extends Exception> R use(
      Scope scope, Body<R, X> body, Predicate<? super Exception> refused) throws X {
    return Attempts.use(entry, scope, held -> body.apply(held.values()), refused);
  }

  /** Starts the store that this belongs to, unless that was handed over as well. */
  @Override
  public void start(Environment environment) {
    store.start(environment);
  }

  @Override
  public void beforeSnapshot() {
    store.beforeSnapshot();
  }

  @Override
  public void afterRestore(Environment environment) {
    store.afterRestore(environment);
  }

  @Override
  public String describe() {
    return store.describe();
  }

  /** Names the path. */
  @Override
  public String toString() {
    return "SecretPath[" + entry.wanted().name() + "]";
  }
}
