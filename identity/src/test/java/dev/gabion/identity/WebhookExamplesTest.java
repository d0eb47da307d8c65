package dev.gabion.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.core.Caller;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The senders' own published examples, and every single-bit change of them. */
class WebhookExamplesTest {
  /**
   * GitHub Docs, "Validating webhook deliveries", section "Testing the webhook payload validation".
   */
  private static final class GitHub {
    static final String KEY = "It's a Secret to Everybody";
    static final String BODY = "Hello, World!";
    static final Map<String, String> HEADERS =
        Map.of(
            "X-Hub-Signature-256",
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");

    static Door door() {
      return new Door(WebhookSignature.github("acme/orders", Key.of(KEY)));
    }
  }

  /** Slack Docs, "Verifying requests from Slack", the example that is walked through there. */
  private static final class Slack {
    static final String KEY = "8f742231b10e8888abcd99yyyzzz85a5";
    static final long TIME = 1531420618;
    static final String BODY =
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
            + "&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
            + "&command=%2Fwebhook-collect&text="
            + "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554"
            + "%2F96rGlfmibIGlgcZRskXaIFfN"
            + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    static final Map<String, String> HEADERS =
        Map.of(
            "X-Slack-Request-Timestamp",
            "1531420618",
            "X-Slack-Signature",
            "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503");

    static Door door() {
      return new Door(
          WebhookSignature.slack("bot", Key.of(KEY)).at(() -> Instant.ofEpochSecond(TIME)));
    }
  }

  /**
   * The event and signature that Stripe's library for .NET is tested with (EventUtilityTest and
   * event_test_signature.json there). Its key has 14 bytes, which no declaration takes.
   */
  private static final class Stripe {
    static final String KEY = "webhook_secret";
    static final String BODY =
        """
        {
          "id": "evt_123",
          "object": "event",
          "account": "acct_123",
          "api_version": "2017-05-25",
          "created": 1533204620,
          "data": {
            "object": {
              "id": "cus_123",
              "object": "customer",
              "created": 123456789,
              "email": "test@stripe.com",
              "livemode": false,
              "metadata": {}
            }
          },
          "livemode": false,
          "pending_webhooks": 1,
          "request": {
            "id": "req_123",
            "idempotency_key": "idempotency-key-123"
          },
          "type": "customer.created"
        }
        """;
    static final String HEADER =
        "t=1533204620,v1=2220f87ef101a04665f11cdf770523143f875572008577fa0f20882ddb9cc3c7"
            + ",v0=63f3a72374a733066c4be69ed7f8e5ac85c22c9f0a6a612ab9a025a9e4ee7eef";
  }

  @Test
  void theExampleOfGitHubIsLetIn() {
    for (Door.Seen seen :
        List.of(
            GitHub.door().send(GitHub.BODY, GitHub.HEADERS),
            GitHub.door().send(GitHub.BODY.getBytes(StandardCharsets.US_ASCII), GitHub.HEADERS))) {
      assertThat(seen.event().caller()).isEqualTo(Caller.of("github-webhook", "acme/orders"));
      assertThat(seen.letIn()).isTrue();
    }
  }

  @Test
  void theExampleOfSlackIsLetIn() {
    Door.Seen seen = Slack.door().send(Slack.BODY, Slack.HEADERS);

    assertThat(seen.event().caller()).isEqualTo(Caller.of("slack-webhook", "bot"));
    assertThat(seen.letIn()).isTrue();
  }

  @Test
  void theExampleOfStripeHolds() {
    WebhookScheme.Claimed claimed =
        new WebhookScheme.Stripe().read(new Sent(Map.of("stripe-signature", Stripe.HEADER)));

    assertThat(claimed.time()).isEqualTo(Instant.ofEpochSecond(1533204620));
    assertThat(claimed.matches(Sign.hmac(Stripe.KEY, claimed.before(), Stripe.BODY))).isTrue();
    assertThat(claimed.matches(Sign.hmac(Stripe.KEY, claimed.before(), Stripe.BODY + " ")))
        .isFalse();
  }

  @Test
  void everySingleBitOfTheBodyCounts() {
    Door gitHub = GitHub.door();
    for (byte[] body : Changes.of(GitHub.BODY.getBytes(StandardCharsets.US_ASCII))) {
      assertThat(gitHub.send(body, GitHub.HEADERS).reason()).isEqualTo("signature");
    }
    Door slack = Slack.door();
    for (byte[] body : Changes.of(Slack.BODY.getBytes(StandardCharsets.US_ASCII))) {
      assertThat(slack.send(body, Slack.HEADERS).reason()).isEqualTo("signature");
    }
    assertThat(slack.send(Slack.BODY, Slack.HEADERS).letIn()).as("control").isTrue();
  }

  @Test
  void everySingleBitOfTheHeadersCounts() {
    refuseEachChange(GitHub.door(), GitHub.BODY, GitHub.HEADERS);
    refuseEachChange(Slack.door(), Slack.BODY, Slack.HEADERS);
  }

  @Test
  void everySingleBitOfStripesHeaderCounts() {
    String key = "whsec_0123456789abcdef";
    String body = "{\"name\":\"tea\",\"count\":1}";
    String header = "t=1533204620,v1=" + Sign.hex(key, "1533204620." + body);
    Door door =
        new Door(
            WebhookSignature.stripe("shop", Key.of(key))
                .at(() -> Instant.ofEpochSecond(1533204620)));

    refuseEachChange(door, body, Map.of("Stripe-Signature", header));
    assertThat(door.orders).as("only the control").hasSize(1);
  }

  private static void refuseEachChange(Door door, String body, Map<String, String> headers) {
    headers.forEach(
        (name, value) -> {
          for (String change : Changes.of(value)) {
            Map<String, String> changed = new HashMap<>(headers);
            changed.put(name, change);
            Door.Seen seen = door.send(body, changed);
            assertThat(seen.status()).as(change).isEqualTo(401);
            assertThat(seen.event().caller()).as(change).isNull();
          }
        });
    assertThat(door.send(body, headers).letIn()).as("control").isTrue();
  }
}
