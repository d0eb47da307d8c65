package dev.gabion.core;

/**
 * Decides whether this caller may do this to that.
 *
 * @param <I> the input that it decides on
 */
@FunctionalInterface
public interface Permit<I> extends Managed {
  /**
   * Whether {@code caller} may have {@code input} acted on.
   *
   * @throws Rejection to refuse with another code than 403, such as {@link Rejection#notFound()}
   *     where a caller must not even learn that there is something
   * @throws Exception if the answer cannot be found; the call is refused as our own fault
   */
  boolean allows(Caller caller, I input) throws Exception;

  /** Says in one line what is permitted. */
  @Override
  default String describe() {
    return "a permit of the handler's own";
  }

  /**
   * Permits whatever an identified caller asks for.
   *
   * @param reason why that is right here; read by reviewers and kept in the description
   */
  static Permit<Object> insecureEveryCaller(String reason) {
    return new Insecure.EveryCaller(Insecure.reason(reason));
  }
}
