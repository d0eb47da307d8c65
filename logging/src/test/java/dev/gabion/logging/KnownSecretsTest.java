package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownSecretsTest {
  private static final String COMMON = "{\"username\":\"application\",\"password\":\"";

  private final AtomicLong nanos = new AtomicLong();
  private final KnownSecrets known = new KnownSecrets(nanos::get, () -> {});

  private void learn(String secret) {
    known.learn(secret.getBytes(UTF_8));
  }

  private long work(String line) {
    SecretSearch search = Objects.requireNonNull(known.search(line.length()));
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

  @Test
  void dataKeysPushOutEachOtherAndNoSecret() {
    byte[] key = new byte[32];
    learn("the database's password");
    for (int i = 0; i < 10_000; i++) {
      ByteBuffer.wrap(key).putInt(i).putLong(8, 0x9E37_79B9_7F4A_7C15L * (i + 1));
      known.learnDataKey(key);
    }
    assertThat(isFound("the database's password")).isTrue();
    assertThat(isFound(HexFormat.of().formatHex(key))).isTrue();
    assertThat(known.size()).isBetween(2_000, KnownSecrets.DATA_KEY_FORMS);

    for (int i = 0; i < 10_000; i++) { // control: as secrets they do
      ByteBuffer.wrap(key).putInt(i).putLong(8, 0x9E37_79B9_7F4A_7C15L * (i + 1));
      known.learn(key);
    }
    assertThat(isFound("the database's password")).isFalse();
  }

  @Test
  void aDataKeyIsForgottenInTimeAndWithEverythingElse() {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) 0x5A);
    String printed = HexFormat.of().formatHex(key);
    known.learnDataKey(key);
    assertThat(isFound(printed)).isTrue(); // control
    nanos.addAndGet(KnownSecrets.KEPT.toNanos() + 1);
    assertThat(isFound(printed)).isFalse();

    known.learnDataKey(key);
    assertThat(isFound(printed)).isTrue();
    known.wipe();
    assertThat(isFound(printed)).isFalse();
  }

  private boolean isFound(String text) {
    byte[] line = text.getBytes(US_ASCII);
    SecretSearch search = known.search(line.length);
    if (search == null) {
      return false;
    }
    Found found = new Found(line);
    search.find(Reading.of(line), 0, found);
    return found.takenOut() != line;
  }

  private boolean takesOut(String text) {
    byte[] line = text.getBytes(UTF_8);
    Found found = new Found(line);
    Objects.requireNonNull(known.search(line.length)).find(Reading.of(line), 0, found);
    return new String(found.takenOut(), UTF_8).equals("[secret]");
  }

  /** Their forms are alike in most of their windows, and then in the low bits of their marks. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "%04d-tenant-password-of-the-orders-database",
        "pre-%04d",
        "tenant-password-of-the-orders-database-%04d-and-more-text-behind-it-so-that-it-is-long",
        "jdbc:postgresql://db.internal:5432/orders?user=app&password=%04d&ssl=true&sslmode=verify-full"
            + "&applicationName=orders-service-in-production-behind-a-proxy-with-a-long-name",
      })
  void ofManySecretsThatAreAlikeNoneHidesAnother(String form) {
    List<String> secrets = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      secrets.add(form.formatted(i));
    }
    secrets.forEach(this::learn);

    assertThat(secrets).allMatch(this::takesOut);
    assertThat(secrets.stream().map(s -> HexFormat.of().formatHex(s.getBytes(UTF_8))))
        .allMatch(this::takesOut);
  }

  @Test
  void secretsThatDifferOnlyInTheirLengthAreTakenOutWhole() {
    List<String> secrets = new ArrayList<>();
    for (int i = 8; i < 400; i++) {
      secrets.add("x".repeat(i));
      secrets.add("ab".repeat(i));
    }
    secrets.forEach(this::learn);

    assertThat(secrets).allMatch(this::takesOut);
  }

  /** What is known of a secret's beginning, repeated to use up what digests may cost. */
  @Test
  void whoRepeatsAPieceOfASecretHidesNothingElse() {
    String secret =
        "{\"type\":\"service_account\",\"project_id\":\"orders\",\"token_uri\":\"https://oauth2.example/token\","
            + "\"private_key\":\""
            + "Xk3$9vQz!mB7wLp2Rt8Yc5Nf1Gh6Jd4S".repeat(40)
            + "\"}";
    learn(secret);
    String behind = "what stands behind it, ".repeat(secret.length() / 10);
    for (int from = 0; from + 8 <= 200; from++) {
      String line = secret.substring(from, from + 8).repeat(300) + behind;
      byte[] bytes = line.getBytes(UTF_8);
      Found found = new Found(bytes);
      Objects.requireNonNull(known.search(bytes.length)).find(Reading.of(bytes), 0, found);

      assertThat(found.takenOut()).as("the window at %d", from).isSameAs(bytes);
    }
    assertThat(takesOut(secret.substring(secret.indexOf("Xk3"), secret.lastIndexOf('"')))).isTrue();
  }
}
