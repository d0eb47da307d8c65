package dev.gabion.core;

import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Where a message is kept that can never pass, so that it may be acknowledged: nothing behind it
 * waits, it is not delivered again and again, and somebody can look into it.
 *
 * <p>Who may read the place may read what was sent, which nobody has checked.
 */
public interface Quarantine extends Managed {
  /**
   * Keeps a message. Returning means that it is kept for good: it is acknowledged then.
   *
   * @throws Exception if it could not be kept; it is reported as failed then, and comes again
   */
  void keep(Kept message, Scope scope) throws Exception;

  /** Says in one line where messages are kept, such as {@code "queue orders-quarantine"}. */
  @Override
  String describe();

  /** What is kept of a message. Says nothing of the message itself when it is printed. */
  final class Kept {
    private static final Pattern UNFIT_FOR_A_NAME = Pattern.compile("[^A-Za-z0-9._-]");

    private final RecordEnvelope envelope;
    private final Rejection rejection;
    private final Stop stop;
    private final String correlationId;

    Kept(RecordEnvelope envelope, Rejection rejection, Stop stop, String correlationId) {
      this.envelope = envelope;
      this.rejection = rejection;
      this.stop = stop;
      this.correlationId = correlationId;
    }

    /** The source's identifier of the message. */
    public String deliveryId() {
      return envelope.id();
    }

    /** Where it came from. */
    public SourceFacts source() {
      return envelope.facts();
    }

    /** Why it did not pass; with its reason, never a value. */
    public Rejection rejection() {
      return rejection;
    }

    /** Where it was refused, or failed for the last time. */
    public Stop stop() {
      return stop;
    }

    /** The identifier under which the audit trail knows of it. */
    public String correlationId() {
      return correlationId;
    }

    /** The same, fit for the name of a file or an object: {@code A-Z a-z 0-9 . _ -}. */
    public String name() {
      return UNFIT_FOR_A_NAME.matcher(correlationId).replaceAll("-");
    }

    /** How often it had been delivered, where its source counts. */
    public OptionalInt deliveries() {
      return envelope.deliveries();
    }

    /** What was sent: a new copy. */
    public byte[] original() {
      return envelope.original().clone();
    }

    @Override
    public String toString() {
      return "Kept[" + correlationId + "]";
    }
  }
}
