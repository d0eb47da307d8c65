package dev.gabion.identity;

import dev.gabion.core.Scope;
import dev.gabion.core.SecretSource;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.SecretValue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A key of a test, which its source holds in one version and has perhaps in another. */
final class Key implements SecretSource {
  final AtomicInteger lent = new AtomicInteger();
  volatile @Nullable String held;
  volatile @Nullable String newer;

  static Key of(@Nullable String text) {
    Key key = new Key();
    key.held = text;
    return key;
  }

  /** Has a newer version, which it lends once the one it holds was refused. */
  void rotate(String text) {
    newer = text;
  }

  @Override
  public <R, X extends Exception> R use(Scope scope, Body<R, X> body) throws X {
    String text = held;
    if (text == null) {
      throw new SecretUnavailable("key", SecretUnavailable.Reason.MISSING);
    }
    lent.incrementAndGet();
    try (SecretValue value = SecretValue.ofText(text)) {
      return body.apply(value);
    }
  }

  @Override
  public <R, X extends Exception> R use(
      Scope scope, Body<R, X> body, Predicate<? super Exception> refused) throws X {
    try {
      return use(scope, body);
    } catch (Exception failure) {
      if (newer == null || newer.equals(held) || !refused.test(failure)) {
        throw failure;
      }
      held = newer;
      return use(scope, body);
    }
  }
}
