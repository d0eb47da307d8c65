package dev.gabion.testing;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditSink;
import dev.gabion.core.Authenticator;
import dev.gabion.core.Call;
import dev.gabion.core.Environment;
import dev.gabion.core.Managed;
import dev.gabion.core.PathObserver;
import dev.gabion.core.Permit;
import dev.gabion.core.Recipe;
import dev.gabion.core.Rules;
import dev.gabion.core.Scope;
import dev.gabion.core.SecretValue;
import dev.gabion.core.SecureHandler;
import dev.gabion.core.Settings;
import dev.gabion.events.HttpApi;
import dev.gabion.logging.OcsfAudit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** A function that lets canaries out through every channel that a function has. */
final class Talkative {
  /** How many canaries it is given. */
  static final String COUNT = "CANARIES";

  private static final String REASON = "a test of the log";

  private Talkative() {}

  record Order(String channel) {}

  record Receipt(String requestId) {}

  /** With an audit trail, and with it the scrubber. */
  public static final class Scrubbed extends SecureHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Scrubbed.class);

    /** Creates the handler as Lambda does. */
    public Scrubbed() {
      super(recipe(OcsfAudit.of("talk"), LOG));
    }
  }

  /** The control: the same function with a sink of its own, which scrubs nothing. */
  public static final class Unscrubbed extends SecureHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Unscrubbed.class);

    /** Creates the handler as Lambda does. */
    public Unscrubbed() {
      super(recipe(new Silent(), LOG));
    }
  }

  private static Recipe<?, ?, ?> recipe(AuditSink audit, Logger log) {
    Canaries canaries = new Canaries(Integer.parseInt(Settings.required(COUNT)));
    return HttpApi.post(Order.class, Receipt.class)
        .caller(Authenticator.insecureAnyone(REASON))
        .rules(Rules.insecureAnyInput(REASON))
        .permit(Permit.insecureEveryCaller(REASON))
        .audit(audit)
        .logic(
            (order, call) -> {
              talk(order.channel(), call, canaries, log);
              return new Receipt(call.requestId());
            })
        .uses(new Issuer(canaries))
        .observedBy(new After(log));
  }

  private static void talk(String channel, Call call, Canaries canaries, Logger log) {
    switch (channel) {
      case "slf" -> canaries.tagged(channel).forEach(log::info);
      case "thrown" ->
          canaries
              .taggedBySecret(channel)
              .forEach(text -> log.error("thrown", new IllegalStateException(text)));
      case "out" -> canaries.tagged(channel).forEach(Talkative::inPieces);
      case "err" ->
          canaries
              .taggedBySecret(channel)
              .forEach(text -> new IllegalStateException(text).printStackTrace());
      case "context" -> canaries.tagged(channel).forEach(call.logger()::log);
      case "logic" -> throw new IllegalStateException(String.join(" ", canaries.secrets()));
      case "fields" -> {
        MDC.put("left", "behind");
        log.info("of " + call.requestId());
      }
      case "fails" -> {
        MDC.put("left", "behind");
        log.info("of " + call.requestId());
        throw new IllegalArgumentException("no");
      }
      case "forge" ->
          System.out.println(
              "agent: \u001b[2J\u202e\n{\"class_uid\":6003,\"metadata\":{\"product\":{\"name\":\"Gabion\"}}}");
      default -> log.info("nothing");
    }
  }

  private static void inPieces(String text) {
    int third = text.length() / 3;
    System.out.print(text.substring(0, third));
    System.out.print(text.charAt(third));
    System.out.append(text, third + 1, 2 * third);
    System.out.flush();
    System.out.println(text.substring(2 * third));
  }

  /** Tells of the canaries as whoever fetches secrets does. */
  private record Issuer(Canaries canaries) implements Managed {
    @Override
    public void start(Environment environment) {
      for (String secret : canaries.secrets()) {
        environment.issuedSecrets().issued(SecretValue.ofText(secret));
      }
    }
  }

  /** Logs once the message is done with. */
  private record After(Logger log) implements PathObserver {
    @Override
    public void recorded(AuditEvent event) {
      log.info("recorded");
    }
  }

  /** Takes everything and writes nothing. */
  private static final class Silent implements AuditSink {
    @Override
    public void ready(Scope scope) {}

    @Override
    public void write(AuditEvent event) {}
  }
}
