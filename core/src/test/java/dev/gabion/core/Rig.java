package dev.gabion.core;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the tests of this room send events with and look at outcomes through. */
final class Rig {
  static final String ARN = "arn:aws:lambda:eu-central-1:123456789012:function:orders";

  private Rig() {}

  record Order(String customer, int amount) {}

  record Receipt(String text) {}

  /** A handler made of a recipe. */
  static final class Handler extends SecureHandler {
    Handler(Recipe<?, ?, ?> recipe) {
      super(recipe);
    }

    /** One that goes by a wall clock of the test's, while the other clock stands still. */
    Handler(Recipe<?, ?, ?> recipe, LongSupplier wallMillis) {
      super(recipe, wallMillis, () -> 0);
    }

    String send(String event) {
      return send(event.getBytes(StandardCharsets.UTF_8), ARN);
    }

    String send(byte[] event, String arn) {
      return send(new ByteArrayInputStream(event), arn);
    }

    String send(InputStream event, String arn) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      handleRequest(event, out, new TestContext(arn, null));
      return out.toString(StandardCharsets.UTF_8);
    }
  }

  static String letters(String... bodies) {
    List<String> letters = new ArrayList<>();
    for (String body : bodies) {
      String escaped = body.replace("\\", "\\\\").replace("\"", "\\\"");
      letters.add("{\"id\":\"m" + letters.size() + "\",\"body\":\"" + escaped + "\"}");
    }
    return "{\"account\":\"123456789012\",\"letters\":[" + String.join(",", letters) + "]}";
  }

  static String order(String customer, int amount) {
    return "{\"customer\":\"" + customer + "\",\"amount\":" + amount + "}";
  }

  /** Keeps what it is given. */
  static final class Ledger implements AuditSink {
    final List<AuditEvent> events = Collections.synchronizedList(new ArrayList<>());
    @Nullable Exception notReady;
    @Nullable Exception failing;

    @Override
    public void ready(Scope scope) throws Exception {
      if (notReady != null) {
        throw notReady;
      }
    }

    @Override
    public void write(AuditEvent event) throws Exception {
      if (failing != null) {
        throw failing;
      }
      events.add(event);
    }

    /** The outcome; before it there may be that nobody was identified. */
    AuditEvent.Outcome onlyOutcome() {
      List<AuditEvent> others = new ArrayList<>(events);
      others.removeIf(event -> event.activity() == AuditEvent.Activity.AUTHENTICATION);
      if (others.size() != 1 || others.get(0).outcome() == null) {
        throw new AssertionError("Not exactly one outcome: " + events);
      }
      return others.get(0).outcome();
    }
  }

  /** Knows everyone by the name on the first letter of their order. */
  static Authenticator<Envelope> known(String name) {
    return authenticator("known", () -> Caller.of("test", name));
  }

  /** Identifies everyone as it is told, whatever that is. */
  static Authenticator<Envelope> authenticator(String description, Supplier<Caller> caller) {
    return new Authenticator<>() {
      @Override
      public Caller identify(Envelope envelope, Scope scope) {
        return caller.get();
      }

      @Override
      public String describe() {
        return description;
      }
    };
  }

  /** Amounts are positive. */
  static Rules<Order> positive() {
    return new Rules<>() {
      @Override
      public List<Violation> check(Order order) {
        return order.amount() > 0 ? List.of() : List.of(new Violation("amount", "positive"));
      }

      @Override
      public String describe() {
        return "positive amounts";
      }
    };
  }

  static final class TestContext implements Context {
    private final String arn;
    private final @Nullable String tenant;
    private final int remainingMillis;

    TestContext(String arn, @Nullable String tenant) {
      this(arn, tenant, 30_000);
    }

    TestContext(String arn, @Nullable String tenant, int remainingMillis) {
      this.arn = arn;
      this.tenant = tenant;
      this.remainingMillis = remainingMillis;
    }

    @Override
    public String getAwsRequestId() {
      return "request-1";
    }

    @Override
    public String getLogGroupName() {
      return "group";
    }

    @Override
    public String getLogStreamName() {
      return "stream";
    }

    @Override
    public String getFunctionName() {
      return "orders";
    }

    @Override
    public String getFunctionVersion() {
      return "7";
    }

    @Override
    public String getInvokedFunctionArn() {
      return arn;
    }

    @Override
    public @Nullable CognitoIdentity getIdentity() {
      return null;
    }

    @Override
    public @Nullable ClientContext getClientContext() {
      return null;
    }

    @Override
    public int getRemainingTimeInMillis() {
      return remainingMillis;
    }

    @Override
    public int getMemoryLimitInMB() {
      return 512;
    }

    @Override
    public @Nullable LambdaLogger getLogger() {
      return null;
    }

    @Override
    public @Nullable String getTenantId() {
      return tenant;
    }
  }
}
