package dev.gabion.aws;

import dev.gabion.core.Environment;
import dev.gabion.core.Managed;
import dev.gabion.core.Scope;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/**
 * A client of one AWS service with the life of its environment: made at INIT, closed before a
 * snapshot, made again with new credentials after a restore. Hand it to {@code .uses(…)}.
 *
 * <p>Give every call the time that its scope has left:
 *
 * <pre>{@code
 * kms.get().decrypt(request -> request.ciphertextBlob(blob).overrideConfiguration(AwsClient.within(call)))
 * }</pre>
 */
public final class AwsClient<C extends SdkClient> implements Managed, AutoCloseable {
  private final Function<Environment, C> maker;
  private final String description;
  private volatile @Nullable C client;
  private @Nullable Environment environment;

  AwsClient(Function<Environment, C> maker, String description) {
    this.maker = maker;
    this.description = description;
  }

  /** Makes the client; does nothing the second time in one environment. */
  @Override
  public void start(Environment starting) {
    awake(starting);
  }

  /** Closes the client: its connections and credentials must not be in a snapshot. */
  @Override
  public void beforeSnapshot() {
    close();
  }

  @Override
  public void afterRestore(Environment restored) {
    awake(restored);
  }

  private synchronized void awake(Environment waking) {
    if (waking != environment) {
      close();
      client = maker.apply(waking);
      environment = waking;
    }
  }

  /**
   * The client.
   *
   * @throws IllegalStateException if it was not started, or is closed
   */
  public C get() {
    C made = client;
    if (made == null) {
      throw new IllegalStateException(
          "This AWS client is not started: hand it, or what works with it, to .uses(…).");
    }
    return made;
  }

  /**
   * Makes a call that asks for a secret or tells one, on a thread that ends with it: what the SDK
   * keeps of it for the next call of the same thread, in the buffers of its JSON parser, ends, too.
   *
   * <pre>{@code
   * client.apart(secrets -> secrets.getSecretValue(request))
   * }</pre>
   *
   * @throws IllegalStateException if the client was not started, or is closed
   * @throws RuntimeException whatever the SDK throws
   */
  public <R> R apart(Function<C, R> call) {
    C made = get();
    FutureTask<R> work = new FutureTask<>(() -> call.apply(made));
    Thread thread = new Thread(work, "gabion-aws-call");
    thread.setDaemon(true);
    thread.start();
    try {
      return work.get();
    } catch (InterruptedException stopped) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw AbortedException.create("The call was stopped.", stopped);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (failed.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("A call failed.", failed.getCause());
    }
  }

  /**
   * Bounds one call by what its scope's deadline has left; one that is not bound so has eight
   * seconds.
   *
   * @throws ApiCallTimeoutException if that has passed already
   */
  public static Consumer<AwsRequestOverrideConfiguration.Builder> within(Scope scope) {
    Duration left = scope.deadline().left();
    if (left.isZero()) {
      throw ApiCallTimeoutException.create(0);
    }
    Duration bound = left.compareTo(AwsClients.CALL) < 0 ? left : AwsClients.CALL;
    return override -> override.apiCallTimeout(bound);
  }

  /** Closes the client; a later start makes another. */
  @Override
  public synchronized void close() {
    C made = client;
    client = null;
    environment = null;
    if (made != null) {
      made.close();
    }
  }

  @Override
  public String describe() {
    return description;
  }
}
