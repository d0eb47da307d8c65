package dev.gabion.core;

/**
 * Decides who calls.
 *
 * <p>Two abstract methods on purpose: an empty lambda cannot stand in for an authenticator.
 *
 * @param <E> the envelopes that it can identify
 */
public interface Authenticator<E extends Envelope> extends Managed {
  /**
   * Identifies the caller of an envelope.
   *
   * @throws Rejection if there are no credentials, or they do not hold
   * @throws Exception if the answer cannot be found; the call is refused as our own fault
   */
  Caller identify(E envelope, Scope scope) throws Exception;

  /** Says in one line what is demanded, such as {@code "JWT with scope orders:write"}. */
  @Override
  String describe();

  /**
   * Lets everyone in, unidentified.
   *
   * @param reason why that is right here; read by reviewers and kept in the description
   */
  static Authenticator<Envelope> insecureAnyone(String reason) {
    return new Insecure.Anyone(Insecure.reason(reason));
  }

  /** The caller that {@link #insecureAnyone} names. */
  Caller ANYONE = Caller.of("anyone", "anyone");
}
