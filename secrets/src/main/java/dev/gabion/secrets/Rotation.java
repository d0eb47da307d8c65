package dev.gabion.secrets;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has been asked since the other side refused the version that is held: which one is current;
 * if that is still the refused one, which one a rotation has under way; if there is none, which one
 * is current by now, for a rotation may have ended in between. Then nothing, until a growing pause
 * is over. Guarded by the entry's lock.
 */
final class Rotation {
  /** What to ask next. */
  enum Step {
    CURRENT,
    PENDING,
    CURRENT_BY_NOW,
    NOTHING
  }

  private final boolean stages;
  private final Pause pause;
  private @Nullable String about;
  private Step next = Step.CURRENT;
  private boolean mayRead = true;
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
      next = Step.CURRENT;
    }
    return next;
  }

  /** The refused version is still the current one. */
  void currentIsStillIt() {
    if (next == Step.CURRENT && stages && mayRead) {
      next = Step.PENDING;
    } else {
      end();
    }
  }

  /** A rotation has this version under way. */
  void pendingIs(Held found) {
    end();
    hold(found);
  }

  /** No rotation is under way: it has ended, or none has begun. */
  void nothingIsPending() {
    next = Step.CURRENT_BY_NOW;
  }

  /** Nothing more can be learnt for now. */
  void end() {
    next = Step.NOTHING;
    pause.grow();
  }

  /** Whether the role may read pending versions; if not, it need not be seen trying again. */
  void mayReadPending(boolean may) {
    mayRead = may;
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
    next = Step.CURRENT;
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
