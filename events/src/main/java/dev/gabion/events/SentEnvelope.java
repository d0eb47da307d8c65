package dev.gabion.events;

import dev.gabion.core.RecordEnvelope;
import java.util.Optional;

/** A message whose source may say who has sent it: what {@link Senders#only} asks for. */
public interface SentEnvelope extends RecordEnvelope {
  /** Whom the source names as the sender, such as a principal id; empty where it names nobody. */
  Optional<String> sender();
}
