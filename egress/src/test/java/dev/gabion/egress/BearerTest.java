package dev.gabion.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.core.SecretUnavailable;
import dev.gabion.core.StartFailed;
import dev.gabion.egress.EgressFailed.Reason;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BearerTest {
  private static final String PAY = "pay.example.org";

  private final Work work = Work.of();
  private final EgressPolicy both = EgressPolicy.hosts(Rig.HOST, PAY);
  private Rig rig;

  @BeforeEach
  void build() throws Exception {
    rig = new Rig();
    rig.world.name(PAY, World.OUTSIDE);
  }

  @AfterEach
  void tearDown() throws Exception {
    rig.close();
  }

  @Test
  void aTokenGoesToItsHostAlone() throws Exception {
    try (OutboundClient client =
        rig.client(both, each -> each.bearer(Rig.HOST, new Secret("token-1")))) {
      Rig.get(client.within(work), Rig.URL);
      Rig.get(client.within(work), "https://pay.example.org/");
    }
    assertThat(rig.outside.requests.get(0).header("authorization")).isEqualTo("Bearer token-1");
    assertThat(rig.outside.requests.get(1).header("authorization")).isEqualTo("none");
    assertThat(work.told.toString()).doesNotContain("token-1");
  }

  @Test
  void aTokenDoesNotFollowARedirectToAnotherHostAndIsNotFetchedByOne() throws Exception {
    rig.outside.answering(
        (request, out) -> {
          String to =
              switch (request.line()) {
                case "GET / HTTP/1.1" -> "https://pay.example.org/next";
                case "GET /next HTTP/1.1" -> "https://good.example.org/back";
                default -> "";
              };
          out.write(
              to.isEmpty()
                  ? Server.ok("fine")
                  : Server.raw(
                      "HTTP/1.1 302 Found\r\nLocation: " + to + "\r\nContent-Length: 0\r\n\r\n"));
        });
    HttpGet get = new HttpGet(Rig.URL);
    get.setHeader("X-Api-Key", "key-1");
    get.setHeader("Cookie", "session=1");
    get.setHeader("Accept", "text/plain");
    try (OutboundClient client =
        rig.client(both, each -> each.redirects(3).bearer(Rig.HOST, new Secret("token-1")))) {
      assertThat(Rig.send(client.within(work), get)).isEqualTo("200 fine");
    }
    assertThat(rig.outside.requests).hasSize(3);
    assertThat(rig.outside.requests.get(0).headers())
        .contains("Authorization: Bearer token-1", "X-Api-Key: key-1", "Cookie: session=1");
    for (int i = 1; i < 3; i++) {
      assertThat(rig.outside.requests.get(i).headers())
          .contains("Accept: text/plain")
          .noneMatch(
              header ->
                  header.startsWith("Authorization")
                      || header.startsWith("X-Api-Key")
                      || header.startsWith("Cookie"));
    }
  }

  @Test
  void aTokenGoesAlongOnTheSameHost() throws Exception {
    rig.outside.answering(
        (request, out) ->
            out.write(
                request.line().startsWith("GET /next")
                    ? Server.ok("fine")
                    : Server.raw(
                        "HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n")));
    try (OutboundClient client =
        rig.client(each -> each.redirects(1).bearer(Rig.HOST, new Secret("token-1")))) {
      assertThat(Rig.get(client.within(work), Rig.URL)).isEqualTo("200 fine");
    }
    assertThat(rig.outside.requests.get(1).header("authorization")).isEqualTo("Bearer token-1");
  }

  @Test
  void aSecretThatIsNoTokenIsNotSent() throws Exception {
    for (String text : new String[] {"a\r\nX-Injected: 1", "a b", "caf\u00e9", "a\n"}) {
      try (OutboundClient client = rig.client(each -> each.bearer(Rig.HOST, new Secret(text)))) {
        EgressFailed failed =
            catchThrowableOfType(EgressFailed.class, () -> Rig.get(client.within(work), Rig.URL));
        assertThat(failed.reason()).isEqualTo(Reason.CREDENTIALS);
        assertThat(failed).hasMessageNotContaining("Injected");
      }
    }
    assertThat(rig.outside.requests).isEmpty();
  }

  @Test
  void aTokenThatCannotBeHadIsOnTheTrail() throws Exception {
    try (OutboundClient client = rig.client(each -> each.bearer(Rig.HOST, new Secret("")))) {
      assertThatThrownBy(() -> Rig.get(client.within(work), Rig.URL))
          .isInstanceOf(SecretUnavailable.class);
    }
    assertThat(work.last().verdict()).isEqualTo(Verdict.FAILED);
    assertThat(work.last().facts())
        .containsEntry("reason", "credentials")
        .containsEntry("detail", "DENIED");
    assertThat(rig.outside.requests).isEmpty();
  }

  @Test
  void twoAuthorizationsAreOneTooMany() throws Exception {
    HttpGet get = new HttpGet(Rig.URL);
    get.setHeader("authorization", "Basic YTpi");
    try (OutboundClient client = rig.client(each -> each.bearer(Rig.HOST, new Secret("token-1")))) {
      EgressFailed failed =
          catchThrowableOfType(EgressFailed.class, () -> Rig.send(client.within(work), get));
      assertThat(failed.detail()).isEqualTo("authorized-twice");
    }
  }

  @Test
  void aTokensHostIsOneOfThePolicy() {
    OutboundClient client =
        OutboundClient.of(EgressPolicy.hosts(Rig.HOST)).bearer(PAY, new Secret("token-1"));
    assertThatThrownBy(() -> client.start(Work.of()))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining(PAY);
  }

  @Test
  void aTokenLivesWithItsClient() throws Exception {
    Secret secret = new Secret("token-1");
    OutboundClient client = rig.client(each -> each.bearer(Rig.HOST, secret));
    client.beforeSnapshot();
    client.afterRestore(Work.of());
    client.close();
    assertThat(secret.life).containsExactly("started", "wiped", "woken");
  }
}
