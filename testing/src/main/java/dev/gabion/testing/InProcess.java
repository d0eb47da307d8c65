package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Sends an event to a handler object in this JVM: the quickest test there is, with the dependencies
 * that its second constructor takes. {@link RealRuntime} shows the rest.
 */
public final class InProcess {
  private InProcess() {}

  /**
   * Sends a request and gives the reply.
   *
   * @throws dev.gabion.core.InvocationFailed as a {@link dev.gabion.core.SecureHandler} does
   */
  public static HttpReply send(RequestStreamHandler handler, SampleEvents.Http request) {
    return HttpReply.of(send(handler, request.json()));
  }

  /**
   * Sends an event and gives the reply.
   *
   * @throws dev.gabion.core.InvocationFailed as a {@link dev.gabion.core.SecureHandler} does
   */
  public static String send(RequestStreamHandler handler, String event) {
    return send(handler, event.getBytes(UTF_8), SampleContext.standard());
  }

  /** Sends an event in a context of one's own. */
  public static String send(RequestStreamHandler handler, byte[] event, Context context) {
    ByteArrayOutputStream reply = new ByteArrayOutputStream();
    try {
      handler.handleRequest(new ByteArrayInputStream(event), reply, context);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return reply.toString(UTF_8);
  }
}
