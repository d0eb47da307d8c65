package dev.gabion.secrets;

import dev.gabion.core.IssuedSecrets;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.SecretUnavailable.Reason;
import dev.gabion.core.SecretValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One secret of a store: the version that is held, and how another comes in its place.
 *
 * <p>At most one thread asks the source, within its own invocation; whoever needs the answer waits
 * for it as long as its own deadline allows. The lock is never held while somebody asks, records or
 * uses a secret.
 */
final class Entry {
  /** What is left to a call, once its time for waiting is over, for recording and replying. */
  private static final Duration RESERVE = Duration.ofMillis(100);

  /** Whoever gave the source so long has learnt something of it by having no answer. */
  private static final Duration FAIR = Duration.ofSeconds(1);

  /** A timer may go off so much early. */
  private static final long TIMER_MILLIS = 10;

  private final Wanted wanted;
  private final Terms terms;
  private final Fetcher source;
  private final Clocks clocks;
  private final List<String> fields = new ArrayList<>();

  private volatile @Nullable Held held;

  private final ReentrantLock lock = new ReentrantLock();
  // What follows is guarded by the lock, and so is every change of what is held.
  private final Pause pause;
  private final Rotation rotation;
  private @Nullable Fault lastFault;
  private @Nullable Journal journal;
  private @Nullable Flight flight;
  private boolean open;

  Entry(Wanted wanted, Terms terms, Fetcher source, Clocks clocks) {
    this.wanted = wanted;
    this.terms = terms;
    this.source = source;
    this.clocks = clocks;
    this.pause = new Pause(clocks);
    this.rotation = new Rotation(wanted.isCurrent() && source.knowsStages(), new Pause(clocks));
  }

  /** One asking that is under way; it is the entry's until it has landed or the entry is closed. */
  private static final class Flight {
    private final CountDownLatch landed = new CountDownLatch(1);
    private final Journal journal;
    private final boolean fair;

    /** Whether its end says nothing of the source: who waited for it may ask again at once. */
    private volatile boolean cutShort = true;

    Flight(Journal journal, Scope scope) {
      this.journal = journal;
      this.fair = left(scope).compareTo(FAIR) >= 0;
    }

