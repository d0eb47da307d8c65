package dev.gabion.secrets;

import dev.gabion.aws.AwsClient;
import dev.gabion.core.Call;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.SecretUnavailable.Reason;
import dev.gabion.core.SecretValue;
import dev.gabion.secrets.RotationEvents.Event;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/** The versions of a secret for one step: each fetched once, all wiped at its end. */
final class Versions implements RotatedSecret, AutoCloseable {
  private final Rotator rotator;
  private final Event event;
  private final Call call;

  // Guarded by this: steps may use several threads.
  private final Map<String, Optional<SecretValue>> fetched = new HashMap<>();
  private boolean currentIsText;
  private boolean closed;

  Versions(Rotator rotator, Event event, Call call) {
    this.rotator = rotator;
    this.event = event;
    this.call = call;
  }

  @Override
  public String arn() {
    return event.arn();
  }

  @Override
  public String version() {
    return event.version();
  }

  @Override
  public SecretValue current() {
    return required(Rotator.CURRENT);
  }

  @Override
  public SecretValue pending() {
    return required(Rotator.PENDING);
  }

  @Override
  public Optional<SecretValue> previous() {
    return at(Rotator.PREVIOUS);
  }

  boolean hasPending() {
    return at(Rotator.PENDING).isPresent();
  }

  /** How the current version is stored, once it was fetched: what follows it is stored alike. */
  synchronized boolean currentIsText() {
    return currentIsText;
  }

  private SecretValue required(String stage) {
    return at(stage).orElseThrow(() -> new SecretUnavailable(arn(), Reason.MISSING));
  }

  private synchronized Optional<SecretValue> at(String stage) {
    if (closed) {
      throw new SecretUnavailable(arn(), Reason.CLOSED);
    }
    if (!fetched.containsKey(stage)) {
      fetched.put(stage, Rotator.ask(event, call, () -> fetch(stage)));
      fetched.get(stage).ifPresent(rotator::issued);
    }
    return fetched.get(stage);
  }

  private Optional<SecretValue> fetch(String stage) {
    GetSecretValueResponse reply;
    try {
      reply =
          rotator
              .client()
              .apart(
                  manager ->
                      manager.getSecretValue(
                          request ->
                              request
                                  .secretId(event.arn())
                                  .versionStage(stage)
                                  .versionId(stage.equals(Rotator.PENDING) ? event.version() : null)
                                  .overrideConfiguration(AwsClient.within(call))));
    } catch (ResourceNotFoundException none) {
      return Optional.empty();
    }
    if (reply.secretString() != null) {
      currentIsText |= stage.equals(Rotator.CURRENT);
      return Optional.of(SecretValue.ofText(reply.secretString()));
    }
    return Optional.of(SecretValue.copyOf(reply.secretBinary().asByteArrayUnsafe()));
  }

  @Override
  public synchronized void close() {
    closed = true;
    fetched.values().forEach(value -> value.ifPresent(SecretValue::close));
  }
}
