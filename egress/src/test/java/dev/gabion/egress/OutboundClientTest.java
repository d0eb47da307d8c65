package dev.gabion.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gabion.core.AuditEvent.Activity;
import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.egress.EgressFailed.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityTemplate;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboundClientTest {
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
  void anAllowedHostAnswers() throws Exception {
    try (OutboundClient client = rig.client()) {
      assertThat(Rig.get(client.within(work), "https://good.example.org/a?b=c"))
          .isEqualTo("200 fine");
      assertThat(rig.outside.requests.get(0).line()).isEqualTo("GET /a?b=c HTTP/1.1");
      assertThat(rig.outside.requests.get(0).header("host")).isEqualTo("good.example.org");
    }
  }

  @Test
  void aTestMayLetEveryHostBeThisMachineIfItSaysSo() throws Exception {
    int port = rig.outside.port();
    String page = "https://good.example.org:" + port + "/";
    OutboundClient client =
        OutboundClient.of(EgressPolicy.hosts("good.example.org:" + port))
            .tls(OutboundTls.standard().trustOnly(Keys.SERVER.certificate()))
            .insecureLoopback("its server is this test's own");
    client.start(Work.of());
    try (client) {
      assertThat(client.describe())
          .isEqualTo("INSECURE: every host is this machine (its server is this test's own)");
      assertThat(Rig.get(client.within(work), page)).isEqualTo("200 fine");
      assertThatThrownBy(() -> Rig.get(client.within(work), page.replace("good", "other")))
          .hasMessageContaining("not-in-policy");
    }
    assertThatThrownBy(() -> client.insecureLoopback(" "))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCallIsOnTheTrailWithoutItsContent() throws Exception {
    HttpPost post = new HttpPost("https://good.example.org/path-secret?query-secret=1");
    post.setHeader("X-Key", "header-secret");
    post.setEntity(new StringEntity("body-secret", StandardCharsets.UTF_8));
    try (OutboundClient client = rig.client()) {
      Rig.send(client.within(work), post);
    }
    Work.Told told = work.last();
    assertThat(work.told).hasSize(1);
    assertThat(told.activity()).isEqualTo(Activity.OUTBOUND);
    assertThat(told.verdict()).isEqualTo(Verdict.ALLOWED);
    assertThat(told.facts())
        .containsEntry("host", "good.example.org")
        .containsEntry("port", "443")
        .containsEntry("method", "POST")
        .containsEntry("status", "200")
        .containsEntry("tls", "TLSv1.3")
        .containsEntry("connection", "new")
        .containsKeys("duration-ms", "suite");
    assertThat(told.toString()).doesNotContain("secret");
    assertThat(rig.outside.requests.get(0).body()).isEqualTo("body-secret");
  }

  @Test
  void aRefusalIsOnTheTrailWithoutTheContentOfTheCall() throws Exception {
    try (OutboundClient client = rig.client()) {
      EgressFailed failed =
          catchThrowableOfType(
              EgressFailed.class,
              () -> Rig.get(client.within(work), "https://evil.example.org/path-secret?q=secret"));
      assertThat(failed.reason()).isEqualTo(Reason.HOST);
      assertThat(failed)
          .hasMessage("The call to evil.example.org:443 is refused: host (not-in-policy)");
    }
    assertThat(work.last().verdict()).isEqualTo(Verdict.DENIED);
    assertThat(work.last().facts())
        .containsEntry("host", "evil.example.org")
        .containsEntry("reason", "host")
        .containsEntry("detail", "not-in-policy");
    assertThat(work.told.toString()).doesNotContain("secret");
  }

  @Test
  void aConnectionIsKeptForTheNextCall() throws Exception {
    try (OutboundClient client = rig.client()) {
      Rig.get(client.within(work), Rig.URL);
      Rig.get(client.within(work), Rig.URL);
      assertThat(rig.outside.accepted).hasValue(1);
      assertThat(rig.world.asked(Rig.HOST)).isEqualTo(1);
      assertThat(work.last().fact("connection")).isEqualTo("kept");
      assertThat(work.last().fact("tls")).isEqualTo("TLSv1.3");
    }
  }

  @Test
  void aKeptConnectionThatDiedIsReplacedForAGetAlone() throws Exception {
    try (OutboundClient client = rig.client()) {
      rig.outside.answering(
          (request, out) -> {
            if (rig.outside.requests.size() % 2 == 0) {
              throw new IllegalStateException("hangs up without an answer");
            }
            out.write(Server.ok("fine"));
          });
      assertThat(Rig.get(client.within(work), Rig.URL)).isEqualTo("200 fine");
      assertThat(Rig.get(client.within(work), Rig.URL)).isEqualTo("200 fine");
      assertThat(rig.outside.requests).hasSize(3);

      HttpPost post = new HttpPost(Rig.URL);
      post.setEntity(new StringEntity("pay", StandardCharsets.UTF_8));
      assertThatThrownBy(() -> Rig.send(client.within(work), post))
          .isInstanceOfSatisfying(
              EgressFailed.class, failed -> assertThat(failed.reason()).isEqualTo(Reason.BROKEN));
      assertThat(rig.outside.requests).hasSize(4);
    }
  }

  @Test
  void aCancelledRequestEndsAtOnce() throws Exception {
    HttpGet get = new HttpGet(Rig.URL);
    rig.outside.answering(
        (request, out) -> {
          get.cancel();
          Thread.sleep(60_000);
        });
    try (OutboundClient client = rig.client()) {
      assertThatThrownBy(() -> Rig.send(client.within(work), get))
          .isInstanceOfSatisfying(
              EgressFailed.class, failed -> assertThat(failed.reason()).isEqualTo(Reason.CLOSED));
    }
  }

  @Test
  void whatTheCallersOwnBodyThrowsIsTheCallers() throws Exception {
    HttpPost post = new HttpPost(Rig.URL);
    post.setEntity(
        new EntityTemplate(
            -1,
            ContentType.TEXT_PLAIN,
            null,
            out -> {
              throw new IllegalStateException("theirs");
            }));
    try (OutboundClient client = rig.client()) {
      assertThatThrownBy(() -> Rig.send(client.within(work), post))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("theirs");
    }
    assertThat(work.last().verdict()).isEqualTo(Verdict.FAILED);
    assertThat(work.last().fact("detail")).isEqualTo("IllegalStateException");
  }

  @Test
  void aClientThatIsNotStartedSaysWhatToDo() {
    OutboundClient client = OutboundClient.of(EgressPolicy.hosts(Rig.HOST));
    assertThatThrownBy(() -> client.within(work))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(".uses(");
  }

  @Test
  void noConnectionOutlivesASnapshot() throws Exception {
    OutboundClient client = rig.client();
    var before = client.within(work);
    Rig.get(before, Rig.URL);
    client.beforeSnapshot();
    assertThatThrownBy(() -> Rig.get(before, Rig.URL))
        .isInstanceOfSatisfying(
            EgressFailed.class, failed -> assertThat(failed.reason()).isEqualTo(Reason.CLOSED));
    assertThatThrownBy(() -> client.within(work)).isInstanceOf(IllegalStateException.class);

    client.afterRestore(Work.of());
    assertThat(Rig.get(client.within(work), Rig.URL)).isEqualTo("200 fine");
    assertThat(rig.outside.accepted).hasValue(2);
    client.close();
  }

  @Test
  void noProxyOfTheProcessIsUsed() throws Exception {
    Map<String, String> proxies =
        Map.of(
            "https.proxyHost",
            "127.0.0.1",
            "https.proxyPort",
            Integer.toString(rig.inside.port()),
            "socksProxyHost",
            "127.0.0.1",
            "socksProxyPort",
            Integer.toString(rig.inside.port()));
    try (OutboundClient client = rig.client()) {
      proxies.forEach(System::setProperty);
      assertThat(Rig.get(client.within(work), Rig.URL)).isEqualTo("200 fine");
    } finally {
      proxies.keySet().forEach(System::clearProperty);
    }
    assertThat(rig.inside.accepted).hasValue(0);
  }

  @Test
  void cookiesAreNotKept() throws Exception {
    rig.outside.answering(
        (request, out) ->
            out.write(
                Server.raw("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")));
    try (OutboundClient client = rig.client()) {
      Rig.get(client.within(work), Rig.URL);
      Rig.get(client.within(work), Rig.URL);
    }
    assertThat(rig.outside.requests.get(1).header("cookie")).isEqualTo("none");
  }

  @Test
  void itSaysWhereCallsMayGo() {
    assertThat(
            OutboundClient.of(EgressPolicy.hosts("a.example.org", "*.b.example.org:8443"))
                .describe())
        .isEqualTo("HTTPS to a.example.org, *.b.example.org:8443");
    assertThat(
            OutboundClient.of(
                    EgressPolicy.hosts("a.example.org")
                        .insecureNetwork("10.1.0.0/16", "the ledger in our VPC"))
                .tls(OutboundTls.standard().trustOnly(Keys.SERVER.certificate()))
                .describe())
        .isEqualTo(
            "INSECURE: HTTPS to a.example.org, also in 10.1.0.0/16 (the ledger in our VPC)"
                + " (own authorities alone)");
  }
}
