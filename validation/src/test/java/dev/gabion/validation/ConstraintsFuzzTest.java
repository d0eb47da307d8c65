package dev.gabion.validation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gabion.core.Violation;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the text, each constraint takes or refuses it and throws nothing, and what one takes
 * means to the JDK's own readers what it should.
 */
class ConstraintsFuzzTest {
  record Texts(
      @SingleLineText String line,
      @MultiLineText String lines,
      @Nfc String composed,
      @SafeFileName String name,
      @RelativePath String path,
      @S3Key(prefix = "in/") String key,
      @JsonPointer String pointer,
      @LinearPattern("(a|ab)*c{0,3}[^x-z\\n]?") String pattern) {}

  record Codes(
      @HttpsUrl(hosts = {"example.com", "*.example.org"}) String url,
      @HostName String host,
      @IpAddress String ip,
      @IpAddress(scope = IpAddress.Scope.PUBLIC) String open,
      @EmailAddress String mail,
      @PhoneNumber String phone,
      @CurrencyCode String currency,
      @CountryCode String country,
      @LanguageCode String language,
      @Uuid String uuid,
      @Uuid(version = {4, 7}) String version,
      @Ulid String ulid,
      @Base64Data(max = 300) String base64,
      @Base64UrlData(max = 300) String base64url,
      @DecimalText(min = "-1000", max = "1000") String decimal,
      @InstantWithin(past = "P36500D", future = "P36500D") String instant,
      @AwsArn String arn) {}

  private static final BeanRules RULES = Started.rulesFor(Texts.class, Codes.class);

  /** What is on a line and in no other place: the categories of Unicode, the long way round. */
  private static final Pattern HIDDEN =
      Pattern.compile("[\\p{Cc}\\p{Cs}\\p{Co}\\p{Zl}\\p{Zp}\\u202a-\\u202e\\u2066-\\u2069\\ufeff]");

  private static final Pattern LIKE_THAT = Pattern.compile("(a|ab)*c{0,3}[^x-z\\n]?");

  static Stream<byte[]> texts() {
    return Stream.of(
            "",
            "a name",
            "\u00fcber/\u20ac.txt",
            "a\r\nb\tc",
            "a\u202eb",
            "e\u0301",
            "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67",
            "CON.txt",
            "../a",
            "..\\a%2e",
            "in/a/../b",
            "in/2026/a.csv",
            "/a/0/~0~1",
            "ababccc!",
            "https://example.com/a/b?c=d",
            "https://api.example.org:443/%41",
            "https://example.com@evil.org/",
            "https://example.com/%2e%2e/",
            "www.example.com",
            "192.0.2.1",
            "8.8.8.8",
            "010.1.2.3",
            "2001:db8::1",
            "::ffff:10.0.0.1",
            "fe80::1%eth0",
            "ann.o'neil+x@example.com",
            "\"a b\"@example.com",
            "+491711234567",
            "EUR",
            "DE",
            "de",
            "0b1f6c1e-8f3c-4d55-9a53-2f5a0f6f2d10",
            "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "AAEC/w==",
            "AAEC_w",
            "-12.50",
            "1e3",
            "2026-03-01T12:00:00.123456789Z",
            "2026-02-30T12:00:00Z",
            "2016-12-31T23:59:60Z",
            "arn:aws:s3:::bucket/key",
            "arn:aws-us-gov:sqs:us-gov-west-1:123456789012:q")
        .map(text -> text.getBytes(UTF_8));
  }

  @MethodSource("texts")
  @FuzzTest
  void anyText(byte[] bytes) {
    // Half characters do not come out of UTF-8: U+FFFF and U+FFFE stand for them.
    String text = new String(bytes, UTF_8).replace('\uffff', '\ud83d').replace('\ufffe', '\ude00');
    texts(text);
    codes(text);
  }

  private static void texts(String text) {
    Set<String> refused = refused(new Texts(text, text, text, text, text, text, text, text), text);
    Predicate<String> taken = name -> !refused.contains(name);
    if (taken.test("line")) {
      require(!HIDDEN.matcher(text).find(), "line");
    }
    if (taken.test("lines")) {
      require(!HIDDEN.matcher(text.replaceAll("\r?\n|\t", " ")).find(), "lines");
    }
    require(!taken.test("line") || taken.test("lines"), "One line is fewer than many");
    if (taken.test("composed")) {
      require(Normalizer.normalize(text, Normalizer.Form.NFC).equals(text), "composed");
    }
    if (taken.test("name")) {
      require(taken.test("line") && taken.test("path") && isBelow(text, 1), "name");
    }
    if (taken.test("path")) {
      require(taken.test("line") && isBelow(text, text.split("/", -1).length), "path");
    }
    if (taken.test("key")) {
      Path key = Path.of("/" + text);
      require(taken.test("line") && key.normalize().equals(key), "key");
      require(text.startsWith("in/") && text.getBytes(UTF_8).length <= 1024, "key");
    }
    if (taken.test("pointer")) {
      com.fasterxml.jackson.core.JsonPointer read =
          com.fasterxml.jackson.core.JsonPointer.compile(text);
      require(read.toString().equals(text), "pointer");
    }
    if (text.length() < 64) { // the JDK's engine goes back, and for long texts out of its stack
      require(taken.test("pattern") == LIKE_THAT.matcher(text).matches(), "pattern");
    }
  }

