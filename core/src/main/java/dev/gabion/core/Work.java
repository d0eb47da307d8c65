package dev.gabion.core;

import dev.gabion.core.Passage.Sealed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One message's way, which ends once: by the thread that walks it, or by whoever sees that time is
 * up. Whoever ends it records the one outcome; what comes later is discarded.
 */
final class Work<E extends Envelope, I, O> implements Runnable {
  /** Where it is; each step is taken once. */
  private enum State {
    WAITING,
    WALKING,
    RECORDING,
    ENDED
  }

  private final Passage<E, I, O> passage;
  private final Function<Passage<E, I, O>, Sealed> pass;
  private final Consumer<Throwable> examine;
  private final Load load;
  private State state = State.WAITING;
  private @Nullable Thread walker;
  private boolean overdue;
  private EventSource.@Nullable Part<E> part;
  private @Nullable Throwable failure;

  private Work(
      Passage<E, I, O> passage,
      Function<Passage<E, I, O>, Sealed> pass,
      Consumer<Throwable> examine,
      Load load) {
    this.passage = passage;
    this.pass = pass;
    this.examine = examine;
    this.load = load;
  }

  /**
   * One for each passage.
   *
   * @param pass takes one message through its stops, up to its sealed part of the reply
   * @param examine is told of what keeps an outcome from being recorded
   */
  static <E extends Envelope, I, O> List<Work<E, I, O>> of(
      List<Passage<E, I, O>> passages,
      Function<Passage<E, I, O>, Sealed> pass,
      Consumer<Throwable> examine,
      Load load) {
    List<Work<E, I, O>> works = new ArrayList<>(passages.size());
    for (Passage<E, I, O> passage : passages) {
      works.add(new Work<>(passage, pass, examine, load));
    }
    return works;
  }

  @Override
  public void run() {
    if (!begins()) {
      return;
    }
    Sealed sealed = null;
    Throwable thrown = null;
    try {
      sealed = pass.apply(passage);
    } catch (Throwable broken) { // not what logic throws, which is sealed
      thrown = broken;
    }
    if (returns()) {
      end(sealed, thrown);
    } else {
      passage.discard();
    }
  }

  private synchronized boolean begins() {
    if (state != State.WAITING) {
      return false;
    }
    state = State.WALKING;
    walker = Thread.currentThread();
    return true;
  }

  /** Whether it comes back in time. */
  private synchronized boolean returns() {
    walker = null;
    Thread.interrupted(); // ours, if it was cut off: the thread's next work is another's
    if (overdue) {
      load.returned();
    }
    return claims(State.WALKING);
  }

  private boolean claims(State from) {
    if (state != from) {
      return false;
    }
    state = State.RECORDING;
    return true;
  }

  /** Ends what is not ended, because time is up, and asks whoever works on it to stop. */
  void cut() {
    boolean begun;
    synchronized (this) {
      begun = claims(State.WALKING);
      if (!begun && !claims(State.WAITING)) {
        return;
      }
      if (begun) {
        overdue = true;
        load.overdue();
      }
    }
    endRefused(begun ? Rejection.timedOut() : Rejection.outOfTime());
    synchronized (this) {
      if (walker != null) {
        walker.interrupt(); // while it is here: its next work is another's
      }
    }
  }

  /** Ends what was not begun. */
  void refuse(Rejection rejection) {
    synchronized (this) {
      if (!claims(State.WAITING)) {
        return;
      }
    }
    endRefused(rejection);
  }

  private void endRefused(Rejection rejection) {
    Sealed sealed = null;
    Throwable thrown = null;
    try {
      sealed = passage.refuse(rejection);
    } catch (Throwable broken) {
      thrown = broken;
    }
    end(sealed, thrown);
  }

  private void end(@Nullable Sealed sealed, @Nullable Throwable thrown) {
    EventSource.Part<E> recorded = null;
    Throwable broken = thrown;
    try {
      if (sealed != null) {
        recorded = passage.record(sealed).part();
      }
    } catch (Throwable unrecorded) {
      broken = unrecorded;
    }
    if (broken != null) {
      examine.accept(broken);
    }
    synchronized (this) {
      part = recorded;
      failure = broken;
      state = State.ENDED;
      notifyAll();
    }
  }

  /**
   * Waits until its outcome is recorded, no longer than it is told to.
   *
   * @return whether it is
   */
  synchronized boolean awaitEnd(long nanos) throws InterruptedException {
    long from = System.nanoTime();
    for (long left = nanos; state != State.ENDED && left > 0; ) {
      wait(TimeUnit.NANOSECONDS.toMillis(left), (int) (left % 1_000_000));
      left = nanos - (System.nanoTime() - from);
    }
    return state == State.ENDED;
  }

  /**
   * The same, once whoever cut it off has recorded that, or half of the time that remains is over.
   */
  EventSource.Part<E> part(Deadline deadline) {
    try {
      awaitEnd(deadline.remaining().toNanos() / 2);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    return part();
  }

  /**
   * This message's part of the reply; one that is not done, if nothing was recorded in time.
   *
   * @throws RuntimeException what kept it from being recorded
   */
  synchronized EventSource.Part<E> part() {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException broken) {
      throw broken;
    }
    return part == null ? passage.undone() : part;
  }
}
