package dev.gabion.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gabion.egress.EgressFailed.Reason;
import java.net.InetAddress;
import java.util.Map;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is judged is what is connected to. */
class PinnedAddressTest {
  private final Work work = Work.of();
  private Rig rig;

  @BeforeEach
  void build() throws Exception {
    rig = new Rig();
  }

  @AfterEach
  void tearDown() throws Exception {
    rig.close();
  }

  @Test
  void aNameIsLookedUpOnceForAConnection() throws Exception {
    rig.world.script(Rig.HOST, World.OUTSIDE + ";127.0.0.1");
    try (OutboundClient client = rig.client()) {
      assertThat(Rig.get(client.within(work), Rig.URL)).isEqualTo("200 fine");
      assertThat(rig.world.asked(Rig.HOST)).isEqualTo(1);
    }
    assertThat(rig.inside.accepted).hasValue(0);
  }

  /**
   * The resolver is honest and the connection is not: here only a look at the socket's peer helps.
   * The listener inside sees a connection, which is what proves that the lie works, and not a byte.
   */
  @Test
  void aSocketThatIsConnectedElsewhereIsDroppedUnused() throws Exception {
    Server inside = Server.tls(Keys.SERVER.context());
    World lying = new World(rig.outside.port(), inside.port()).name(Rig.HOST, World.OUTSIDE);
    lying.lie("10.1.2.3");
    try (inside;
        OutboundClient client = rig.client(each -> each.on(lying))) {
      EgressFailed failed = failure(() -> Rig.get(client.within(work), Rig.URL));
      assertThat(failed.reason()).isEqualTo(Reason.ADDRESS);
      assertThat(failed.detail()).isEqualTo("private");
      assertThat(inside.awaitAccepted(1)).isEqualTo(1);
      assertThat(inside.requests).isEmpty();
    }
    assertThat(work.last().facts()).doesNotContainKey("tls");

    EgressPolicy trusting =
        EgressPolicy.hosts(Rig.HOST).insecureNetwork("10.1.2.0/24", "the control");
    try (Server reached = Server.tls(Keys.SERVER.context())) {
      World same = new World(rig.outside.port(), reached.port()).name(Rig.HOST, World.OUTSIDE);
      same.lie("10.1.2.3");
      try (OutboundClient client = rig.client(trusting, each -> each.on(same))) {
        assertThat(Rig.get(client.within(work), Rig.URL)).isEqualTo("200 fine");
        assertThat(reached.requests).hasSize(1);
      }
    }
  }

  @Test
  void anAddressInTheTargetHasNoSay() throws Exception {
    HttpHost target = new HttpHost("https", InetAddress.getLoopbackAddress(), Rig.HOST, 443);
    try (OutboundClient client = rig.client()) {
      String answer =
          client
              .within(work)
              .execute(
                  target,
                  new BasicClassicHttpRequest("GET", "/"),
                  response -> Integer.toString(response.getCode()));
      assertThat(answer).isEqualTo("200");
    }
    assertThat(rig.inside.accepted).hasValue(0);
    assertThat(rig.outside.accepted).hasValue(1);
  }

  @Test
  void aRequestForOneHostDoesNotGoToAnother() throws Exception {
    HttpHost target = new HttpHost("https", Rig.HOST);
    BasicClassicHttpRequest request =
        new BasicClassicHttpRequest("GET", new HttpHost("https", "pay.example.org"), "/");
    try (OutboundClient client = rig.client()) {
      EgressFailed failed =
          failure(() -> client.within(work).execute(target, request, response -> "reached"));
      assertThat(failed.detail()).isEqualTo("two-hosts");
    }
    assertThat(rig.outside.accepted).hasValue(0);
  }

  @Test
  void whereTheRuntimeIsNobodyCalls() throws Exception {
    Work runtime =
        Work.with(
            Map.of(
                "AWS_LAMBDA_RUNTIME_API", "93.184.215.14:9001",
                "AWS_XRAY_DAEMON_ADDRESS", "tcp:daemon.example.org:2000 udp:93.184.215.15:2000",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://pay.example.org/v1/credentials"));
    rig.world
        .name("pay.example.org", "93.184.1.1")
        .name("daemon.example.org", "93.184.1.2")
        .name("a.test.example.org", "93.184.215.15");
    EgressPolicy policy =
        EgressPolicy.hosts(Rig.HOST, "pay.example.org", "daemon.example.org", "a.test.example.org");
    try (OutboundClient client = rig.client(policy, each -> each)) {
      assertThat(Rig.get(client.within(work), Rig.URL)).isEqualTo("200 fine");
    }
    OutboundClient client =
        OutboundClient.of(policy)
            .on(rig.world)
            .tls(OutboundTls.standard().trustOnly(Keys.SERVER.certificate()));
    client.start(runtime);
    try (client) {
      for (String host :
          new String[] {Rig.HOST, "pay.example.org", "daemon.example.org", "a.test.example.org"}) {
        EgressFailed failed = failure(() -> Rig.get(client.within(work), "https://" + host + "/"));
        assertThat(failed.reason()).as(host).isEqualTo(Reason.ADDRESS);
        assertThat(failed.detail()).as(host).isEqualTo("runtime");
      }
    }
    assertThat(rig.outside.accepted).hasValue(1);
  }

  private static EgressFailed failure(ThrowingCallable call) {
    return catchThrowableOfType(EgressFailed.class, call);
  }
}
