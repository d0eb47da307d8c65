package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gabion.core.Authenticator;
import dev.gabion.core.Permit;
import dev.gabion.core.Rules;
import dev.gabion.core.SecureHandler;
import dev.gabion.core.TlsFloor;
import dev.gabion.events.HttpApi;
import dev.gabion.logging.OcsfAudit;
import dev.gabion.testing.TlsServers.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Under the real runtime client, which weakens TLS before it loads a handler. */
class TlsUnderRuntimeTest {
  private static final String REASON = "a test of outbound TLS";

  private static TlsServers servers;

  record Servers(List<String> kinds) {}

  record Table(List<String> lines) {}

  /** Asks the servers it is told of, on the floor. */
  public static final class Floored extends SecureHandler {
    /** Creates the handler as Lambda does. */
    public Floored() {
      super(
          HttpApi.post(Servers.class, Table.class)
              .caller(Authenticator.insecureAnyone(REASON))
              .rules(Rules.insecureAnyInput(REASON))
              .permit(Permit.insecureEveryCaller(REASON))
              .audit(OcsfAudit.of("tls"))
              .logic((asked, call) -> new Table(TlsProbe.table(asked.kinds())))
              .uses(TlsFloor.verified()));
    }
  }

  /** Does the same as a handler of nobody's. */
  public static final class Bare implements RequestStreamHandler {
    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context)
        throws IOException {
      try {
        List<String> kinds = List.of(new String(in.readAllBytes(), UTF_8).split(" ", -1));
        out.write(String.join("\n", TlsProbe.table(kinds)).getBytes(UTF_8));
      } catch (InterruptedException stopped) {
        throw new IOException(stopped);
      }
    }
  }

  @BeforeAll
  static void startServers() throws IOException {
    Assumptions.assumeTrue(RealRuntime.isReal(), "the real runtime client needs Linux");
    servers = TlsServers.start();
  }

  @AfterAll
  static void stopServers() {
    if (servers != null) {
      servers.close();
    }
  }

  private static List<String> ports() {
    return TlsProbe.strengths(servers);
  }

  private static RealRuntime start(Class<?> handler) {
    RuntimeSetup setup = RealRuntime.of(handler);
    for (String option : servers.trustOptions()) {
      setup = setup.jvmOption(option);
    }
    return setup.start();
  }

  @Test
  void weakServersAreRefusedByEveryClientAndOnlyThanksToTheFloor() throws Exception {
    List<String> floored;
    try (RealRuntime runtime = start(Floored.class)) {
      String body = new ObjectMapper().writeValueAsString(Map.of("kinds", ports()));
      Reply reply = runtime.invoke(SampleEvents.httpApi().body(body).json());
      floored =
          List.of(
              new ObjectMapper()
                  .readValue(body(reply), Table.class)
                  .lines()
                  .toArray(String[]::new));
    }
    List<String> bare;
    try (RealRuntime runtime = start(Bare.class)) {
      bare = runtime.invoke(String.join(" ", ports())).text().lines().toList();
    }

    assertThat(floored).hasSize(TlsProbe.Client.values().length * ports().size());
    for (TlsProbe.Client client : TlsProbe.Client.values()) {
      for (Kind weak : List.of(Kind.TLS_1_0, Kind.TLS_1_1, Kind.STATIC_RSA)) {
        assertThat(floored).contains(client + " " + weak + " refused");
        assertThat(bare).as("control").contains(client + " " + weak + " accepted");
      }
      for (Kind good : List.of(Kind.ECDHE, Kind.TLS_1_3)) {
        assertThat(floored).contains(client + " " + good + " accepted");
      }
    }
  }

  private static String body(Reply reply) throws IOException {
    return new ObjectMapper().readTree(reply.payload()).path("body").asText();
  }
}
