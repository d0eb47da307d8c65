package dev.gabion.core;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A message that a queue, topic, bus, stream or bucket delivers: nobody waits for an answer, and
 * what is not acknowledged comes again.
 */
public interface RecordEnvelope extends Envelope {
  /** Whom the source names as the sender, such as a principal id; empty where it names nobody. */
  Optional<String> sender();

  /**
   * How often this message has been delivered, this time included, as the source itself counts;
   * empty where it does not count.
   */
  OptionalInt deliveries();

  /** What was sent, byte for byte as far as the source keeps it: for a {@link Quarantine}. */
  byte[] original();

  /**
   * This message alone, as the event that AWS would have sent with it: for whoever wants AWS's own
   * type of it, by {@code LambdaEventSerializers} of {@code aws-lambda-java-serialization}.
   */
  byte[] asEvent();
}
