package dev.gabion.aws;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Ends a call at the moment its caller must go on.
 *
 * <p>The SDK interrupts a call that has run out of time, but a thread that connects, or waits for
 * the next byte of a body, does not notice before its own timeout, or never if the other side drips
 * bytes. Here such threads are not the caller's: they are told to stop and end by their timeout.
 *
 * <p>Bodies are read whole, up to a bound: no service of which Gabion makes clients answers with
 * more.
 */
final class PromptHttpClient implements SdkHttpClient {
  private static final int BODY_BYTES = 8 << 20;

  private final SdkHttpClient client;
  private final boolean closing;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "gabion-aws");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Wraps a client.
   *
   * @param closing whether each connection is closed once its answer is read
   */
  PromptHttpClient(SdkHttpClient client, boolean closing) {
    this.client = client;
    this.closing = closing;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new Attempt(client.prepareRequest(request));
  }

  @Override
  public String clientName() {
    return client.clientName();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    client.close();
  }

  private final class Attempt implements ExecutableHttpRequest {
    private final ExecutableHttpRequest request;
    private volatile boolean aborted;

    private Attempt(ExecutableHttpRequest request) {
      this.request = request;
    }

    @Override
    public HttpExecuteResponse call() throws IOException {
      Future<HttpExecuteResponse> answer;
      try {
        answer = threads.submit(this::exchange);
      } catch (RejectedExecutionException closed) {
        throw new IllegalStateException("This AWS client is closed.", closed);
      }
      try {
        return answer.get();
      } catch (InterruptedException outOfTime) {
        abort();
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("The call has run out of time.");
      } catch (ExecutionException failed) {
        if (failed.getCause() instanceof IOException unreachable) {
          throw unreachable;
        }
        if (failed.getCause() instanceof Error error) {
          throw error;
        }
        throw new IllegalStateException("A call failed.", failed.getCause());
      }
    }

    private HttpExecuteResponse exchange() throws IOException {
      HttpExecuteResponse response = request.call();
      if (response.responseBody().isEmpty()) {
        return response;
      }
      return HttpExecuteResponse.builder()
          .response(response.httpResponse())
          .responseBody(body(response.responseBody().get(), length(response)))
          .build();
    }

    /**
     * How long the body is to be; -1 if nobody says. JDK 17 does not notice one that is cut off.
     */
    private long length(HttpExecuteResponse response) {
      return response
          .httpResponse()
          .firstMatchingHeader("Content-Length")
          .filter(length -> length.matches("[0-9]{1,18}"))
          .map(Long::parseLong)
          .orElse(-1L);
    }

    private AbortableInputStream body(InputStream in, long length) throws IOException {
      ByteArrayOutputStream body = new ByteArrayOutputStream(1024);
      byte[] some = new byte[8192];
      try (in) {
        for (int read = in.read(some); read >= 0; read = in.read(some)) {
          body.write(some, 0, read);
          if (aborted || body.size() > BODY_BYTES) {
            request.abort();
            throw new IOException("The answer does not end.");
          }
        }
        if (closing) { // while the stream is open: a closed one has forgotten its connection
          request.abort();
        }
      } finally {
        Arrays.fill(some, (byte) 0);
      }
      if (body.size() < length) {
        throw new EOFException("The answer is cut off.");
      }
      return AbortableInputStream.create(new ByteArrayInputStream(body.toByteArray()), () -> {});
    }

    /** Returns at once, though a connection in the midst of a read is slow to be told. */
    @Override
    public void abort() {
      if (!aborted) {
        aborted = true;
        try {
          threads.execute(request::abort);
        } catch (RejectedExecutionException closed) {
          // The end of all threads has told it.
        }
      }
    }
  }
}
