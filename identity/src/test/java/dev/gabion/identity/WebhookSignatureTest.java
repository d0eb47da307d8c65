package dev.gabion.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.Authenticator;
import dev.gabion.core.Caller;
import dev.gabion.core.InvocationFailed;
import dev.gabion.core.Scope;
import dev.gabion.core.Stop;
import dev.gabion.identity.WebhookSignature.Encoding;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSignatureTest {
  private static final String KEY = "0123456789abcdef0123";
  private static final String OTHER = "fedcba98765432100123";
  private static final String BODY = "{\"name\":\"tea\",\"count\":1}";
  private static final long NOW = 1_800_000_000;

  private final AtomicReference<Instant> clock = new AtomicReference<>(Instant.ofEpochSecond(NOW));

  private WebhookSignature stripe(Key key) {
    return WebhookSignature.stripe("shop", key).at(clock::get);
  }

  private WebhookSignature slack(Key key) {
    return WebhookSignature.slack("bot", key).at(clock::get);
  }

  private static Map<String, String> stripe(String header) {
    return Map.of("Stripe-Signature", header);
  }

  private static String v1(String key, String time) {
    return "v1=" + Sign.hex(key, time + "." + BODY);
  }

  private static Map<String, String> slack(String time) {
    return Map.of(
        "x-slack-request-timestamp",
        time,
        "x-slack-signature",
        "v0=" + Sign.hex(KEY, "v0:" + time + ":" + BODY));
  }

  private static Map<String, String> gitHub(String signature) {
    return Map.of("x-hub-signature-256", signature);
  }

  @Test
  void whoHasTheKeyReachesTheLogic() {
    Door door = new Door(stripe(Key.of(KEY)));

    Door.Seen seen = door.send(BODY, stripe("t=" + NOW + "," + v1(KEY, "" + NOW)));

    assertThat(seen.status()).isEqualTo(200);
    assertThat(door.orders).containsExactly(new Door.Order("tea", 1));
    assertThat(seen.event().caller()).isEqualTo(Caller.of("stripe-webhook", "shop"));
  }

  @Test
  void whoHasNotLearnsNothingAndTheAuditTrailLearnsWhy() {
    Door door = new Door(stripe(Key.of(KEY)));

    Door.Seen none = door.send(BODY, Map.of());
    Door.Seen wrong = door.send(BODY, stripe("t=" + NOW + "," + v1(OTHER, "" + NOW)));
    Door.Seen stale = door.send(BODY, stripe("t=1," + v1(KEY, "1")));

    assertThat(none.reason()).isEqualTo("no-signature");
    assertThat(wrong.reason()).isEqualTo("signature");
    assertThat(stale.reason()).isEqualTo("signature-stale");
    for (Door.Seen seen : new Door.Seen[] {none, wrong, stale}) {
      assertThat(seen.status()).isEqualTo(401);
      assertThat(seen.event().stop()).isEqualTo(Stop.IDENTIFY);
      assertThat(seen.event().verdict()).isEqualTo(AuditEvent.Verdict.DENIED);
      assertThat(withoutId(seen)).as("one reply for all").isEqualTo(withoutId(none));
      assertThat(seen.reply()).doesNotContain("signature", "stale", "key");
    }
    assertThat(door.orders).isEmpty();
  }

  private static String withoutId(Door.Seen seen) {
    return seen.reply().replace(seen.event().invocation().correlationId(), "");
  }

  @Test
  void aBodyThatIsNotJsonIsNotParsedBeforeItsSignatureHolds() {
    Door door = new Door(WebhookSignature.github("r", Key.of(KEY)));
    String hostile = "{\"name\":\"".repeat(100);

    assertThat(door.send(hostile, gitHub("sha256=" + Sign.hex(OTHER, hostile))).reason())
        .isEqualTo("signature");
    assertThat(door.send(hostile, gitHub("sha256=" + Sign.hex(KEY, hostile))).event().stop())
        .as("control: signed, it reaches the parser")
        .isEqualTo(Stop.DECODE);
  }

  @Test
  void aTimeIsGoodToTheEdgeOfTheWindowAndNotBeyond() {
    Door stripe = new Door(stripe(Key.of(KEY)));
    Door slack = new Door(slack(Key.of(KEY)));
    String header = "t=" + NOW + "," + v1(KEY, "" + NOW);
    Duration edge = Duration.ofMinutes(5);
    for (Duration good : new Duration[] {Duration.ZERO, edge, edge.negated()}) {
      clock.set(Instant.ofEpochSecond(NOW).plus(good));
      assertThat(stripe.send(BODY, stripe(header)).status()).as("%s", good).isEqualTo(200);
      assertThat(slack.send(BODY, slack("" + NOW)).status()).as("%s", good).isEqualTo(200);
    }
    Duration beyond = edge.plusMillis(1);
    for (Duration bad : new Duration[] {beyond, beyond.negated(), Duration.ofDays(30)}) {
      clock.set(Instant.ofEpochSecond(NOW).plus(bad));
      assertThat(stripe.send(BODY, stripe(header)).reason()).isEqualTo("signature-stale");
      assertThat(slack.send(BODY, slack("" + NOW)).reason()).isEqualTo("signature-stale");
    }
  }

  /** A store may forget a message between the look at its age and its own. */
  @Test
  void whatGrewTooOldWhileTheStoreWasAskedIsNotLetIn() {
    String header = "t=" + NOW + "," + v1(KEY, "" + NOW);
    for (long late : new long[] {0, 1}) {
      clock.set(Instant.ofEpochSecond(NOW));
      Door door = new Door(stripe(Key.of(KEY)).once(new Forgetful(late)));
      Door.Seen seen = door.send(BODY, stripe(header));
      assertThat(seen.reason()).isEqualTo(late == 0 ? "done" : "signature-stale");
    }
  }

  private final class Forgetful implements ReplayStore {
    private final long late;

    Forgetful(long late) {
      this.late = late;
    }

    @Override
    public boolean isFirst(String message, Instant until, Scope scope) {
      clock.set(until.plusMillis(late));
      return true;
    }

    @Override
    public String describe() {
      return "a store that takes its time";
    }
  }

  @Test
  void aToleranceIsKeptToTheMillisecond() {
    Door door = new Door(stripe(Key.of(KEY)).tolerance(Duration.ofSeconds(10)));
    String header = "t=" + NOW + "," + v1(KEY, "" + NOW);

    clock.set(Instant.ofEpochSecond(NOW + 10));
    assertThat(door.send(BODY, stripe(header)).status()).isEqualTo(200);
    clock.set(Instant.ofEpochSecond(NOW + 10).plusMillis(1));
    assertThat(door.send(BODY, stripe(header)).status()).isEqualTo(401);
  }

  /** Each signed as it should be: it is the form alone that is refused. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1800000000",
        "+1800000000",
        "01800000000",
        "1800000000.0",
        "1.8e9",
        "0x6B49D200",
        " 1800000000",
        "1800000000 ",
        "",
        "0",
        "999999999999",
        "99999999999999999999",
        "١٨٠٠٠٠٠٠٠٠",
      })
  void aTimeIsWrittenInOneWayOnly(String time) {
    Door stripe = new Door(stripe(Key.of(KEY)));
    Door slack = new Door(slack(Key.of(KEY)));

    assertThat(stripe.send(BODY, stripe("t=" + time + "," + v1(KEY, time))).reason())
        .isEqualTo("signature-format");
    assertThat(slack.send(BODY, slack(time)).reason()).isEqualTo("signature-format");
    assertThat(slack.send(BODY, slack("" + NOW)).status()).as("control").isEqualTo(200);
  }

  @Test
  void ofSeveralSignaturesOfStripeOneMustHold() {
    Door door = new Door(stripe(Key.of(KEY)));
    String time = "t=" + NOW;
    String good = v1(KEY, "" + NOW);
    String bad = v1(OTHER, "" + NOW);

    for (String header :
        new String[] {
          time + "," + bad + "," + good,
          time + "," + good + "," + bad,
          good + "," + time,
          time + "," + good + ",v0=" + "0".repeat(64),
          time + "," + good + ",v2=" + "x".repeat(100),
        }) {
      assertThat(door.send(BODY, stripe(header)).status()).as(header).isEqualTo(200);
    }
    for (String header :
        new String[] {
          time + "," + bad + "," + bad,
          time + "," + good.replace("v1", "v0"), // no weaker scheme instead
          time + "," + good.replace("v1", "v2"),
          time + "," + good.replace("v1", "V1"),
          time + "," + time + "," + good,
          time + ",t=" + (NOW + 1) + "," + good,
          time + "," + good + "," + time + "," + good, // a header twice
          time + ", " + good,
          time + ";" + good,
          time + "," + good + ",",
          "," + time + "," + good,
          time + "," + good + ",v2",
          time + "," + good + "=",
          time + "," + good.toUpperCase(Locale.ROOT),
          time + "," + good.substring(0, good.length() - 1),
          time + "," + good + "0",
          time,
          good,
          "",
          time + "," + good + ("," + bad).repeat(8), // nine
          time + "," + good + ",a=" + "b".repeat(129),
          time + "," + good + (",aa=" + "b".repeat(100)).repeat(10), // too long
        }) {
      assertThat(door.send(BODY, stripe(header)).status()).as(header).isEqualTo(401);
    }
  }

  @Test
  void eightSignaturesAreTheMost() {
    Door door = new Door(stripe(Key.of(KEY)));

    String seven = ("," + v1(OTHER, "" + NOW)).repeat(7);
    assertThat(door.send(BODY, stripe("t=" + NOW + seven + "," + v1(KEY, "" + NOW))).status())
        .isEqualTo(200);
  }

  @Test
  void aSignatureIsWrittenInOneWayOnly() {
    Door door = new Door(WebhookSignature.github("r", Key.of(KEY)));
    String hex = Sign.hex(KEY, BODY);

    assertThat(door.send(BODY, gitHub("sha256=" + hex)).status()).as("control").isEqualTo(200);
    for (String value :
        new String[] {
          hex,
          "sha1=" + hex,
          "SHA256=" + hex,
          "sha256=" + hex.toUpperCase(Locale.ROOT),
          "sha256=" + hex + "0",
          "sha256=" + hex.substring(1),
          "sha256= " + hex.substring(1),
          "sha256=" + hex + ",sha256=" + hex,
          "sha256=",
          "",
          "sha256=" + "0".repeat(64),
          "sha256=" + "0".repeat(5000),
        }) {
      Door.Seen seen = door.send(BODY, gitHub(value));
      assertThat(seen.status()).as(value).isEqualTo(401);
    }
    assertThat(
            door.send(
                    BODY,
                    Map.of(
                        "X-Hub-Signature-256", "sha256=" + hex, "x-hub-signature-256", "sha256=x"))
                .status())
        .as("one name in two spellings: refused at the door")
        .isEqualTo(400);
  }

  @Test
  void anyHeaderCanHoldAnHmacInHexOrBase64() {
    Door hex =
        new Door(WebhookSignature.hmacSha256("s", "X-Sign", "v=", Encoding.HEX, Key.of(KEY)));
    Door base64 =
        new Door(WebhookSignature.hmacSha256("s", "X-Sign", "", Encoding.BASE64, Key.of(KEY)));
    String text = Base64.getEncoder().encodeToString(Sign.hmac(KEY, new byte[0], BODY));

    assertThat(hex.send(BODY, Map.of("x-sign", "v=" + Sign.hex(KEY, BODY))).event().caller())
        .isEqualTo(Caller.of("hmac-webhook", "s"));
    assertThat(base64.send(BODY, Map.of("x-sign", text)).status()).isEqualTo(200);
    for (String change : Changes.of(text)) {
      assertThat(base64.send(BODY, Map.of("x-sign", change)).status()).as(change).isEqualTo(401);
    }
    assertThat(base64.send(BODY, Map.of("x-sign", text.replace("=", ""))).status()).isEqualTo(401);
    assertThat(hex.send(BODY, Map.of("x-sign", Sign.hex(KEY, BODY))).status()).isEqualTo(401);
  }

  @Test
  void base64ThatOnlyDecodesToTheSignatureIsNotIt() {
    byte[] mac = Sign.hmac(KEY, new byte[0], BODY);
    String text = Base64.getEncoder().encodeToString(mac);
    Door door =
        new Door(WebhookSignature.hmacSha256("s", "X-Sign", "", Encoding.BASE64, Key.of(KEY)));
    List<String> others =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
            .chars()
            .mapToObj(last -> text.substring(0, 42) + (char) last + "=")
            .filter(other -> !other.equals(text))
            .filter(other -> Arrays.equals(mac, Base64.getDecoder().decode(other)))
            .toList();

    assertThat(others).as("control: Java's decoder takes them for the same").hasSize(3);
    for (String other : others) {
      assertThat(door.send(BODY, Map.of("x-sign", other)).status()).isEqualTo(401);
    }
  }

  @Test
  void aKeyThatRotatesBetweenTwoRequestsIsTakenAtOnce() {
    Key key = Key.of(KEY);
    Door door = new Door(WebhookSignature.github("r", key));
    assertThat(door.send(BODY, gitHub("sha256=" + Sign.hex(KEY, BODY))).status()).isEqualTo(200);

    Map<String, String> byNewKey = gitHub("sha256=" + Sign.hex(OTHER, BODY));
    assertThat(door.send(BODY, byNewKey).status()).as("control: not rotated").isEqualTo(401);
    key.rotate(OTHER);
    assertThat(door.send(BODY, byNewKey).status()).isEqualTo(200);
    assertThat(door.send(BODY, gitHub("sha256=" + Sign.hex(KEY, BODY))).status())
        .as("the old key is no longer taken")
        .isEqualTo(401);
  }

  @Test
  void theKeyBeforeIsTakenBesideItWhereThatIsDeclared() {
    Map<String, String> byOldKey = gitHub("sha256=" + Sign.hex(OTHER, BODY));
    WebhookSignature one = WebhookSignature.github("r", Key.of(KEY));

    assertThat(new Door(one).send(BODY, byOldKey).status()).as("control").isEqualTo(401);
    assertThat(new Door(one.orKey(Key.of(OTHER))).send(BODY, byOldKey).status()).isEqualTo(200);
  }

  @Test
  void thereNeedNotBeAKeyBefore() {
    Door door = new Door(WebhookSignature.github("r", Key.of(KEY)).orKey(Key.of(null)));

    assertThat(door.send(BODY, gitHub("sha256=" + Sign.hex(KEY, BODY))).status()).isEqualTo(200);
    assertThat(door.send(BODY, gitHub("sha256=" + Sign.hex(OTHER, BODY))).status()).isEqualTo(401);
  }

  @Test
  void withoutItsFirstKeyNobodyIsLetInAndItIsOurFault() {
    Door door = new Door(WebhookSignature.github("r", Key.of(null)).orKey(Key.of(KEY)));

    assertThat(door.send(BODY, gitHub("sha256=" + Sign.hex(KEY, BODY))).status()).isEqualTo(500);
    assertThat(door.orders).isEmpty();
  }

  @Test
  void aKeyIsSixteenBytesOrMore() {
    assertThat(WebhookSignature.github("r", Key.of("a".repeat(16))))
        .satisfies(
            fit ->
                assertThat(
                        new Door(fit)
                            .send(BODY, gitHub("sha256=" + Sign.hex("a".repeat(16), BODY)))
                            .status())
                    .isEqualTo(200));
    for (String weak : new String[] {"a".repeat(15), ""}) {
      assertThatThrownBy(() -> new Door(WebhookSignature.github("r", Key.of(weak))))
          .isInstanceOf(InvocationFailed.class);
    }
  }

  @Test
  void aKeyThatRotatesToAShortOneLetsNobodyIn() {
    Key key = Key.of(KEY);
    Door door = new Door(WebhookSignature.github("r", key));
    key.rotate("short");

    Door.Seen seen = door.send(BODY, gitHub("sha256=" + Sign.hex("short", BODY)));

    assertThat(seen.status()).isEqualTo(500);
    assertThat(seen.reply()).doesNotContain("short");
    assertThat(door.orders).isEmpty();
  }

  @Test
  void whatCannotBeKeptIsNotDeclared() {
    Key key = Key.of(KEY);
    WebhookSignature untimed = WebhookSignature.github("r", key);

    assertThatThrownBy(() -> untimed.tolerance(Duration.ofSeconds(5)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> untimed.once(ReplayStore.inMemory(5)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> stripe(key).tolerance(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> stripe(key).tolerance(Duration.ofHours(2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ReplayStore.inMemory(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> WebhookSignature.github(" ", key))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> WebhookSignature.hmacSha256("s", "X Sign", "", Encoding.HEX, key))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> WebhookSignature.hmacSha256("s", "X", "é", Encoding.HEX, key))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void itSaysWhatItDemands() {
    Authenticator<?> once = stripe(Key.of(KEY)).once(ReplayStore.inMemory(5));

    assertThat(once.describe())
        .isEqualTo("stripe-webhook signature of shop, 300 s, once by replays in memory");
    assertThat(WebhookSignature.github("r", Key.of(KEY)).describe())
        .isEqualTo("github-webhook signature of r, no time signed");
  }
}
