package dev.gabion.crypto;

import org.jspecify.annotations.Nullable;

/**
 * What whoever declares a cipher chose.
 *
 * @param suite what messages are sealed with; a signed one is demanded where they are opened, too
 * @param frameLength the plaintext in a frame
 * @param bounds what is taken in of a message
 * @param cache the bounds of the caches; null for none
 * @param moreContext whether a message may have pairs that are not asked for
 * @param clock what ages are measured with
 */
record CipherChoices(
    Suite suite,
    int frameLength,
    Bounds bounds,
    @Nullable DataKeyCache cache,
    boolean moreContext,
    Clock clock) {

  /** Unsigned, frames of 64 KiB, the standard cache, exactly the context that is asked for. */
  static CipherChoices standard() {
    return new CipherChoices(
        Suite.COMMITTED, 64 << 10, Bounds.DEFAULT, DataKeyCache.standard(), false, Clock.system());
  }

  CipherChoices suite(Suite other) {
    return new CipherChoices(other, frameLength, bounds, cache, moreContext, clock);
  }

  CipherChoices frameLength(int other) {
    return new CipherChoices(suite, other, bounds, cache, moreContext, clock);
  }

  CipherChoices maxEncryptedDataKeys(int other) {
    Bounds others = new Bounds(other, bounds.contextBytes(), bounds.frameBytes());
    return new CipherChoices(suite, frameLength, others, cache, moreContext, clock);
  }

  CipherChoices cache(@Nullable DataKeyCache other) {
    return new CipherChoices(suite, frameLength, bounds, other, moreContext, clock);
  }

  CipherChoices acceptingMoreContext() {
    return new CipherChoices(suite, frameLength, bounds, cache, true, clock);
  }

  CipherChoices clock(Clock other) {
    return new CipherChoices(suite, frameLength, bounds, cache, moreContext, other);
  }
}
