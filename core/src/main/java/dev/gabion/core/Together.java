package dev.gabion.core;

import dev.gabion.core.Passage.Sealed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Walks the messages of an unordered delivery together, on the user's executor, and answers in
 * time: what is not recorded as done by then was not done, whatever becomes of it later.
 *
 * <p>One message's way is one {@link Work}. It is ended once: by the thread that walked it, or by
 * the invocation's own once time is up; whoever ends it records the one outcome.
 */
final class Together {
  /** What recording the outcome of one message that is cut off may take. */
  private static final Duration CUTTING = Duration.ofNanos(50_000);

  private Together() {}

  /**
   * Walks.
   *
   * @param pass takes one message through its stops, up to its sealed part of the reply
   * @param examine is told of what an executor throws
   * @return one part for each passage, in their order
   */
  static <E extends Envelope, I, O> List<EventSource.Part<E>> walk(
      List<Passage<E, I, O>> passages,
      Executor executor,
      Deadline deadline,
      Function<Passage<E, I, O>, Sealed> pass,
      Consumer<Throwable> examine) {
    CountDownLatch open = new CountDownLatch(passages.size());
    List<Work<E, I, O>> works = new ArrayList<>();
    for (Passage<E, I, O> passage : passages) {
      works.add(new Work<>(passage, pass, open));
    }
    Duration reserve = CUTTING.multipliedBy(works.size());
    boolean interrupted = begin(works, executor, deadline, reserve, examine);
    interrupted |= await(open, deadline, reserve);
    works.forEach(Work::cut);
    interrupted |= awaitRecorded(open, deadline);
    List<EventSource.Part<E>> parts = new ArrayList<>();
    for (Work<E, I, O> work : works) {
      parts.add(work.part());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return parts;
  }

  private static boolean begin(
      List<? extends Work<?, ?, ?>> works,
      Executor executor,
      Deadline deadline,
      Duration reserve,
      Consumer<Throwable> examine) {
    for (Work<?, ?, ?> work : works) {
      if (isOver(deadline, reserve)) {
        break; // an executor may work on this very thread
      }
      try {
        executor.execute(work);
      } catch (Throwable full) {
        examine.accept(full);
        work.refuse(Rejection.fault("executor", full));
      }
    }
    return Thread.interrupted();
  }

  private static boolean isOver(Deadline deadline, Duration reserve) {
    return deadline.left().compareTo(reserve) <= 0;
  }

  /** Waits until all are ended or time is up; says whether it was interrupted meanwhile. */
  private static boolean await(CountDownLatch open, Deadline deadline, Duration reserve) {
    try {
      while (!isOver(deadline, reserve)) {
        long nanos = deadline.left().minus(reserve).toNanos();
        if (open.await(nanos, TimeUnit.NANOSECONDS)) {
          return false;
        }
      }
      return false;
    } catch (InterruptedException stop) {
      return true;
    }
  }

  /** Waits for those that are being recorded, for half of the time that remains. */
  private static boolean awaitRecorded(CountDownLatch open, Deadline deadline) {
    try {
      boolean all = open.await(deadline.remaining().toNanos() / 2, TimeUnit.NANOSECONDS);
      if (!all) {
        OperatorLog.error("Outcomes were not recorded in time; those messages come again.");
      }
      return false;
    } catch (InterruptedException stop) {
      return true;
    }
  }

  /** Where a message is; each step is taken once. */
  private enum State {
    WAITING,
    WALKING,
    RECORDING,
    ENDED
  }

  /** One message's way. */
  private static final class Work<E extends Envelope, I, O> implements Runnable {
    private final Passage<E, I, O> passage;
    private final Function<Passage<E, I, O>, Sealed> pass;
    private final CountDownLatch open;
    private State state = State.WAITING;
    private @Nullable Thread walker;
    private EventSource.@Nullable Part<E> part;
    private @Nullable Throwable failure;

    Work(Passage<E, I, O> passage, Function<Passage<E, I, O>, Sealed> pass, CountDownLatch open) {
      this.passage = passage;
      this.pass = pass;
      this.open = open;
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
      synchronized (this) {
        if (!claims(State.WAITING) && !claims(State.WALKING)) {
          return;
        }
      }
      endRefused(Rejection.outOfTime());
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
      synchronized (this) {
        part = recorded;
        failure = broken;
        state = State.ENDED;
      }
      open.countDown();
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
}
