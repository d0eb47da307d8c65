package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What looks like a secret, and what only nearly does. */
class SecretPatternsTest {
  private static final String JWT =
      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

  private static final String OTHER = "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC7";

  private final Scrubber scrubber = new Scrubber(new AtomicLong()::get, () -> {});

  private String scrub(String line) {
    return new String(scrubber.scrub(line.getBytes(UTF_8)), UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AKIAIOSFODNN7EXAMPLE | [aws-key]",
        "id=ASIAIOSFODNN7EXAMPLE, more | id=[aws-key], more",
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY | aws_secret_access_key = [aws-key]",
        "{\"SecretAccessKey\":\"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\"} | {\"SecretAccessKey\":\"[aws-key]\"}",
        "{\\\"secretKey\\\": \\\"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\\\"} | {\\\"secretKey\\\": \\\"[aws-key]\\\"}",
        "Secret access key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY | Secret access key: [aws-key]",
        "secret-access-key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY | secret-access-key: [aws-key]",
        "secret.access.key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY | secret.access.key=[aws-key]",
        "SECRET ACCESS KEY	wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY | SECRET ACCESS KEY	[aws-key]",
        "secret key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY. | secret key [aws-key].",
        "Authorization: Bearer mF_9.B5f-4.1JqM | Authorization: Bearer [token]",
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41 | Authorization: AWS4-HMAC-SHA256 Credential=[aws-key]/20130524/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=[token]",
        "?X-Amz-Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41&x=1 | ?X-Amz-Signature=[token]&x=1",
        "Authorization: Digest username='bob', response='6629fae49393a05397450978507c4ef1', x | Authorization: Digest username='bob', response='[token]', x",
        "bearer%20mF_9.B5f-4.1JqM | bearer%20[token]",
        "{Authorization=Basic YWxhZGRpbjpvcGVu, Accept=*/*} | {Authorization=Basic [token], Accept=*/*}",
        "\"authorization\":\"0123456789abcdef\" | \"authorization\":\"[token]\"",
        "card 4111111111111111. | card [card].",
        "4111 1111 1111 1111 / 3782-822463-10005 | [card] / [card]",
        "pan=5555555555554444&x=6011111111111117 | pan=[card]&x=[card]",
        "2223003122003222,3530111333300000,30569309025904 | [card],[card],[card]",
        "IBAN DE89370400440532013000 | IBAN [iban]",
        "GB82 WEST 1234 5698 7654 32, NO9386011117947 | [iban], [iban]",
        "MT84MALT011000012345MTLCAST001S | [iban]",
      })
  void isTakenOut(String line, String scrubbed) {
    assertThat(scrub(line)).isEqualTo(scrubbed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AKIAIOSFODNN7EXAMPL",
        "AKIAIOSFODNN7EXAMPLEX",
        "xAKIAIOSFODNN7EXAMPLE",
        "secret rotated to version 0123456789abcdef0123456789abcdef01234567",
        "Bearer authentication is needed",
        "the authorization of alice",
        "Authorization: denied for alice",
        "-----BEGIN PUBLIC KEY-----MIIB-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9",
        "eyJ.eyJ.eyJ",
        "4111111111111112",
        "x4111111111111111",
        "41111111111111110",
        "0.4111111111111111",
        "1111111111111117",
        "2026-11-22T10:11:12.123456789Z 1763806272123 1763806272123456",
        "arn:aws:lambda:eu-central-1:501800000009:function:f",
        "00000000-4111-1111-1111-11111111111a",
        "DE89370400440532013001",
        "DE8937040044053201300",
        "XX89370400440532013000",
        "aDE89370400440532013000",
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
        "100% of 5%, c:\\temp\\new\\update \\u12",
      })
  void isLeftAlone(String line) {
    byte[] bytes = line.getBytes(UTF_8);

    assertThat(scrubber.scrub(bytes)).isSameAs(bytes);
  }

