package dev.gabion.aws;

import dev.gabion.core.Environment;
import dev.gabion.core.Quarantine;
import dev.gabion.core.Scope;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Keeps messages that can never pass in an SQS queue of its own: one message each, whose body is
 * {@link Quarantine.Kept#json}. The function needs {@code sqs:SendMessage} for it, and the library
 * {@code software.amazon.awssdk:sqs}.
 *
 * <p>SQS takes bodies of up to a mebibyte, and the original grows by a third in base64: what may be
 * larger is kept by {@link S3Quarantine}, or it is never kept and comes again.
 */
public final class SqsQuarantine implements Quarantine {
  private final String url;
  private final AwsClient<SqsClient> client;

  private SqsQuarantine(String url, AwsClient<SqsClient> client) {
    this.url = url;
    this.client = client;
  }

  /**
   * Keeps messages in a standard queue.
   *
   * @param url such as {@code
   *     https://sqs.eu-central-1.amazonaws.com/123456789012/orders-quarantine}
   * @throws IllegalArgumentException if it is none, or that of a FIFO queue
   */
  public static SqsQuarantine queue(String url) {
    return queue(url, AwsClients.standard());
  }

  /** The same with other clients than the standard ones, such as those of another region. */
  public static SqsQuarantine queue(String url, AwsClients clients) {
    if (!url.matches("https?://[A-Za-z0-9.:-]+/[0-9]{12}/[A-Za-z0-9_-]{1,80}")) {
      throw new IllegalArgumentException(
          "A quarantine is a standard queue, named by its URL, such as"
              + " https://sqs.eu-central-1.amazonaws.com/123456789012/quarantine.");
    }
    return new SqsQuarantine(url, clients.client(SqsClient::builder));
  }

  @Override
  public void start(Environment environment) {
    client.start(environment);
  }

  @Override
  public void beforeSnapshot() {
    client.beforeSnapshot();
  }

  @Override
  public void afterRestore(Environment environment) {
    client.afterRestore(environment);
  }

  @Override
  public void keep(Kept message, Scope scope) {
    String body = new String(message.json(), StandardCharsets.UTF_8);
    client
        .get()
        .sendMessage(
            request ->
                request
                    .queueUrl(url)
                    .messageBody(body)
                    .overrideConfiguration(AwsClient.within(scope)));
  }

  @Override
  public String describe() {
    return "queue " + url.substring(url.lastIndexOf('/') + 1) + ", " + client.describe();
  }
}
