package dev.gabion.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Walks the messages of an unordered delivery together, on the user's executor, and answers in
 * time: what is not recorded as done by then was not done, whatever becomes of it later.
 */
final class Together {
  private Together() {}

  /**
   * Walks.
   *
   * @param examine is told of what an executor throws
   * @return one part for each work, in their order
   */
  static <E extends Envelope, I, O> List<EventSource.Part<E>> walk(
      List<Work<E, I, O>> works,
      Executor executor,
      Deadline deadline,
      Consumer<Throwable> examine) {
    long reserveNanos = Invocation.CUTTING_NANOS * works.size();
    boolean interrupted = begin(works, executor, deadline, reserveNanos, examine);
    interrupted |= await(works, deadline, reserveNanos);
    works.forEach(Work::cut);
    interrupted |= awaitRecorded(works, deadline);
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
      long reserveNanos,
      Consumer<Throwable> examine) {
    for (Work<?, ?, ?> work : works) {
      if (nanosLeft(deadline, reserveNanos) <= 0) {
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

  private static long nanosLeft(Deadline deadline, long reserveNanos) {
    return deadline.left().toNanos() - reserveNanos;
  }

  /** Waits until all are ended or time is up; says whether it was interrupted meanwhile. */
  private static boolean await(
      List<? extends Work<?, ?, ?>> works, Deadline deadline, long reserveNanos) {
    try {
      for (Work<?, ?, ?> work : works) {
        boolean ended = false;
        while (!ended) {
          long nanos = nanosLeft(deadline, reserveNanos);
          if (nanos <= 0) {
            return false;
          }
          ended = work.awaitEnd(nanos);
        }
      }
      return false;
    } catch (InterruptedException stop) {
      return true;
    }
  }

  /** Waits for those that are being recorded, for half of the time that remains. */
  private static boolean awaitRecorded(List<? extends Work<?, ?, ?>> works, Deadline deadline) {
    long until = deadline.remaining().toMillis() / 2;
    try {
      boolean all = true;
      for (Work<?, ?, ?> work : works) {
        all &= work.awaitEnd((deadline.remaining().toMillis() - until) * 1_000_000);
      }
      if (!all) {
        OperatorLog.error("Outcomes were not recorded in time; those messages come again.");
      }
      return false;
    } catch (InterruptedException stop) {
      return true;
    }
  }
}
