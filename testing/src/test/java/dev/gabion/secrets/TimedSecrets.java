package dev.gabion.secrets;

import dev.gabion.aws.AwsClients;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Real stores whose time a test of another room moves by hand. */
public final class TimedSecrets {
  private final AtomicLong millis = new AtomicLong(1_700_000_000_000L);
  private final Clocks clocks = new Clocks(millis::get, () -> millis.get() * 1_000_000);

  /** A store of Secrets Manager with the usual terms. */
  public Secrets secretsManager(AwsClients clients) {
    return new Secrets(new SecretsManager(clients), Terms.STANDARD, clocks);
  }

  /** A store of Parameter Store with the usual terms. */
  public Secrets parameterStore(AwsClients clients) {
    return new Secrets(new ParameterStore(clients, ""), Terms.STANDARD, clocks);
  }

  /** Lets time pass. */
  public void pass(Duration time) {
    millis.addAndGet(time.toMillis());
  }
}
