package dev.gabion.core;

/**
 * One message as its source delivered it: facts about where it comes from, and a body nobody has
 * looked into yet.
 *
 * <p>Facts are claims: whoever may invoke the function may forge them, so the function's resource
 * policy is the boundary.
 */
public interface Envelope {
  /**
   * The source's own identifier of this message, such as a request id or a message id; empty where
   * the source has none but the invocation's.
   */
  String id();

  /** What the audit trail says about where this message comes from. */
  SourceFacts facts();
}
