package dev.gabion.core;

import java.util.List;

/**
 * Decides which input is fit to be worked with.
 *
 * <p>Two abstract methods on purpose: an empty lambda cannot stand in for rules.
 *
 * @param <I> the input that it can check
 */
public interface Rules<I> extends Managed {
  /**
   * Names everything in {@code input} that breaks a rule; an empty list means fit.
   *
   * @throws RuntimeException if a rule itself fails; the call is refused as our own fault
   */
  List<Violation> check(I input);

  /** Says in one line what is demanded. */
  @Override
  String describe();

  /**
   * Readies the rules for inputs of one type, during INIT: whatever is wrong with the rules
   * themselves shows here and not in front of the first caller.
   */
  default void prepare(Class<? extends I> type) {}

  /**
   * Lets every input through that could be decoded.
   *
   * @param reason why that is right here; read by reviewers and kept in the description
   */
  static Rules<Object> insecureAnyInput(String reason) {
    return new Insecure.AnyInput(Insecure.reason(reason));
  }
}
