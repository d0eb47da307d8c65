package dev.gabion.secrets;

import dev.gabion.core.Call;
import dev.gabion.core.Managed;
import dev.gabion.core.SecretValue;

/**
 * What a rotation does beside Secrets Manager: makes a new secret, sets it at the other side, and
 * shows that the other side takes it.
 *
 * <p>Secrets Manager repeats steps, and begins again at the first one if any fails: {@link #set}
 * and {@link #test} may find their work done. What an exception says stays inside; the audit trail
 * learns its class and place.
 *
 * <p>What the steps themselves work with, such as the secret of a database's administrator, they
 * start, wipe and wake as any {@link Managed} does.
 */
public interface RotationSteps extends Managed {
  /**
   * Makes the new secret, such as the current one {@linkplain SecretValue#with with} a {@link
   * RandomPassword}. It is stored at once as the pending version, before anybody else knows it, and
   * closed.
   *
   * @param secret has a current and perhaps a previous version
   * @return another value than the current one; text if that is text
   */
  SecretValue create(RotatedSecret secret, Call call) throws Exception;

  /**
   * Sets the pending secret at the other side, which may know it already: try that first.
   *
   * @param secret has a pending, a current and perhaps a previous version
   */
  void set(RotatedSecret secret, Call call) throws Exception;

  /**
   * Uses the pending secret at the other side as its users will; called again before it becomes
   * current.
   *
   * @param secret has a pending, a current and perhaps a previous version
   * @throws Exception if the other side does not take it
   */
  void test(RotatedSecret secret, Call call) throws Exception;
}
