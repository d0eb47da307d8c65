package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.locks.LockSupport;
import org.crac.Core;
import org.crac.Resource;
import org.jspecify.annotations.Nullable;

/** The functions that the tests run: each does one thing. */
final class Handlers {
  private static @Nullable Socket connection;

  private Handlers() {}

  /** Does what its event says. */
  public static final class Obedient implements RequestStreamHandler {
    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context)
        throws IOException {
      String event = new String(in.readAllBytes(), UTF_8);
      String[] order = event.split(" ", 2);
      switch (order[0]) {
        case "log" -> context.getLogger().log(order[1]);
        case "print" -> System.out.println(order[1]);
        case "complain" -> System.err.println(order[1]);
        case "throw" -> throw new IllegalStateException(order[1]);
        case "exit" -> System.exit(Integer.parseInt(order[1]));
        case "halt" -> Runtime.getRuntime().halt(Integer.parseInt(order[1]));
        case "overflow" -> throw new StackOverflowError(order[1]);
        case "deep" -> deep(Integer.parseInt(order[1]));
        case "hang" -> hang();
        case "connect" -> connect(Integer.parseInt(order[1]));
        case "connect-and-hang" -> {
          connect(Integer.parseInt(order[1]));
          hang();
        }
        case "size" -> out.write(new byte[Integer.parseInt(order[1])]);
        case "env" -> out.write(String.valueOf(System.getenv(order[1])).getBytes(UTF_8));
        case "names" -> out.write(String.join(" ", System.getenv().keySet()).getBytes(UTF_8));
        case "property" -> out.write(String.valueOf(System.getProperty(order[1])).getBytes(UTF_8));
        case "context" -> out.write(facts(context).getBytes(UTF_8));
        case "heap" ->
            out.write(Long.toString(Runtime.getRuntime().maxMemory() >> 20).getBytes(UTF_8));
        default -> out.write(event.getBytes(UTF_8));
      }
    }

    private static String facts(Context context) {
      return String.join(
          "\n",
          List.of(
              context.getAwsRequestId(),
              context.getInvokedFunctionArn(),
              String.valueOf(context.getTenantId()),
              String.valueOf(context.getXrayTraceId()),
              Integer.toString(context.getRemainingTimeInMillis()),
              context.getFunctionName(),
              Integer.toString(context.getMemoryLimitInMB())));
    }

    /** Throws from far below, so that the trace has many long lines. */
    private static void deep(int depth) {
      if (depth > 0) {
        deep(depth - 1);
      } else {
        throw new IllegalStateException("deep");
      }
    }
  }

  /** Opens a connection that lives as long as this process. */
  private static void connect(int port) throws IOException {
    connection = new Socket(InetAddress.getLoopbackAddress(), port);
    connection.getOutputStream().write('c');
  }

  static void hang() {
    while (!Thread.currentThread().isInterrupted()) {
      LockSupport.park();
    }
  }

  /** Cannot be made. */
  public static final class Unmakeable implements RequestStreamHandler {
    public Unmakeable() {
      throw new IllegalStateException("no table named");
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) {}
  }

  /** Ends the process while it is made. */
  public static final class Leaving implements RequestStreamHandler {
    public Leaving() {
      System.exit(7);
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) {}
  }

  /** Answers only once four invocations are in it. */
  public static final class FourAtOnce implements RequestStreamHandler {
    private final CyclicBarrier barrier = new CyclicBarrier(4);

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context)
        throws IOException {
      String event = new String(in.readAllBytes(), UTF_8);
      if (event.equals("hang")) {
        hang();
      }
      if (event.equals("four")) {
        try {
          barrier.await();
        } catch (InterruptedException | BrokenBarrierException broken) {
          throw new IllegalStateException(broken);
        }
      }
      out.write(event.getBytes(UTF_8));
    }
  }

  /** Remembers which hooks ran, and fails where it is told to. */
  public static final class Snapshotted implements RequestStreamHandler, Resource {
    private final StringBuilder hooks = new StringBuilder("init");

    public Snapshotted() {
      Core.getGlobalContext().register(this);
    }

    @Override
    public void beforeCheckpoint(org.crac.Context<? extends Resource> context) {
      hooks.append(" before");
      fail("before");
    }

    @Override
    public void afterRestore(org.crac.Context<? extends Resource> context) {
      hooks.append(" after");
      fail("after");
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context)
        throws IOException {
      if (new String(in.readAllBytes(), UTF_8).equals("exit")) {
        Runtime.getRuntime().halt(1);
      }
      out.write(hooks.toString().getBytes(UTF_8));
    }

    private static void fail(String hook) {
      if (hook.equals(System.getenv("FAIL"))) {
        throw new IllegalStateException("hook " + hook);
      }
    }
  }

  /** Replies with the event, or for {@code /reply} with the event's body. */
  public static final class Mirror implements RequestStreamHandler {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context)
        throws IOException {
      byte[] event = in.readAllBytes();
      JsonNode read = JSON.readTree(event);
      String body = read.path("body").asText();
      if (body.equals("throw")) {
        throw new IllegalStateException("as told");
      }
      out.write(read.path("rawPath").asText().equals("/reply") ? body.getBytes(UTF_8) : event);
    }
  }
}
