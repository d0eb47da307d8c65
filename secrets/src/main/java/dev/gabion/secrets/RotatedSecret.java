package dev.gabion.secrets;

import dev.gabion.core.SecretValue;
import java.util.Optional;

/**
 * A secret that is being rotated, in its versions: each is fetched when it is asked for, and wiped
 * when the step is over.
 */
public interface RotatedSecret {
  /** The ARN, which tells secrets apart where one function rotates several. */
  String arn();

  /** The id of the pending version. */
  String version();

  /**
   * What is used now.
   *
   * @throws dev.gabion.core.SecretUnavailable if it cannot be had
   */
  SecretValue current();

  /**
   * What is going to be used.
   *
   * @throws dev.gabion.core.SecretUnavailable if it cannot be had, such as in the first step
   */
  SecretValue pending();

  /**
   * What was used before; the other side may know this one still if an earlier rotation failed, or
   * if somebody changed the secret by hand.
   *
   * @throws dev.gabion.core.SecretUnavailable if it cannot be had for another reason than that
   *     there is none
   */
  Optional<SecretValue> previous();
}