    /** Waits for its end; false if the scope's time is over first. */
    boolean await(Scope scope) {
      try {
        return landed.await(left(scope).toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }

  /** Where a version comes from: the source, or a batch that was fetched already. */
  private interface Answer {
    Fetched get() throws Fault;
  }

  private static Duration left(Scope scope) {
    return scope.deadline().remaining().minus(RESERVE);
  }

  Wanted wanted() {
    return wanted;
  }

  Fetcher source() {
    return source;
  }

  /** Declares that a field of this secret is lent; gives the index of its view. */
  int field(String name) {
    if (!fields.contains(name)) {
      fields.add(name);
    }
    return fields.indexOf(name) + 1;
  }

  /** The declared fields that the version which is held does not have. */
  List<String> missingFields() {
    Held now = held;
    return now == null
        ? List.of()
        : fields.stream().filter(name -> now.view(fields.indexOf(name) + 1) == null).toList();
  }

  /** Gets ready to be asked for; with {@code now}, from now on. */
  void open(IssuedSecrets issued, boolean now) {
    lock.lock();
    try {
      journal = new Journal(source.name(), issued);
      open = now;
    } finally {
      lock.unlock();
    }
  }

  /** Wipes; nothing that was asked for before fills this again. */
  void close() {
    lock.lock();
    try {
      open = false;
      replace(null);
      rotation.reset();
      pause.end();
      lastFault = null;
      if (flight != null) {
        land(flight);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * The version to use now, with a lease on it.
   *
   * @throws SecretUnavailable if there is none to be had
   * @throws IllegalStateException if nobody has started the store
   */
  Held lease(Scope scope) {
    Held now = held;
    return now != null && now.fresh(scope) && now.lease() ? now : refreshed(scope);
  }

  private Held refreshed(Scope scope) {
    boolean atOnce = false;
    while (true) {
      Flight mine = null;
      Flight others = null;
      Fault known = null;
      Journal log;
      lock.lock();
      try {
        log = requireStarted();
        Held now = held;
        if (now != null && now.fresh(scope) && now.lease()) {
          return now;
        }
        if (!open) {
          known = Fault.closed();
        } else if (flight != null) {
          others = flight;
        } else if (lastFault != null && pause.lasts() && !atOnce) {
          known = lastFault;
        } else {
          mine = begin(log, scope);
        }
      } finally {
        lock.unlock();
      }
      if (mine != null) {
        return lead(scope, mine, clocks.now(), () -> source.fetch(wanted, scope));
      }
      if (known == null && others != null && !others.await(scope)) {
        known = Fault.unreachable("Deadline");
      }
      if (known != null) {
        return staleOrRefused(scope, log, known);
      }
      atOnce = others != null && others.cutShort;
    }
  }

  /** Takes in what a batch brought, as if it had been asked for singly. */
  void fill(Scope scope, Fetched brought, Clocks.Moment since) {
    Flight mine = null;
    lock.lock();
    try {
      if (open && flight == null) {
        mine = begin(requireStarted(), scope);
      }
    } finally {
      lock.unlock();
    }
    if (mine == null) {
      brought.values().values().forEach(SecretValue::close);
    } else {
      lead(scope, mine, since, () -> brought).release();
    }
  }

  /** Asks, for everybody who waits. */
  private Held lead(Scope scope, Flight mine, Clocks.Moment since, Answer answer) {
    try {
      return take(scope, mine, hold(answer.get(), since));
    } catch (Fault fault) {
      failed(scope, mine, fault);
      return staleOrRefused(scope, mine.journal, fault);
    } finally {
      land(mine);
    }
  }

  private Held hold(Fetched fetched, Clocks.Moment since) {
    long live = terms.timeToLive().toMillis();
    return new Held(fetched, fields, since, live - clocks.upTo(live / 10));
  }

  /** Has a version in place of the one that is held; a lease on it is the caller's. */
  private Held take(Scope scope, Flight mine, Held fetched) throws Fault {
    announce(scope, mine, wanted, fetched);
    lock.lock();
    try {
      if (flight == mine) {
        fetched.lease();
        if (held == null || !held.version().equals(fetched.version())) {
          rotation.reset();
        }
        replace(fetched);
        pause.end();
        lastFault = null;
        mine.cutShort = false;
        return fetched;
      }
    } finally {
      lock.unlock();
    }
    fetched.retire();
    throw Fault.closed();
  }

  /** Tells of a version before anybody sees it; if that fails, nobody does. */
  private void announce(Scope scope, Flight mine, Wanted what, Held fetched) throws Fault {
    boolean told = false;
    try {
      boolean again;
      boolean known;
      lock.lock();
      try {
        if (flight != mine) {
          throw Fault.closed();
        }
        again = held != null && what.equals(wanted);
        known = held != null && held.same(fetched);
      } finally {
        lock.unlock();
      }
      if (!known) {
        mine.journal.issued(fetched);
      }
      mine.journal.fetched(scope, what, fetched, again);
      told = true;
    } finally {
      if (!told) {
        fetched.retire();
      }
    }
  }

  /**
   * Keeps what a failure says of the secret, if it is an answer, or else of the source; false if it
   * says nothing, because there was hardly time to ask.
   */
  private boolean failed(Scope scope, Flight mine, Fault fault) {
    boolean outOfTime = outOfTime(scope, fault);
    boolean says = !outOfTime || mine.fair;
    lock.lock();
    try {
      if (flight == mine) {
        mine.cutShort = outOfTime;
        if (!fault.passing()) {
          replace(null);
          rotation.reset();
        }
        if (says) {
          pause.grow();
          lastFault = fault;
        }
      }
    } finally {
      lock.unlock();
    }
    return says;
  }

  private static boolean outOfTime(Scope scope, Fault fault) {
    return fault.passing() && left(scope).toMillis() <= TIMER_MILLIS;
  }

  /** Lends the old version if that is allowed after such a fault. */
  private Held staleOrRefused(Scope scope, Journal log, Fault fault) {
    for (Held old = held; fault.passing() && old != null; old = held) {
      if (old.fresh(scope) && old.lease()) {
        return old; // somebody else had more luck
      }
      if (old.ageMillis() > oldestMillis()) {
        drop(old);
      } else if (old.lease()) {
        boolean told = false;
        try {
          log.stale(scope, wanted, old, fault);
          told = true;
          return old;
        } finally {
          if (!told) {
            old.release();
          }
        }
      }
    }
    log.refused(scope, wanted, fault);
    throw new SecretUnavailable(wanted.name(), fault.reason(), fault);
  }

  /** How old a version may get, counted from when it was asked for. */
  private long oldestMillis() {
    return terms.timeToLive().plus(terms.staleIfError()).minus(source.keepsFor()).toMillis();
  }

  /**
   * Another version than those that the other side refused, with a lease on it; null if there is
   * none, or it was asked for a moment ago.
   */
  @Nullable Held newer(Scope scope, Set<String> refused) {
    while (true) {
      Flight mine = null;
      Flight others;
      Rotation.Step step = Rotation.Step.NOTHING;
      String version;
      lock.lock();
      try {
        Held now = held;
        if (now == null || wanted.version() != null) {
          return null;
        }
        version = now.version();
        if (!refused.contains(now.version()) && now.lease()) {
          return now;
        }
        Held pending = rotation.leasePending(refused);
        if (pending != null) {
          return pending;
        }
        others = flight;
        if (others == null) {
          step = rotation.next(version);
          if (step == Rotation.Step.NOTHING) {
            return null;
          }
          mine = begin(requireStarted(), scope);
        }
      } finally {
        lock.unlock();
      }
      if (mine == null) {
        if (others == null || !others.await(scope)) {
          return null;
        }
      } else if (!asked(scope, mine, step, version)) {
        return null;
      }
    }
  }

  /** Asks for another version than the refused one; false if there was no time for that. */
  private boolean asked(Scope scope, Flight mine, Rotation.Step step, String refused) {
    try {
      if (step == Rotation.Step.PENDING) {
        askForPending(scope, mine, refused);
      } else {
        askForCurrent(scope, mine, refused);
      }
      return !mine.cutShort;
    } finally {
      land(mine);
    }
  }

  private void askForPending(Scope scope, Flight mine, String refused) {
    Wanted pending = wanted.pending();
    Clocks.Moment since = clocks.now();
    Held found = null;
    Fault none = null;
    try {
      found = hold(source.fetch(pending, scope), since);
      announce(scope, mine, pending, found);
    } catch (Fault fault) {
      found = null;
      none = fault;
    }
    lock.lock();
    try {
      boolean another = found != null && !found.version().equals(refused);
      if (flight == mine && (none == null || mine.fair || !outOfTime(scope, none))) {
        mine.cutShort = false;
        rotation.askedForPending(another ? found : null);
        if (none != null && none.reason() == Reason.DENIED) {
          rotation.mayNotReadPending();
        }
      } else {
        another = false;
      }
      if (found != null && !another) {
        found.retire();
      }
    } finally {
      lock.unlock();
    }
    if (none != null) {
      mine.journal.refused(scope, pending, none);
    }
  }

  private void askForCurrent(Scope scope, Flight mine, String refused) {
    Clocks.Moment since = clocks.now();
    Fault none = null;
    boolean says = true;
    try {
      take(scope, mine, hold(source.fetch(wanted, scope), since)).release();
    } catch (Fault fault) {
      none = fault;
      says = failed(scope, mine, fault);
    }
    lock.lock();
    try {
      if (says && flight == mine && held != null && held.version().equals(refused)) {
        rotation.askedInVain();
      }
    } finally {
      lock.unlock();
    }
    if (none != null) {
      mine.journal.refused(scope, wanted, none);
    }
  }

  /** The other side took this version: if it was a pending one, it is held from now on. */
  void worked(Held version) {
    lock.lock();
    try {
      if (rotation.take(version)) {
        replace(version);
        rotation.reset();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The other side refused this version: if it was a pending one, nobody else need try it. */
  void refused(Held version) {
    lock.lock();
    try {
      rotation.drop(version);
    } finally {
      lock.unlock();
    }
  }

  private void replace(@Nullable Held next) {
    Held before = held;
    held = next;
    if (before != null) {
      before.retire();
    }
  }

  private void drop(Held old) {
    lock.lock();
    try {
      if (held == old) {
        replace(null);
      }
    } finally {
      lock.unlock();
    }
  }

  private Journal requireStarted() {
    if (journal == null) {
      throw new IllegalStateException(
          "The secret "
              + wanted.name()
              + " was not started: hand its Secrets, or its handle, to .uses(...).");
    }
    return journal;
  }

  private Flight begin(Journal log, Scope scope) {
    Flight mine = new Flight(log, scope);
    flight = mine;
    return mine;
  }

  private void land(Flight landing) {
    lock.lock();
    try {
      if (flight == landing) {
        flight = null;
      }
    } finally {
      lock.unlock();
    }
    landing.landed.countDown();
  }
}
