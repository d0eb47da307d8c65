package dev.gabion.egress;

import dev.gabion.core.Deadline;
import java.time.Duration;
import java.util.concurrent.Future;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer: the time that is left for it, the connection that it has, and what is
 * known about that.
 */
final class Exchange {
  private final Deadline scope;
  private final @Nullable Deadline call;
  private final String host;
  private final int port;
  private volatile @Nullable TimedSocket line;
  private volatile @Nullable Future<?> guard;
  private volatile boolean over;
  private volatile boolean aborted;
  private volatile boolean expired;
  private volatile boolean reused;
  private volatile boolean answered;
  private volatile @Nullable SSLSession session;

  /**
   * Begins.
   *
   * @param scope the work that the call is made for
   * @param call the time that the call may take, redirects included; null if the work ends first
   */
  Exchange(Deadline scope, @Nullable Deadline call, String host, int port) {
    this.scope = scope;
    this.call = call;
    this.host = host;
    this.port = port;
  }

  String host() {
    return host;
  }

  int port() {
    return port;
  }

  Duration left() {
    return call == null ? scope.left() : call.remaining();
  }

  /**
   * How long to wait for something, in milliseconds, at least one.
   *
   * @param most a bound of its own; 0 for none
   * @throws EgressFailed if there is no time left, or this was aborted
   */
  int patience(int most) throws EgressFailed {
    if (over) {
      return most;
    }
    if (aborted && !expired) {
      throw EgressFailed.of(EgressFailed.Reason.CLOSED, "cancelled");
    }
    long left = left().toMillis();
    if (expired || left <= 0) {
      throw EgressFailed.of(EgressFailed.Reason.TIME, "deadline");
    }
    long bounded = most == 0 ? left : Math.min(left, most);
    return (int) Math.min(bounded, Integer.MAX_VALUE);
  }

  boolean isOutOfTime() {
    return expired || left().isZero();
  }

  boolean isAborted() {
    return aborted;
  }

  /** Whether the connection had served before, and may have gone stale. */
  boolean isReused() {
    return reused;
  }

  boolean isAnswered() {
    return answered;
  }

  void answered() {
    answered = true;
  }

  /** What connection this has, from now on: one that it has made, or one that was there. */
  void on(TimedSocket socket, boolean made) throws EgressFailed {
    if (line != socket) {
      reused = !made;
      line = socket;
      socket.serve(this);
    }
    patience(0); // who aborts from here on finds the socket
  }

  void secured(@Nullable SSLSession established) {
    session = established;
  }

  @Nullable SSLSession session() {
    return session;
  }

  void guardedBy(Future<?> watch) {
    guard = watch;
  }

  /** Ends the wait of whoever reads or writes, by closing the socket under them. */
  void abort() {
    if (!over) {
      aborted = true;
      TimedSocket socket = line;
      if (socket != null) {
        socket.dropFor(this);
      }
    }
  }

  /** The same, because time is up. */
  void expire() {
    expired = true;
    abort();
  }

  /** The answer is read, or given up: the connection may serve others. */
  void end() {
    over = true;
    TimedSocket socket = line;
    if (socket != null) {
      socket.leave(this);
    }
    Future<?> watch = guard;
    if (watch != null) {
      watch.cancel(false);
    }
  }
}
