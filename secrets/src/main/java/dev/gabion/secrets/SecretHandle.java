package dev.gabion.secrets;

import dev.gabion.core.Environment;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretSource;
import dev.gabion.core.SecretValue;
import java.util.function.Predicate;

/**
 * One secret, or one field of it, as its user declares it: made by a {@link Secrets} at
 * construction, used in invocations.
 *
 * <pre>{@code
 * SecretHandle db = secrets.secret("prod/db").field("password");
 * …
 * db.use(call, password -> connect(password), failure -> isLoginFailure(failure));
 * }</pre>
 */
public final class SecretHandle implements SecretSource {
  private final Secrets store;
  private final Entry entry;
  private final String field;
  private final int view;

  SecretHandle(Secrets store, Entry entry, String field, int view) {
    this.store = store;
    this.entry = entry;
    this.field = field;
    this.view = view;
  }

  /**
   * Declares one field of this secret, which is a JSON object: a text without its escapes, a number
   * or truth value as it is written. It is read once for each version.
   *
   * @param name the name of a field at the top of the object
   * @throws IllegalStateException if the store is started, or this is a field already
   */
  public SecretHandle field(String name) {
    if (view > 0) {
      throw new IllegalStateException("This is the field " + field + ": it has no fields.");
    }
    return store.field(entry, name);
  }

  @Override
  public <R, X extends Exception> R use(Scope scope, Body<R, X> body) throws X {
    Held held = entry.lease(scope);
    try {
      return body.apply(value(held, scope));
    } finally {
      held.release();
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Where Secrets Manager is rotating the secret right now, the version that is about to become
   * current is tried as well. The body runs three times at most.
   *
   * @throws IllegalStateException if the source may answer from a cache of its own, so that nothing
   *     newer could be learnt from it
   */
  @Override
  public <R, X extends Exception> R use(
      Scope scope, Body<R, X> body, Predicate<? super Exception> refused) throws X {
    Secrets.requireNoCache(entry);
    return Attempts.use(entry, scope, held -> body.apply(value(held, scope)), refused);
  }

  private SecretValue value(Held held, Scope scope) {
    SecretValue value = held.view(view);
    return value == null ? entry.lacking(field, scope) : value;
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

  /** Names the secret. */
  @Override
  public String toString() {
    return "SecretHandle[" + entry.wanted().name() + (view == 0 ? "" : ", field " + field) + "]";
  }
}
