package dev.gabion.events;

import dev.gabion.core.Authenticator;
import dev.gabion.core.Caller;
import dev.gabion.core.RecordEnvelope;
import dev.gabion.core.Rejection;
import dev.gabion.core.Scope;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * Who sends records: whoever the source itself lets write, or only those whom it names.
 *
 * <p>A record has no credentials of its own. Who may write to a queue, topic, bus, stream or bucket
 * is for that resource's policy to say, and who may invoke the function for the function's.
 */
public final class Senders {
  private Senders() {}

  /**
   * Takes what the source delivers. The caller is the source: issuer such as {@code aws:sqs}, id
   * its ARN.
   */
  public static Authenticator<RecordEnvelope> whoeverMayWrite() {
    return new OfSource();
  }

  /**
   * Takes only what these have sent, as the source names them: of SQS the {@code SenderId}, of S3
   * and DynamoDB the {@code principalId}, of EventBridge the account. The id of a role, such as
   * {@code AROAEXAMPLE}, stands for all its sessions.
   */
  public static Authenticator<SentEnvelope> only(String... ids) {
    if (ids.length == 0 || Arrays.stream(ids).anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("Name at least one sender, and none that is blank.");
    }
    return new Named(Set.of(ids));
  }

  private static final class OfSource implements Authenticator<RecordEnvelope> {
    @Override
    public Caller identify(RecordEnvelope envelope, Scope scope) {
      return Caller.of("aws:" + envelope.facts().kind(), envelope.facts().origin());
    }

    @Override
    public String describe() {
      return "whoever may write to the source";
    }
  }

  private record Named(Set<String> ids) implements Authenticator<SentEnvelope> {
    @Override
    public Caller identify(SentEnvelope envelope, Scope scope) {
      Optional<String> sender = envelope.sender();
      if (sender.isEmpty()) {
        throw Rejection.unauthenticated("no-sender");
      }
      Caller caller = Caller.of("aws:" + envelope.facts().kind(), sender.get());
      // S3 writes AWS: before the id that others give alone.
      String id = caller.id().startsWith("AWS:") ? caller.id().substring(4) : caller.id();
      if (!ids.contains(caller.id()) && !ids.contains(id) && !ids.contains(id.split(":", -1)[0])) {
        throw Rejection.of(Rejection.Code.FORBIDDEN, "sender").of(caller);
      }
      return caller;
    }

    @Override
    public String describe() {
      return ids.size() + (ids.size() == 1 ? " named sender" : " named senders");
    }
  }
}
