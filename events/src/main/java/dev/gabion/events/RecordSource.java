package dev.gabion.events;

import dev.gabion.core.EventSource;
import dev.gabion.core.Quarantine;
import dev.gabion.core.RecordEnvelope;
import dev.gabion.core.Rejection;
import dev.gabion.core.StrictJson;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What the sources of records have in common: nobody waits for an answer. The reply names the
 * messages that must come again, or it cannot, and then is empty.
 */
abstract class RecordSource<E extends RecordEnvelope, I> extends EventSource<E, I, Void> {
  final Terms terms;

  RecordSource(Class<I> input, Terms terms) {
    super(input, Void.class);
    this.terms = terms;
  }

  /** How the reply names these messages, all of those that are not done. */
  List<String> failures(List<E> undone) {
    return List.of();
  }

  @Override
  protected final byte[] done(E message, @Nullable Void output, StrictJson json) {
    return part();
  }

  @Override
  protected final byte[] refused(E message, Rejection rejection, String correlationId) {
    return part();
  }

  private byte[] part() {
    return namesFailures() ? new byte[0] : Shape.nothing();
  }

  @Override
  protected final byte[] reply(List<Part<E>> parts) {
    return namesFailures()
        ? Shape.failures(
            failures(parts.stream().filter(part -> !part.done()).map(Part::envelope).toList()))
        : Shape.nothing();
  }

  @Override
  protected final boolean answersRefusals() {
    return false;
  }

  @Override
  protected final @Nullable Executor executor() {
    return terms.executor();
  }

  @Override
  protected final @Nullable Quarantine quarantine() {
    return terms.quarantine();
  }

  @Override
  protected final int attempts() {
    return terms.attempts();
  }
}