  private static boolean isBelow(String text, int names) {
    Path below = Path.of("/base", text);
    return below.normalize().equals(below)
        && below.startsWith("/base")
        && below.getNameCount() == names + 1
        && Normalizer.normalize(text, Normalizer.Form.NFKC).split("/", -1).length == names
        && text.indexOf('\\') < 0
        && !("/" + text + "/").contains("/../");
  }

  private static void codes(String text) {
    Codes all =
        new Codes(
            text, text, text, text, text, text, text, text, text, text, text, text, text, text,
            text, text, text);
    Set<String> refused = refused(all, text);
    Predicate<String> taken = name -> !refused.contains(name);
    if (taken.test("url")) {
      URI url = URI.create(text);
      String host = url.getHost().toLowerCase(Locale.ROOT);
      require(host.equals("example.com") || host.endsWith(".example.org"), "url");
      require(url.getUserInfo() == null && url.getFragment() == null, "url");
      require("https".equals(url.getScheme()) && (url.getPort() & ~443) <= 0, "url");
      require(!(url.getPath() + "/").contains("/../") && !url.getPath().contains("//"), "url");
    }
    if (taken.test("host")) {
      require(text.equals(URI.create("https://" + text + "/").getHost()), "host");
      require(refused.contains("ip"), "A host is no address");
    }
    address(text, taken.test("ip"), taken.test("open"));
    if (taken.test("mail")) {
      require(text.indexOf('@') > 0 && text.indexOf('@') == text.lastIndexOf('@'), "mail");
      require(text.matches("[!-~]{3,254}"), "mail");
    }
    require(taken.test("phone") == text.matches("\\+[1-9][0-9]{6,14}"), "phone");
    require(!taken.test("currency") || text.matches("[A-Z]{3}"), "currency");
    require(!taken.test("country") || text.matches("[A-Z]{2}"), "country");
    require(!taken.test("language") || text.matches("[a-z]{2}"), "language");
    if (taken.test("uuid")) {
      require(UUID.fromString(text).toString().equals(text), "uuid");
    }
    if (taken.test("version")) {
      UUID id = UUID.fromString(text);
      require(id.version() == 4 || id.version() == 7, "version");
      require(id.variant() == 2 && taken.test("uuid"), "version");
    }
    require(taken.test("ulid") == text.matches("[0-7][0-9A-HJKMNP-TV-Z]{25}"), "ulid");
    require(
        taken.test("base64") == isCanonical(text, Base64.getDecoder(), Base64.getEncoder()),
        "base64");
    require(
        taken.test("base64url")
            == isCanonical(text, Base64.getUrlDecoder(), Base64.getUrlEncoder().withoutPadding()),
        "base64url");
    if (taken.test("decimal")) {
      BigDecimal number = new BigDecimal(text);
      require(number.toPlainString().equals(text) && number.scale() <= 2, "decimal");
      require(number.abs().compareTo(new BigDecimal(1000)) <= 0, "decimal");
    }
    if (taken.test("instant")) {
      require(
          Instant.parse(text).toString().substring(0, 19).equals(text.substring(0, 19)), "instant");
    }
    if (taken.test("arn")) {
      String[] parts = text.split(":", 6);
      require(parts.length == 6 && parts[4].matches("([0-9]{12})?"), "arn");
      require(text.matches("arn:aws[a-z0-9-]*:[!-~]+") && !text.contains("*"), "arn");
    }
  }

  private static void address(String text, boolean taken, boolean open) {
    require(taken || !open, "An open address is one");
    if (taken) {
      require(text.matches("[0-9a-fA-F:.]+"), "ip"); // which is never looked up
      try {
        InetAddress address = InetAddress.getByName(text);
        boolean inside =
            address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress();
        require(!open || !inside, "open");
      } catch (UnknownHostException none) {
        throw new AssertionError("ip", none);
      }
    }
  }

  private static boolean isCanonical(String text, Base64.Decoder decoder, Base64.Encoder encoder) {
    try {
      byte[] bytes = decoder.decode(text);
      return bytes.length <= 300 && encoder.encodeToString(bytes).equals(text);
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }

  private static Set<String> refused(Record input, String text) {
    Set<String> refused = new HashSet<>();
    Set<String> names = new HashSet<>();
    Arrays.stream(input.getClass().getRecordComponents())
        .forEach(each -> names.add(each.getName()));
    for (Violation violation : RULES.check(input)) {
      refused.add(violation.path());
      require(names.contains(violation.path()), "A place that is none");
      require(violation.rule().matches("[a-z0-9-]+"), "A rule that is none");
      require(text.length() < 20 || !violation.toString().contains(text), "Says what it was given");
    }
    return refused;
  }

  private static void require(boolean kept, String otherwise) {
    if (!kept) {
      throw new AssertionError(otherwise);
    }
  }
}
