package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.core.AuditEvent;
import dev.gabion.core.AuditEvent.Activity;
import dev.gabion.core.AuditEvent.InvocationFacts;
import dev.gabion.core.SecretValue;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpeningTest {
  private final OcsfForm form = new OcsfForm("orders");
  private final JsonLine json = new JsonLine();
  private final Scrubber scrubber = new Scrubber(new AtomicLong()::get, () -> {});

  private Opening write(AuditEvent event) {
    return form.write(json.start(false), event, "chain/1", null);
  }

  private void learn(String secret) {
    scrubber.learn(SecretValue.ofText(secret));
  }

  /** What is left of a line, once by the short way and once by the long one. */
  private String scrubbed(Opening opening) {
    String shortWay = new String(scrubber.scrubEvent(json.copy(), opening), US_ASCII);
    String longWay = new String(scrubber.scrubEvent(json.copy(), null), US_ASCII);
    assertThat(shortWay).isEqualTo(longWay);
    return shortWay;
  }

  @Test
  void everyLineBeginsWithItsOwnAndIsNotLookedThroughThereAgain() {
    for (AuditEvent event : AuditEvents.ofEveryKind()) {
      Opening opening = write(event);

      assertThat(json.begins(opening.bytes())).isTrue();
      boolean escaped = new String(opening.bytes(), US_ASCII).contains("\\");
      assertThat(opening.length()).isGreaterThan(300);
      assertThat(opening.clean(null)).isEqualTo(escaped ? 0 : opening.length());
      assertThat(new String(json.copy(), US_ASCII).substring(opening.length())).startsWith(",\"");
    }
  }

  @Test
  void twoEventsOfOneKindShareOneAndOthersDoNot() {
    Opening done = write(AuditEvents.done());

    assertThat(write(AuditEvents.done())).isSameAs(done);
    assertThat(write(AuditEvents.failed())).isNotSameAs(done);
    assertThat(write(AuditEvents.done(AuditEvents.http("DELETE")))).isNotSameAs(done);
    assertThat(write(AuditEvents.done())).isSameAs(done);
  }

  @Test
  void nothingThatASenderChoosesIsInIt() {
    AuditEvent saying = AuditEvents.saying("chosen");
    InvocationFacts work =
        new InvocationFacts(
            "chosen", "chosen", "chosen", "chosen", AuditEvents.WORK.function(), "chosen", true);
    for (Activity activity : Activity.values()) {
      Opening opening =
          write(
              new AuditEvent(
                  activity,
                  saying.verdict(),
                  saying.stop(),
                  saying.time(),
                  work,
                  saying.source(),
                  saying.caller(),
                  saying.outcome(),
                  saying.facts()));

      assertThat(new String(json.copy(), US_ASCII)).contains("chosen");
      assertThat(new String(opening.bytes(), US_ASCII)).doesNotContain("chosen");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"security_control", "\"name\":\"Gabion\""})
  void aSecretThatIsLikeAPieceOfItIsTakenOutOnceItIsIssued(String secret) {
    Opening opening = write(AuditEvents.done());
    String before = scrubbed(opening);

    learn(secret);

    assertThat(before).contains(secret).doesNotContain("[secret");
    assertThat(scrubbed(opening)).doesNotContain(secret).contains("[secret");
  }

  @Test
  void aSecretThatBeginsInItAndEndsBehindItIsTakenOut() {
    Opening opening = write(AuditEvents.done());
    String line = new String(json.copy(), US_ASCII);
    for (int before = 1; before <= 40; before++) {
      String secret = line.substring(opening.length() - before, opening.length() + 41 - before);

      learn(secret);

      assertThat(scrubbed(opening)).as("%d before", before).doesNotContain(secret);
    }
  }

  @Test
  void whateverIsSecretAndWhateverIsSaidIsFoundByBothWays() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<String> tempting =
        List.of("4111111111111111", "secretAccessKey=", "Bearer ", "-----BEGIN PRIVATE KEY-----");
    for (int round = 0; round < 300; round++) {
      StringBuilder said = new StringBuilder();
      for (int i = 0; i < 4; i++) {
        said.append(tempting.get(random.nextInt(tempting.size())));
        random.ints(random.nextInt(24), ' ', 0x7F).forEach(said::appendCodePoint);
      }
      Opening opening = write(AuditEvents.saying(said.toString()));
      String line = new String(json.copy(), US_ASCII);
      int from = random.nextInt(line.length() - 8);
      if (round % 3 == 0) {
        learn(line.substring(from, Math.min(line.length(), from + 8 + random.nextInt(64))));
      }

      assertThat(new String(scrubber.scrubEvent(json.copy(), opening), US_ASCII))
          .as("seed %d, round %d", seed, round)
          .isEqualTo(new String(scrubber.scrubEvent(json.copy(), null), US_ASCII));
    }
  }
}
