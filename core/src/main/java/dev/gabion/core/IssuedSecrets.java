package dev.gabion.core;

import java.util.function.Consumer;

/**
 * Who learns of every secret that this environment was given: whoever reads secrets or data keys
 * tells, whoever keeps them out of logs listens.
 */
public interface IssuedSecrets {
  /** Tells that a secret was given to this environment; returns once all listeners know. */
  void issued(SecretValue value);

  /** Listens from now on. A listener copies what it needs before it returns, and does not throw. */
  void listen(Consumer<SecretValue> listener);
}
