package dev.gabion.core;

import java.util.List;

/**
 * What one event brings: the messages that the source hands over together.
 *
 * @param envelopes the messages, in the source's order
 * @param ordered whether a message may only be worked on once all before it are done
 */
public record Delivery<E extends Envelope>(List<E> envelopes, boolean ordered) {
  /** Copies the list. */
  public Delivery {
    envelopes = List.copyOf(envelopes);
  }

  /** A delivery of one message. */
  public static <E extends Envelope> Delivery<E> of(E envelope) {
    return new Delivery<>(List.of(envelope), true);
  }
}
