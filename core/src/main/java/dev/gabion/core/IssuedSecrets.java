package dev.gabion.core;

import java.util.function.Consumer;

/**
 * Who learns of every secret that this environment was given: whoever reads secrets or data keys
 * tells, whoever keeps them out of logs listens.
 */
public interface IssuedSecrets {
  /** Tells that a secret was given to this environment; returns once all listeners know. */
  void issued(SecretValue value);

  /**
   * Tells of a key that a program made or unwrapped to work with, and that nobody prints on
   * purpose. There may be very many: whoever keeps a limited number keeps these apart, so that they
   * do not crowd out secrets.
   */
  default void issuedDataKey(SecretValue key) {
    issued(key);
  }

  /**
   * Listens from now on, to secrets and data keys alike. A listener copies what it needs before it
   * returns, and does not throw.
   */
  void listen(Consumer<SecretValue> listener);

  /** Listens from now on, and is told which is which. */
  default void listen(Consumer<SecretValue> secrets, Consumer<SecretValue> dataKeys) {
    listen(secrets);
  }
}
