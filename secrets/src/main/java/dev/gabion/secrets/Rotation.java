package dev.gabion.secrets;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has been asked since the other side refused the version that is held: first for the version
 * that a rotation has under way, then for the current one, then nothing until a growing pause is
 * over. Guarded by the entry's lock.
 */
final class Rotation {
  /** What may be asked next. */
  enum Step {
    PENDING,
    CURRENT,
    NOTHING
  }

  private final boolean stages;
  private final Pause pause;
  private @Nullable String about;
  private Step next = Step.PENDING;
  private boolean mayNotRead;
  private @Nullable Held pending;

  Rotation(boolean stages, Pause pause) {
    this.stages = stages;
    this.pause = pause;
  }

  /** What to ask next about {@code version}. */
  Step next(String version) {
    if (!version.equals(about)) {
      reset();
      about = version;
    } else if (next == Step.NOTHING && !pause.lasts()) {
      next = Step.PENDING;
    }
    return next == Step.PENDING && !(stages && !mayNotRead) ? Step.CURRENT : next;
  }

  /** The pending version is asked for: this, or none that is of use. */
  void askedForPending(@Nullable Held found) {
    hold(found);
    next = Step.CURRENT;
  }

  /** The current version is asked for, and is still the refused one, or cannot be had. */
  void askedInVain() {
    next = Step.NOTHING;
    pause.grow();
  }

  /** The role may not read pending versions, and need not be seen trying again. */
  void mayNotReadPending() {
    mayNotRead = true;
  }

  /** The pending version, with a lease on it, unless it has been tried. */
  @Nullable Held leasePending(Set<String> tried) {
    Held found = pending;
    return found != null && !tried.contains(found.version()) && found.lease() ? found : null;
  }

  /** Lets the pending version go, to be held as the current one; false if it is not this. */
  boolean take(Held found) {
    if (pending != found) {
      return false;
    }
    pending = null;
    return true;
  }

  /** Drops the pending version if it is this one: it was refused, too. */
  void drop(Held refused) {
    if (take(refused)) {
      refused.retire();
    }
  }

  /** Another version is held, or none: nothing is known of it. */
  void reset() {
    about = null;
    next = Step.PENDING;
    pause.end();
    hold(null);
  }

  private void hold(@Nullable Held found) {
    Held before = pending;
    pending = found;
    if (before != null) {
      before.retire();
    }
  }
}
