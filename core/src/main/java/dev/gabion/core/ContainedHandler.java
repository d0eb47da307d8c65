package dev.gabion.core;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Objects;

/**
 * Starts another handler and keeps inside whatever fails in its class: static initialisers, fields
 * and constructors.
 *
 * <p>The runtime reports what a handler's constructor throws to whoever invokes the function, with
 * its class, message and stack trace. {@link SecureHandler} cannot catch what happens before or
 * after its own constructor; this can. Name {@code dev.gabion.core.ContainedHandler} as the
 * function's handler and the real one's class in the setting {@value #SETTING}.
 */
public final class ContainedHandler implements RequestStreamHandler {
  /** The setting that names the class of the handler. */
  public static final String SETTING = "GABION_HANDLER";

  private final SecureHandler handler;

  /**
   * Makes the handler that the setting names.
   *
   * @throws InvocationFailed if it cannot be made: the log says where it failed, the outside learns
   *     nothing
   */
  public ContainedHandler() {
    StandardOutput.install();
    try {
      handler = handler(Settings.ofProcess().get(SETTING));
    } catch (InvocationTargetException thrown) {
      throw Startup.failed("the handler's class", Objects.requireNonNull(thrown.getCause()));
    } catch (Throwable failure) {
      throw Startup.failed("the handler's class", failure);
    }
  }

  private static SecureHandler handler(String name) throws ReflectiveOperationException {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    Class<?> type = Class.forName(name, false, loader);
    if (!SecureHandler.class.isAssignableFrom(type)) {
      throw new StartFailed(
          "The setting " + SETTING + " must name a class that extends SecureHandler.");
    }
    return type.asSubclass(SecureHandler.class).getConstructor().newInstance();
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    handler.handleRequest(in, out, context);
  }
}
