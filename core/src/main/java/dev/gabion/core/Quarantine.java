package dev.gabion.core;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
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

    /** What it was refused with. */
    public Rejection.Code code() {
      return rejection.code();
    }

    /** The constant that says more, such as {@code unknown-field}. */
    public String reason() {
      return rejection.reason();
    }

    /** Which rules it breaks, and where; empty unless that is why. */
    public List<Violation> violations() {
      return rejection.violations();
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

    /**
     * All of it as one JSON object: {@code correlationId}, {@code deliveryId}, {@code reason},
     * {@code status}, {@code stop}, {@code violations} of {@code path} and {@code rule}, {@code
     * source} of {@code kind}, {@code origin} and {@code operation}, {@code deliveries} where the
     * source counts, and {@code original} in base64.
     */
    public byte[] json() {
      ObjectNode kept =
          JsonNodeFactory.instance
              .objectNode()
              .put("correlationId", correlationId)
              .put("deliveryId", envelope.id())
              .put("reason", rejection.reason())
              .put("status", rejection.code().status())
              .put("stop", stop.name().toLowerCase(Locale.ROOT));
      for (Violation violation : rejection.violations()) {
        kept.withArray("/violations")
            .addObject()
            .put("path", violation.path())
            .put("rule", violation.rule());
      }
      SourceFacts facts = envelope.facts();
      kept.putObject("source")
          .put("kind", facts.kind())
          .put("origin", facts.origin())
          .put("operation", facts.operation());
      envelope.deliveries().ifPresent(count -> kept.put("deliveries", count));
      kept.put("original", envelope.original());
      return kept.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      return "Kept[" + correlationId + "]";
    }
  }
}
