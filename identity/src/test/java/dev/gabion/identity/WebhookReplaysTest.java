package dev.gabion.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.core.Scope;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WebhookReplaysTest {
  private static final String KEY = "0123456789abcdef0123";
  private static final String OTHER = "fedcba98765432100123";
  private static final String BODY = "{\"name\":\"tea\",\"count\":1}";
  private static final long NOW = 1_800_000_000;

  private final AtomicReference<Instant> clock = new AtomicReference<>(Instant.ofEpochSecond(NOW));

  private WebhookSignature stripe(Key key) {
    return WebhookSignature.stripe("shop", key).at(clock::get);
  }

  private static Map<String, String> stripe(String header) {
    return Map.of("Stripe-Signature", header);
  }

  private static String v1(String key, String time) {
    return "v1=" + Sign.hex(key, time + "." + BODY);
  }

  @Test
  void aMessageIsLetInOnceWhereThatIsDeclared() {
    Map<String, String> headers = stripe("t=" + NOW + "," + v1(KEY, "" + NOW));
    Door twice = new Door(stripe(Key.of(KEY)));
    Door once = new Door(stripe(Key.of(KEY)).once(new MemoryReplays(10, clock::get)));

    assertThat(twice.send(BODY, headers).status()).isEqualTo(200);
    assertThat(twice.send(BODY, headers).status()).as("control").isEqualTo(200);
    assertThat(once.send(BODY, headers).status()).isEqualTo(200);
    assertThat(once.send(BODY, headers).reason()).isEqualTo("signature-replayed");
    assertThat(once.send(BODY, stripe("t=" + (NOW + 1) + "," + v1(KEY, "" + (NOW + 1)))).status())
        .as("signed anew")
        .isEqualTo(200);
  }

  @Test
  void theSameMessageByAnotherKeyIsAReplay() {
    Door once =
        new Door(stripe(Key.of(KEY)).orKey(Key.of(OTHER)).once(new MemoryReplays(10, clock::get)));

    assertThat(once.send(BODY, stripe("t=" + NOW + "," + v1(KEY, "" + NOW))).status())
        .isEqualTo(200);
    assertThat(once.send(BODY, stripe("t=" + NOW + "," + v1(OTHER, "" + NOW))).status())
        .isEqualTo(401);
  }

  @Test
  void aMessageIsRememberedAsLongAsItsTimeIsGood() {
    MemoryReplays store = new MemoryReplays(1, clock::get);
    Door once = new Door(stripe(Key.of(KEY)).once(store));
    String early = "" + (NOW + 300);
    Map<String, String> headers = stripe("t=" + early + "," + v1(KEY, early));
    assertThat(once.send(BODY, headers).status()).as("by a clock that is ahead").isEqualTo(200);

    clock.set(Instant.ofEpochSecond(NOW + 600));
    assertThat(once.send(BODY, headers).reason()).isEqualTo("signature-replayed");
    clock.set(Instant.ofEpochSecond(NOW + 600).plusMillis(1));
    assertThat(once.send(BODY, headers).reason()).isEqualTo("signature-stale");
    String later = "" + (NOW + 600);
    assertThat(once.send(BODY, stripe("t=" + later + "," + v1(KEY, later))).status())
        .as("there is room again")
        .isEqualTo(200);
  }

  @Test
  void aFullStoreLetsNobodyInAndCannotBeFilledByWhoHasNoKey() {
    Door once = new Door(stripe(Key.of(KEY)).once(new MemoryReplays(1, clock::get)));
    for (int i = 0; i < 5; i++) {
      once.send(BODY, stripe("t=" + (NOW + i) + "," + v1(OTHER, "" + (NOW + i))));
    }
    assertThat(once.send(BODY, stripe("t=" + NOW + "," + v1(KEY, "" + NOW))).status())
        .isEqualTo(200);

    Door.Seen second = once.send(BODY, stripe("t=" + (NOW + 1) + "," + v1(KEY, "" + (NOW + 1))));

    assertThat(second.status()).isEqualTo(500);
    assertThat(once.orders).hasSize(1);
  }

  @Test
  void aStoreThatFailsLetsNobodyIn() {
    ReplayStore broken =
        new ReplayStore() {
          @Override
          public boolean isFirst(String message, Instant until, Scope scope) {
            assertThat(message).matches("[0-9a-f]{64}");
            assertThat(until).isEqualTo(Instant.ofEpochSecond(NOW + 300));
            throw new IllegalStateException("no table");
          }

          @Override
          public String describe() {
            return "broken";
          }
        };
    Door door = new Door(stripe(Key.of(KEY)).once(broken));

    assertThat(door.send(BODY, stripe("t=" + NOW + "," + v1(KEY, "" + NOW))).status())
        .isEqualTo(500);
    assertThat(door.orders).isEmpty();
  }
}
