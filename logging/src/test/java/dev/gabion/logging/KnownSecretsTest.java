package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KnownSecretsTest {
  private static final String COMMON = "{\"username\":\"application\",\"password\":\"";

  private final KnownSecrets known = new KnownSecrets(new AtomicLong()::get, () -> {});

  private void learn(String secret) {
    known.learn(secret.getBytes(UTF_8));
  }

  private long work(String line) {
    KnownSecrets.Search search = Objects.requireNonNull(known.search(line.length()));
    byte[] bytes = line.getBytes(UTF_8);
    search.find(Reading.of(bytes), 0, new Found(bytes));
    return search.work();
  }

  /** What an attacker could repeat who knows what secrets have in common. */
  @Test
  void noLineCostsMoreThanAMultipleOfItsLength() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      learn(COMMON + "p".repeat(i) + "end\"}");
      learn("ab".repeat(4 + i));
    }
    learn("x".repeat(16 * 1024));
    for (int repeats : new int[] {50, 500, 2_000}) {
      lines.add(COMMON.repeat(repeats));
      lines.add("ab".repeat(20 * repeats));
      lines.add("x".repeat(40 * repeats));
    }

    assertThat(lines)
        .allSatisfy(line -> assertThat(work(line)).isLessThan(48L * line.length() + 25_000));
    assertThat(work("ab".repeat(20))).isPositive();
  }

  @Test
  void aLineWithoutSecretsCostsNextToNothingHoweverManyThereAre() {
    for (int i = 0; i < 1_000; i++) {
      learn("secret number " + i + " of a thousand");
    }

    String line = "{\"level\":\"INFO\",\"message\":\"an order of 17 items\"} ".repeat(100);
    assertThat(work(line)).isLessThan(line.length() / 10);
  }

  @Test
  void secretsThatHaveMuchInCommonAreMarkedByWhatTheyHaveNot() {
    for (int i = 0; i < 1_000; i++) {
      learn(
          "Server=db.example.org;User=application;Password=pass-" + (100_000 + i) + ";Timeout=30");
    }

    assertThat(work("Server=db.example.org;User=application;Password=wrong;Timeout=30"))
        .isLessThan(1_000);
  }

  @Test
  void whatIsKeptIsBoundedByTheNumberOfFormsAndNotByTheirLength() {
    for (int i = 0; i < 5_000; i++) {
      learn("value " + i + "\n" + "of two long lines ".repeat(3) + i);
    }

    assertThat(known.size()).isBetween(1_000, KnownSecrets.FORMS);
  }
}
