package dev.gabion.egress;

import dev.gabion.core.Environment;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretSource;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.SecretValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A secret that is there, or is not. */
final class Secret implements SecretSource {
  final List<String> life = new ArrayList<>();
  private final String text;

  Secret(String text) {
    this.text = text;
  }

  @Override
  public void start(Environment environment) {
    life.add("started");
  }

  @Override
  public void beforeSnapshot() {
    life.add("wiped");
  }

  @Override
  public void afterRestore(Environment environment) {
    life.add("woken");
  }

  @Override
  public <R, X extends Exception> R use(Scope scope, Body<R, X> body) throws X {
    if (text.isEmpty()) {
      throw new SecretUnavailable("token", SecretUnavailable.Reason.DENIED);
    }
    try (SecretValue value = SecretValue.ofText(text)) {
      return body.apply(value);
    }
  }

  @Override
  public <R, X extends Exception> R use(
      Scope scope, Body<R, X> body, Predicate<? super Exception> refused) throws X {
    return use(scope, body);
  }
}
