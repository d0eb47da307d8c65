package dev.gabion.secrets;

import dev.gabion.core.IssuedSecrets;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.SecretUnavailable.Reason;
import dev.gabion.core.SecretValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One secret of a store: the version that is held, and how another comes in its place.
 *
 * <p>At most one thread asks the source, within its own invocation; whoever needs the answer waits
 * for it as long as its own deadline allows. The lock is never held while somebody asks, records or
 * uses a secret.
 */
final class Entry {
  private final Wanted wanted;
  private final Terms terms;
  private final Fetcher source;
  private final Clocks clocks;
  private final List<String> fields = new ArrayList<>();

  private volatile @Nullable Held held;

  private final Object lock = new Object();
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

  /** Where a version comes from: the source, or a batch that was fetched already. */
  private interface Answer {
    Fetched get() throws Fault;
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

  /**
   * Refuses a use of a declared field that the version which is held lacks.
   *
   * @throws SecretUnavailable always
   */
  SecretValue lacking(String field, Scope scope) {
    Fault fault = Fault.missing("NoField");
    Journal log;
    synchronized (lock) {
      log = requireStarted();
    }
    log.refused(scope, wanted, fault);
    throw new SecretUnavailable(wanted.name() + ", field " + field, fault.reason(), fault);
  }

  /** Gets ready to be asked for; with {@code now}, from now on. */
  void open(IssuedSecrets issued, boolean now) {
    synchronized (lock) {
      journal = new Journal(source.name(), issued);
      open = now;
    }
  }

  /** Wipes; nothing that was asked for before fills this again. */
  void close() {
    synchronized (lock) {
      open = false;
      replace(null);
      rotation.reset();
      rotation.mayReadPending(true);
      pause.end();
      lastFault = null;
      if (flight != null) {
        land(flight);
      }
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
      synchronized (lock) {
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
      atOnce = others != null && others.wasCutShort();
    }
  }

  /** Takes in what a batch brought, as if it had been asked for singly. */
  void fill(Scope scope, Fetched brought, Clocks.Moment since) {
    Flight mine = null;
    synchronized (lock) {
      if (open && flight == null) {
        mine = begin(requireStarted(), scope);
      }
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
      return staleOrRefused(scope, mine.journal(), fault);
    } finally {
      land(mine);
    }
  }

  private Held hold(Fetched fetched, Clocks.Moment since) {
    long live = Math.min(terms.timeToLive().toMillis(), oldestMillis());
    return new Held(fetched, fields, since, live - clocks.upTo(live / 10));
  }

  /** Has a version in place of the one that is held; a lease on it is the caller's. */
  private Held take(Scope scope, Flight mine, Held fetched) throws Fault {
    announce(scope, mine, wanted, fetched);
    synchronized (lock) {
      if (flight == mine) {
        fetched.lease();
        if (held == null || !held.version().equals(fetched.version())) {
          rotation.reset();
        }
        replace(fetched);
        pause.end();
        lastFault = null;
        mine.succeeded();
        return fetched;
      }
    }
    fetched.retire();
    throw Fault.closed();
  }

  /** Tells of a version before anybody sees it; if that fails, nobody does. */
  private void announce(Scope scope, Flight mine, Wanted what, Held fetched) throws Fault {
    boolean told = false;
    try {
      boolean again;
      synchronized (lock) {
        if (flight != mine) {
          throw Fault.closed();
        }
        again = held != null && what.equals(wanted);
      }
      mine.journal().issued(fetched); // each time: who keeps secrets out of logs forgets in the end
      mine.journal().fetched(scope, what, fetched, again);
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
    boolean says = mine.failed(scope, fault);
    synchronized (lock) {
      if (flight == mine && !fault.passing()) {
        replace(null);
        rotation.reset();
      }
      if (flight == mine && says) {
        pause.grow();
        lastFault = fault;
      }
    }
    return says;
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
      synchronized (lock) {
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
      return !mine.wasCutShort();
    } finally {
      land(mine);
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
    synchronized (lock) {
      if (says && flight == mine && held != null && held.version().equals(refused)) {
        if (none == null) {
          rotation.currentIsStillIt();
        } else {
          rotation.end();
        }
      }
    }
    if (none != null) {
      mine.journal().refused(scope, wanted, none);
    }
  }

  private void askForPending(Scope scope, Flight mine, String refused) {
    Wanted pending = wanted.pending();
    Clocks.Moment since = clocks.now();
    try {
      Held found = hold(source.fetch(pending, scope), since);
      announce(scope, mine, pending, found);
      synchronized (lock) {
        boolean another = flight == mine && !found.version().equals(refused);
        if (another) {
          rotation.pendingIs(found);
        } else {
          found.retire();
          rotation.end();
        }
      }
      mine.succeeded();
    } catch (Fault none) {
      boolean says = mine.failed(scope, none);
      synchronized (lock) {
        if (says && flight == mine) {
          if (none.reason() == Reason.MISSING) {
            rotation.nothingIsPending();
          } else {
            rotation.end();
          }
          rotation.mayReadPending(none.reason() != Reason.DENIED);
        }
      }
      mine.journal().refused(scope, pending, none);
    }
  }

  /** The other side took this version: if it was a pending one, it is held from now on. */
  void worked(Held version) {
    synchronized (lock) {
      if (rotation.take(version)) {
        replace(version);
        rotation.reset();
      }
    }
  }

  /** The other side refused this version: if it was a pending one, nobody else need try it. */
  void refused(Held version) {
    synchronized (lock) {
      rotation.drop(version);
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
    synchronized (lock) {
      if (held == old) {
        replace(null);
      }
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
    synchronized (lock) {
      if (flight == landing) {
        flight = null;
      }
    }
    landing.end();
  }
}
