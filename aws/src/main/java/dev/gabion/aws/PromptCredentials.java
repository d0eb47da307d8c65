package dev.gabion.aws;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * Credentials that come soon or not at all: the SDK asks for them before its own clock starts, and
 * the endpoint that gives them under SnapStart may be silent.
 */
final class PromptCredentials implements AwsCredentialsProvider, SdkAutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final AwsCredentialsProvider asked;

  PromptCredentials(AwsCredentialsProvider asked) {
    this.asked = asked;
  }

  @Override
  public AwsCredentials resolveCredentials() {
    FutureTask<AwsCredentials> work = new FutureTask<>(asked::resolveCredentials);
    Thread thread = new Thread(work, "gabion-aws-credentials");
    thread.setDaemon(true);
    thread.start();
    try {
      return work.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException silent) {
      thread.interrupt();
      throw SdkClientException.create("No credentials came within a second.");
    } catch (InterruptedException stopped) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw AbortedException.create("The wait for credentials was stopped.", stopped);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw SdkClientException.create("There are no credentials.", failed.getCause());
    }
  }

  @Override
  public void close() {
    if (asked instanceof SdkAutoCloseable closeable) {
      closeable.close();
    }
  }
}
