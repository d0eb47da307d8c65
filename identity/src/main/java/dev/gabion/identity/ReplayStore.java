package dev.gabion.identity;

import dev.gabion.core.Managed;
import dev.gabion.core.Scope;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Remembers which signed messages were let in, so that each is let in once.
 *
 * <p>A message is remembered before its handler has done anything with it: if that fails, the same
 * bytes are refused when they come again. Senders that sign each attempt anew, as those do that
 * sign the time, are not affected. What one store does not share with another it cannot know: only
 * a store that all environments of the function use refuses a replay that reaches another of them,
 * such as a table with conditional writes.
 *
 * <p>Two abstract methods on purpose: an empty lambda cannot stand in for a store.
 */
public interface ReplayStore extends Managed {
  /**
   * Remembers a message that was signed as it should be. Of two calls with the same one at the same
   * time, one is told false.
   *
   * @param message what names it: 64 hexadecimal digits, nothing of its content
   * @param until how long it must be remembered
   * @return whether it was not there yet
   * @throws Exception if that cannot be told; the request is refused as our own fault
   */
  boolean isFirst(String message, Instant until, Scope scope) throws Exception;

  /** Says in one line what this is. */
  @Override
  String describe();

  /**
   * Remembers in this environment alone: a replay that Lambda hands to another environment, or that
   * comes after this one has ended, is not noticed. Once it is full of messages that must still be
   * remembered, everything is refused.
   *
   * @param most how many messages, about 200 bytes each
   * @throws IllegalArgumentException if that is none or more than a million
   */
  static ReplayStore inMemory(int most) {
    return new MemoryReplays(most, InstantSource.system());
  }
}
