package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gabion.core.SecretValue;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScrubberTest {
  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger full = new AtomicInteger();
  private final Scrubber scrubber = new Scrubber(now::get, full::incrementAndGet);

  private String scrub(String line) {
    return new String(scrubber.scrub(line.getBytes(UTF_8)), UTF_8);
  }

  private void learn(String secret) {
    scrubber.learn(SecretValue.ofText(secret));
  }

  @Test
  void aLineWithNothingToTakeOutIsTheSameArray() {
    learn("correct horse battery staple");
    byte[] line =
        "{\"message\":\"order 17 of \\\"alice\\\" took 12 ms, 100%25 done\"}".getBytes(UTF_8);

    assertThat(scrubber.scrub(line)).isSameAs(line);
  }

  @Test
  void whatIsAroundASecretStays() {
    learn("hunter2hunter2");

    assertThat(scrub("password=hunter2hunter2;")).isEqualTo("password=[secret];");
    assertThat(scrub("hunter2hunter2hunter2hunter2")).isEqualTo("[secret]");
    assertThat(scrub("hunter2hunter and 2hunter2")).isEqualTo("hunter2hunter and 2hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12345678",
        "hunter2hunter2",
        "a/b+c_d-e=f~g h!",
        "with \"quotes\" and \\ back\\slashes\\",
        "two\nlines\tand a tab",
        "grüße aus köln 😀 €",
        "%41%42 is not AB, \\u0041 neither",
        "https://user:p%40ss@host/path?x=1&y=2",
        "{\"username\":\"app\",\"password\":\"s3cr\\\"et!\"}",
      })
  void aSecretIsTakenOutInEveryEncoding(String secret) {
    learn(secret);
    Encodings.all()
        .forEach(
            (name, encoding) -> {
              String written = encoding.apply(secret);
              assertThat(scrub("(" + written + ") tail"))
                  .as("%s: %s", name, written)
                  .contains("[secret]")
                  .satisfies(line -> assertThat(readable(line)).doesNotContain(secret))
                  .endsWith(") tail");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"ends with \\", "ends with \\u", "ends with \\u1", "ends with \\u12"})
  void aSecretThatEndsLikeAnEscapeCutsNothingOffTheNextOne(String secret) {
    learn(secret);
    learn("the next secret");

    for (String between : List.of("", " ", "> <", "1234")) {
      assertThat(scrub(secret + between + "the next secret")).matches("(\\[secret].{0,4}){1,2}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"12345678", "hunter2hunter2", "grüße aus köln 😀 €"})
  void withoutBeingIssuedItStaysInEveryEncoding(String secret) {
    learn("another secret");
    assertThat(Encodings.of(secret)).allSatisfy(w -> assertThat(scrub(w)).isEqualTo(w));
  }

  /** The line, and all that its pieces of base64 say. */
  private static String readable(String line) {
    StringBuilder all = new StringBuilder(line);
    for (String piece : line.split("[^A-Za-z0-9+/_-]+", -1)) {
      for (int skip = 0; skip < 4 && skip < piece.length(); skip++) {
        String rest = piece.substring(skip).replace('-', '+').replace('_', '/');
        String whole = rest.substring(0, rest.length() / 4 * 4);
        all.append('\n').append(new String(Base64.getDecoder().decode(whole), UTF_8));
      }
    }
    return all.toString();
  }

  @Test
  void inBase64NothingOfASecretIsLeftBesideTheMark() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    scrubber.learn(SecretValue.copyOf(key));
    for (int before = 0; before < 3; before++) {
      for (int length = 0; length < 3; length++) {
        byte[] all = new byte[before + key.length + length];
        System.arraycopy(key, 0, all, before, key.length);
        String line = scrub("key " + Base64.getEncoder().encodeToString(all) + " end");
        // what the zeros around the key alone decide, and padding
        assertThat(line).matches("key A{0,2}\\[secret\\]A{0,3}={0,2} end");
      }
    }
  }

  @Test
  void aDataKeyIsTakenOutHoweverItsBytesArePrinted() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    key[7] = (byte) 0xFF;
    scrubber.learn(SecretValue.copyOf(key));

    assertThat(scrub("key=" + Arrays.toString(key))).isEqualTo("key=[[secret]]");
    assertThat(scrub("key=" + new String(key, ISO_8859_1) + ".")).isEqualTo("key=[secret].");
  }

  @Test
  void hundredsOfSecretsAreTakenOutInEveryEncodingAtOnce() {
    List<String> secrets = secrets(300);
    secrets.forEach(this::learn);
    for (Map.Entry<String, UnaryOperator<String>> encoding : Encodings.all().entrySet()) {
      StringBuilder line = new StringBuilder();
      secrets.forEach(
          secret -> line.append('<').append(encoding.getValue().apply(secret)).append("> "));
      String scrubbed = scrub(line.toString());

      String readable = readable(scrubbed);
      assertThat(secrets)
          .as(encoding.getKey())
          .noneMatch(readable::contains)
          .noneMatch(secret -> scrubbed.contains(secret.substring(1)));
      assertThat(secrets).allMatch(secret -> line.indexOf(encoding.getValue().apply(secret)) >= 0);
    }
  }

  private static List<String> secrets(int count) {
    SecureRandom random = new SecureRandom();
    List<String> secrets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder secret = new StringBuilder();
      for (int length = 8 + random.nextInt(40); length > 0; length--) {
        secret.append((char) (' ' + 1 + random.nextInt(94)));
      }
      secrets.add(secret.toString());
    }
    return secrets;
  }

  @Test
  void shorterThanEightBytesIsNotLookedFor() {
    learn("1234567");

    assertThat(scrub("1234567")).isEqualTo("1234567");
  }

  @Test
  void theLinesOfASecretAreTakenOutOneByOne() {
    String pem = PrivateKeys.pem();
    learn(pem);

    for (String line : pem.lines().toList()) {
      if (!line.startsWith("-") && line.length() >= 16) {
        assertThat(scrub(line)).isEqualTo("[secret]");
      }
    }
  }

  @Test
  void theFieldsOfASecretAreTakenOutOneByOneExceptWhatIsNoSecret() {
    learn(
        "{\"engine\":\"postgres\",\"host\":\"db.example.org\",\"username\":\"application\","
            + "\"password\":\"p\\u0040ssw0rd!\",\"pin\":1234567890,\"more\":{\"key\":\"nested-key\"}}");

    assertThat(scrub("application@db.example.org p@ssw0rd! 1234567890 nested-key postgres"))
        .isEqualTo("application@db.example.org [secret] [secret] [secret] postgres");
  }

  @Test
  void aRotatedValueIsTakenOutForADayOfRunningTime() {
    learn("the old value");
    now.addAndGet(KnownSecrets.KEPT.toNanos() / 2);
    learn("the new value");
    now.addAndGet(KnownSecrets.KEPT.toNanos() / 2);
    assertThat(scrub("the old value, the new value")).isEqualTo("[secret], [secret]");
    now.incrementAndGet();

    assertThat(scrub("the old value, the new value")).isEqualTo("the old value, [secret]");
  }

  @Test
  void aValueThatIsIssuedAgainStays() {
    learn("the same value");
    now.addAndGet(KnownSecrets.KEPT.toNanos());
    learn("the same value");
    now.addAndGet(KnownSecrets.KEPT.toNanos());

    assertThat(scrub("the same value")).isEqualTo("[secret]");
  }

  @Test
  void tooManyValuesPushOutTheOldestAndSayItOnce() {
    learn("the very first value");
    learn("the second value");
    for (int i = 0; full.get() == 0; i++) {
      learn("the second value");
      learn("value number " + i);
    }
    learn("one more after the warning");

    assertThat(full).hasValue(1);
    assertThat(scrub("the very first value")).isEqualTo("the very first value");
    assertThat(scrub("the second value, one more after the warning"))
        .isEqualTo("[secret], [secret]");
  }

  @Test
  void nothingIsKnownOnceItIsWipedAndWhatComesAfterIs() {
    learn("before the snapshot");
    scrubber.wipe();
    assertThat(scrub("before the snapshot")).isEqualTo("before the snapshot");
    learn("after the restore");

    assertThat(scrub("before the snapshot, after the restore"))
        .isEqualTo("before the snapshot, [secret]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hunter2hunter2",
        "ends in a backslash\\",
        "\"quoted text\"",
        "\\n-secret-12",
        "1234567890",
        "u0041-u0042",
        "n-secret-12",
        "4111111111111111"
      })
  void aLineOfJsonStaysOne(String secret) throws Exception {
    learn(secret);
    String text = Encodings.json("\n" + secret + "\n-secret-12 \u0001");
    String number = secret.matches("[0-9]+") ? secret : "1";
    String line =
        scrub(
            "{\"a\":\"%s\",\"b\":%s,\"c\":[%s,-%s.5e3],\"d\":{\"%s\":\"\\u0041-u0042\"}}"
                .formatted(text, number, number, number, text));

    assertThat(Recorded.STRICT.readTree(line).fieldNames())
        .toIterable()
        .containsExactly("a", "b", "c", "d");
    assertThat(line).contains("[secret]").doesNotContain(Encodings.json(secret));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "got -----BEGIN PRIVATE KEY-----\\uAAA",
        "got -----BEGIN PRIVATE KEY-----\\",
        "{\"a\":\"-----BEGIN PRIVATE KEY-----\\",
        "{\"a\":\"-----BEGIN PRIVATE KEY-----\\u00",
        "{\"a\":\"a trailing break",
        "a trailing break",
        "a trailing break\r",
        "{\"a\":\"ends in a backslash\\",
      })
  void whateverIsTakenOutTheLineBreakBehindItStays(String line) {
    learn("a trailing break\n");
    learn("a trailing break\r\n");
    learn("ends in a backslash\\");

    assertThat(scrub(line + "\n")).contains("[").endsWith("\n");
    assertThat(scrub(line + "\n{\"next\":\"line\"}\n")).endsWith("\n{\"next\":\"line\"}\n");
  }

  @Test
  void aSecretIsAlsoTakenOutWithoutTheWhiteSpaceAroundIt() {
    learn("\ufeff \thunter2hunter2\r\n");

    assertThat(scrub("password=hunter2hunter2;")).isEqualTo("password=[secret];");
    assertThat(scrub("aHVudGVyMmh1bnRlcjI=")).isEqualTo("[secret]=");
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "\n\t", "\ufeff", "\ufeff\n"})
  void theFieldsOfASecretAreTakenOutWhateverStandsBeforeItsBrace(String before) {
    learn(before + "{\"password\":\"hunter2hunter2\"}");

    assertThat(scrub("hunter2hunter2")).isEqualTo("[secret]");
  }

  @Test
  void manyFieldsOfASecretAreTakenOutOneByOne() {
    StringBuilder secret = new StringBuilder("{\"field\":\"field-of-it-1000\"");
    for (int i = 1_001; i < 1_300; i++) {
      secret.append(",\"field").append(i).append("\":\"field-of-it-").append(i).append('"');
    }
    learn(secret.append('}').toString());

    assertThat(scrub("field-of-it-1064 field-of-it-1255")).isEqualTo("[secret] [secret]");
    assertThat(scrub("field-of-it-1299")).isEqualTo("field-of-it-1299"); // docs/logging.md says so
  }

  @Test
  void secretsThatDifferOnlyInWhatBase64WritesInTwoWaysAreAllTakenOutInEveryForm() {
    List<String> alike =
        List.of("correct-horse/battery", "correct+horse_battery", "correct horse_battery");
    alike.forEach(this::learn);

    for (String secret : alike) {
      Encodings.all()
          .forEach(
              (name, encoding) -> {
                String written = encoding.apply(secret);
                assertThat(readable(scrub(written)))
                    .as("%s: %s", name, written)
                    .isNotEqualTo(readable(written))
                    .doesNotContain(secret);
              });
    }
  }

  @Test
  void punctuationOfASecretIsTakenOutOfALineThatOnlyLooksLikeJson() {
    learn("!@#$%^&*();'|");
    learn("p@ss!w#rd$1");
    learn("quo\"te!#$%&");

    assertThat(scrub("{\"a\" !@#$%^&*();'| ")).isEqualTo("{\"a\" \"[secret]\" ");
    assertThat(scrub("\"bob\" logged in with p@ss!w#rd$1"))
        .isEqualTo("\"bob\" logged in with \"[secret]\"");
    assertThat(scrub("{\"msg\":\"quo\"te!#$%&\"}")).doesNotContain("quo", "te", "!#$%&");
    assertThat(scrub("x !@#$%^&*();'| ")).isEqualTo("x [secret] ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"[secret]\":1,\"hunter2hunter2\":2}",
        "{\"[secret]\":1,\"[secret]2\":2,\"hunter2hunter2\":3,\"secret-other-1\":4}",
        "{\"hunter2hunter2\" : 1,\"secret-other-1\"\t: 2}",
        "{\"hunter2hunter2-x\":1,\"secret-other-1-x\":2}",
        "{\"x-hunter2hunter2-x\":1,\"x-secret-other-1-x\":{\"hunter2hunter2\":3}}",
        "{\"4111111111111111\":1,\"5555555555554444\":2}",
      })
  void namesThatWouldBecomeTheSameStayDifferent(String line) throws Exception {
    learn("hunter2hunter2");
    learn("secret-other-1");

    String scrubbed = scrub(line);
    assertThat(scrubbed).doesNotContain("hunter2", "other", "4111").contains("[");
    assertThat(Recorded.STRICT.readTree(scrubbed)).hasSameSizeAs(Recorded.STRICT.readTree(line));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[4111111111111111,1]",
        "[ 4111111111111111 ]",
        "[1, -1, 4111111111111111]\r",
        "[true,4111111111111111]"
      })
  void aLineThatIsAnArrayOfNumbersStaysOne(String line) throws Exception {
    assertThat(Recorded.STRICT.readTree(scrub(line)))
        .hasSameSizeAs(Recorded.STRICT.readTree(line))
        .anyMatch(element -> element.asText().equals("[card]"));
    assertThat(scrub("[12] " + line + " paid")).contains("[card]").doesNotContain("\"");
  }
}