  @Test
  void tokensOfThreeAndFiveParts() {
    String jwe =
        "eyJhbGciOiJSU0EtT0FFUCJ9.OKOawDo13gRp.48V1_ALb6US04U3b.5eym8TW_c8SuK0l.XFBoMYUZod";

    assertThat(scrub("token " + JWT + "; " + jwe + ".")).isEqualTo("token [jwt]; [jwt].");
    assertThat(scrub("?t=" + JWT + "&u=eyJhbGciOiJub25lIn0.e30.")).isEqualTo("?t=[jwt]&u=[jwt]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "-", "_", "+", "=", "%2F", "%2f", "\\/", "x.y/", "eyJ/eyJ "})
  void tokensBehindWhatTheirLettersMayBe(String before) {
    assertThat(scrub("https://x.example/verify" + before + JWT + "\n"))
        .isEqualTo("https://x.example/verify" + before + "[jwt]\n");
  }

  @Test
  void sessionTokens() {
    assertThat(scrub("t=IQoJb3JpZ2luX2VjE" + "aB1/".repeat(60) + "==,")).isEqualTo("t=[aws-key],");
  }

  @Test
  void everyPatternIsFoundBehindEscapes() {
    for (String line :
        List.of(JWT, "4111111111111111", "DE89370400440532013000", "Bearer " + JWT)) {
      Encodings.all()
          .forEach(
              (name, encoding) -> {
                if (name.contains("percent") || name.startsWith("JSON,")) {
                  String written = "<" + encoding.apply(line) + ">";
                  assertThat(scrub(written))
                      .as(written)
                      .containsAnyOf("[jwt]", "[card]", "[iban]", "[token]");
                }
              });
    }
  }

  @Test
  void aPrivateKeyInOnePieceOverLinesAndInOneLineOfJson() {
    String pem = PrivateKeys.pem();

    assertThat(scrub("before\n" + pem + "after\n")).isEqualTo("before\n[private-key]\nafter\n");
    assertThat(scrub(pem.replace("\n", "\r\n"))).isEqualTo("[private-key]\r\n");
    assertThat(scrub("{\"key\":\"" + Encodings.json(pem) + "\",\"n\":1}"))
        .isEqualTo("{\"key\":\"[private-key]\\n\",\"n\":1}");
    assertThat(scrub(Encodings.json("{\"key\":\"" + Encodings.json(pem) + "\"}")))
        .isEqualTo("{\\\"key\\\":\\\"[private-key]\\\\n\\\"}");
    assertThat(scrub(pem.replace(" PRIVATE", " ENCRYPTED PRIVATE"))).startsWith("[private-key]");
  }

  @Test
  void aPrivateKeyRightBehindOtherArmour() {
    String pem = PrivateKeys.pem();

    assertThat(scrub("-----END CERTIFICATE-----" + pem))
        .isEqualTo("-----END CERTIFICATE-----[private-key]\n");
    assertThat(scrub(pem.strip() + pem)).isEqualTo("[private-key][private-key]\n");
  }

  @Test
  void aPrivateKeyInAForm() {
    String pem = PrivateKeys.pem();

    assertThat(scrub("key=" + URLEncoder.encode(pem, UTF_8) + "&x=1"))
        .isEqualTo("key=[private-key]%0A&x=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n"})
  void aPrivateKeyOfPgpWithItsHeaders(String end) {
    String pgp =
        String.join(
            end,
            "-----BEGIN PGP PRIVATE KEY BLOCK-----",
            "Version: GnuPG v2.0.22 (GNU/Linux)",
            "Comment: <https://gnupg.example>; (ann@x.example)",
            "",
            "lQOYBFxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "=abcd",
            "-----END PGP PRIVATE KEY BLOCK-----");

    assertThat(scrub(pgp + "\nafter\n")).isEqualTo("[private-key]\nafter\n");
    assertThat(scrub("{\"a\":\"" + Encodings.json(pgp) + "\"}"))
        .isEqualTo("{\"a\":\"[private-key]\"}");
  }

  @Test
  void whatFollowsABeginningThatOnlyNamesAKeyStays() {
    assertThat(scrub("no -----BEGIN PRIVATE KEY-----\n[main] ERROR (it failed)\n"))
        .isEqualTo("no [private-key]\n[main] ERROR (it failed)\n");
  }

  @Test
  void aPrivateKeyThatIsCutOffInJsonLeavesTheRestOfTheLine() {
    String cut = Encodings.json(PrivateKeys.pem()).substring(0, 1_000);

    assertThat(scrub("{\"key\":\"" + cut + "…\",\"n\":1}"))
        .isEqualTo("{\"key\":\"[private-key]…\",\"n\":1}");
  }

  @Test
  void aPrivateKeyPrintedLineByLine() {
    StringBuilder printed = new StringBuilder(scrub("starting\n"));
    PrivateKeys.pem().lines().forEach(line -> printed.append(scrub(line + "\n")));
    printed.append(scrub(OTHER + "\n"));

    List<String> lines = printed.toString().lines().toList();
    assertThat(lines).startsWith("starting").endsWith("-----END PRIVATE KEY-----", OTHER);
    assertThat(lines.subList(1, lines.size() - 2))
        .hasSizeGreaterThan(20)
        .containsOnly("[private-key]");
  }

  /** Each pattern's own worst text: what it is begun by, again and again, without an end. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "eyJ",
        "eyJhbGciOiJIUzI1NiJ9.",
        "-eyJaaaaaaaaa",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\nA: b\n",
        "signature=",
        "response=a",
        "-----BEGIN ",
        "secret",
        "secret:",
        "bearer ",
        "bearer.",
        "authorization:",
        "authorization=basic ",
        "4111 ",
        "411-",
        "4",
        "DE89 ",
        "DE89",
        "IQoJb3JpZ2lu ",
        "AKIA",
        "\\u0041",
        "%25",
        "\\\\",
        "\\",
      })
  void isLookedAtNoMoreThanAFewTimes(String begun) {
    byte[] bytes = begun.repeat(2_000).getBytes(UTF_8);
    SecretPatterns patterns = new SecretPatterns(Reading.of(bytes), new Found(bytes));
    patterns.find(0);

    assertThat(patterns.work()).isLessThan(4L * bytes.length);
  }

  @Test
  void theExamplesAreWhatTheyAreTakenFor() {
    BigInteger iban = new BigInteger("370400440532013000" + "1314" + "89");

    assertThat(iban.mod(BigInteger.valueOf(97))).isEqualTo(BigInteger.ONE);
  }

  @Test
  void everyLengthOfCardIsFoundAndNearlyNoOtherNumber() {
    List<String> found = new ArrayList<>();
    for (String start : List.of("4", "51", "2221", "34", "6011", "36", "62", "3528", "5018")) {
      int[] lengths = {13, 14, 15, 16, 17, 18, 19};
      Arrays.stream(lengths)
          .mapToObj(length -> withCheckDigit(start, length))
          .filter(number -> scrub("n " + number).equals("n [card]"))
          .forEach(found::add);
    }

    assertThat(found).hasSizeBetween(30, 40);
    assertThat(found.stream().map(Object::toString).map(SecretPatternsTest::off).map(this::scrub))
        .allMatch(line -> line.matches("[0-9]+"));
  }

  private static String withCheckDigit(String start, int length) {
    String body = start + "0".repeat(length - 1 - start.length());
    for (int check = 0; check < 10; check++) {
      int sum = 0;
      String number = body + check;
      for (int i = 0; i < length; i++) {
        int digit = number.charAt(length - 1 - i) - '0';
        sum += i % 2 == 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit;
      }
      if (sum % 10 == 0) {
        return number;
      }
    }
    throw new IllegalStateException(start);
  }

  private static String off(String number) {
    int last = number.charAt(number.length() - 1) - '0';
    return number.substring(0, number.length() - 1) + (last + 1) % 10;
  }
}
