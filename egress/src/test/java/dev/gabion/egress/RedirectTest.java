package dev.gabion.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gabion.core.AuditEvent.Verdict;
import dev.gabion.egress.EgressFailed.Reason;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedirectTest {
  private final Work work = Work.of();
  private Rig rig;

  @BeforeEach
  void build() throws Exception {
    rig = new Rig();
    rig.world.name("pay.example.org", World.OUTSIDE);
  }

  @AfterEach
  void tearDown() throws Exception {
    rig.close();
  }

  @Test
  void noRedirectIsFollowedUnlessOneAsksForIt() throws Exception {
    leads(302, "/next");
    try (OutboundClient client = rig.client()) {
      assertThat(Rig.get(client.within(work), Rig.URL)).isEqualTo("302 ");
    }
    assertThat(rig.outside.requests).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "301, GET /next HTTP/1.1, ''",
    "302, GET /next HTTP/1.1, ''",
    "303, GET /next HTTP/1.1, ''",
    "307, POST /next HTTP/1.1, pay",
    "308, POST /next HTTP/1.1, pay"
  })
  void aPostStaysOrBecomesAGetAsItsStatusSays(int status, String line, String body)
      throws Exception {
    leads(status, "/next");
    HttpPost post = new HttpPost(Rig.URL);
    post.setEntity(new StringEntity("pay", StandardCharsets.UTF_8));
    try (OutboundClient client = rig.client(each -> each.redirects(1))) {
      assertThat(Rig.send(client.within(work), post)).isEqualTo("200 fine");
    }
    assertThat(rig.outside.requests.get(1).line()).isEqualTo(line);
    assertThat(rig.outside.requests.get(1).body()).isEqualTo(body);
  }

  @Test
  void aBodyDoesNotGoToAnotherHost() throws Exception {
    leads(307, "https://pay.example.org/next");
    HttpPost post = new HttpPost(Rig.URL);
    post.setEntity(new StringEntity("pay", StandardCharsets.UTF_8));
    assertThat(refused(post)).isEqualTo("body");
  }

  @Test
  void aBodyThatCannotBeSentTwiceIsNot() throws Exception {
    leads(307, "/next");
    HttpPost post = new HttpPost(Rig.URL);
    post.setEntity(
        new InputStreamEntity(
            new ByteArrayInputStream(new byte[] {'a'}), 1, ContentType.TEXT_PLAIN));
    assertThat(refused(post)).isEqualTo("body");
  }

  @Test
  void redirectsAreCounted() throws Exception {
    rig.outside.answering((request, out) -> out.write(to(302, "/again")));
    try (OutboundClient client = rig.client(each -> each.redirects(3))) {
      EgressFailed failed =
          catchThrowableOfType(EgressFailed.class, () -> Rig.get(client.within(work), Rig.URL));
      assertThat(failed.reason()).isEqualTo(Reason.REDIRECT);
      assertThat(failed.detail()).isEqualTo("too-many");
    }
    assertThat(rig.outside.requests).hasSize(4);
    assertThat(work.told).hasSize(5);
    assertThat(work.last().verdict()).isEqualTo(Verdict.DENIED);
  }

  @Test
  void eachHopIsOnTheTrail() throws Exception {
    leads(302, "https://pay.example.org/next");
    EgressPolicy both = EgressPolicy.hosts(Rig.HOST, "pay.example.org");
    try (OutboundClient client = rig.client(both, each -> each.redirects(1))) {
      assertThat(Rig.get(client.within(work), Rig.URL)).isEqualTo("200 fine");
    }
    assertThat(work.told)
        .extracting(told -> told.fact("host") + " " + told.fact("status"))
        .containsExactly("good.example.org 302", "pay.example.org 200");
  }

  private String refused(HttpPost post) throws Exception {
    EgressPolicy both = EgressPolicy.hosts(Rig.HOST, "pay.example.org");
    try (OutboundClient client = rig.client(both, each -> each.redirects(1))) {
      EgressFailed failed =
          catchThrowableOfType(EgressFailed.class, () -> Rig.send(client.within(work), post));
      assertThat(failed.reason()).isEqualTo(Reason.REDIRECT);
      assertThat(rig.outside.requests).hasSize(1);
      return failed.detail();
    }
  }

  private void leads(int status, String location) {
    rig.outside.answering(
        (request, out) ->
            out.write(request.line().contains("/next") ? Server.ok("fine") : to(status, location)));
  }

  private static byte[] to(int status, String location) {
    return Server.raw(
        "HTTP/1.1 " + status + " X\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n");
  }
}
