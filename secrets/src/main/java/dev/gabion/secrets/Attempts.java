package dev.gabion.secrets;

import dev.gabion.core.Scope;
import dev.gabion.core.SecretUnavailable;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Uses a secret, and another version of it if the other side does not take the first. */
final class Attempts {
  /** The version that is held, one that a rotation has under way, the one that is current. */
  private static final int MOST = 3;

  private Attempts() {}

  /** What is done with a version while there is a lease on it. */
  interface Body<R, X extends Exception> {
    R apply(Held held) throws X;
  }

  /**
   * Uses one version after the other, each once, until one is not refused.
   *
   * @throws X what the body throws: if it was refused to the end, the first refusal with the others
   *     suppressed, else what ended it with that first refusal suppressed
   */
  static <R, X extends Exception> R use(
      Entry entry, Scope scope, Body<R, X> body, Predicate<? super Exception> refused) throws X {
    Set<String> versions = new HashSet<>();
    Exception first = null;
    Held held = entry.lease(scope);
    while (true) {
      try {
        R result = body.apply(held);
        if (first != null) {
          entry.worked(held);
        }
        return result;
      } catch (SecretUnavailable ours) {
        suppress(ours, first);
        throw ours; // the other side was not even asked
      } catch (Exception failure) {
        if (!refused.test(failure)) {
          suppress(failure, first);
          throw failure;
        }
        versions.add(held.version());
        entry.refused(held);
        if (first == null) {
          first = failure;
        } else {
          suppress(first, failure);
        }
      } finally {
        held.release();
      }
      held = versions.size() < MOST ? entry.newer(scope, versions) : null;
      if (held == null) {
        throw Attempts.<X>asThrown(first);
      }
    }
  }

  private static void suppress(Exception thrown, @Nullable Exception other) {
    if (other != null && other != thrown) {
      thrown.addSuppressed(other);
    }
  }

  /** Only the body throws here: what it threw is an X, or unchecked and goes on as it is. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <X extends Exception> X asThrown(Exception thrown) {
    return (X) thrown;
  }
}
