package dev.gabion.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Secrets that a test lets out on purpose, each in every encoding that the documentation lists, and
 * a look for them in what was captured. The same in every process that has the same seed.
 */
final class Canaries {
  /** Ways to write a secret. */
  enum Way {
    RAW,
    BASE64,
    BASE64_AFTER_ONE,
    BASE64_AFTER_TWO,
    BASE64URL,
    BASE64URL_AFTER_ONE,
    BASE64URL_AFTER_TWO,
    PERCENT,
    PERCENT_LOWER,
    PERCENT_IN_PART,
    JSON,
    JSON_BY_NUMBER,
    JSON_SOLIDUS,
    HEX,
    HEX_CAPITALS;

    String write(String secret) {
      byte[] bytes = secret.getBytes(UTF_8);
      Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
      return switch (this) {
        case RAW -> secret;
        case BASE64 -> Base64.getEncoder().encodeToString(bytes);
        case BASE64_AFTER_ONE -> Base64.getEncoder().encodeToString(("?" + secret).getBytes(UTF_8));
        case BASE64_AFTER_TWO ->
            Base64.getEncoder().encodeToString(("?~" + secret).getBytes(UTF_8));
        case BASE64URL -> url.encodeToString(bytes);
        case BASE64URL_AFTER_ONE -> url.encodeToString(("?" + secret).getBytes(UTF_8));
        case BASE64URL_AFTER_TWO -> url.encodeToString(("?~" + secret).getBytes(UTF_8));
        case PERCENT -> URLEncoder.encode(secret, UTF_8);
        case PERCENT_LOWER -> percent(bytes, 1);
        case PERCENT_IN_PART -> percent(bytes, 3);
        case JSON -> secret.replace("\\", "\\\\").replace("\"", "\\\"");
        case JSON_BY_NUMBER -> byNumber(secret);
        case JSON_SOLIDUS -> secret.replace("\\", "\\\\").replace("\"", "\\\"").replace("/", "\\/");
        case HEX -> HexFormat.of().formatHex(bytes);
        case HEX_CAPITALS -> HexFormat.of().withUpperCase().formatHex(bytes);
      };
    }

    private static String percent(byte[] bytes, int step) {
      StringBuilder written = new StringBuilder();
      for (int i = 0; i < bytes.length; i++) {
        boolean plain = i % step != 0 && bytes[i] != '%';
        written.append(plain ? "" + (char) bytes[i] : String.format("%%%02x", bytes[i]));
      }
      return written.toString();
    }

    private static String byNumber(String secret) {
      StringBuilder written = new StringBuilder();
      secret.chars().forEach(c -> written.append(String.format("\\u%04x", c)));
      return written.toString();
    }
  }

  /** What is captured of one: its channel, number and way, and the text. */
  private static final Pattern TAGGED = Pattern.compile("#([a-z]+):(\\d+):([A-Z_0-9]+)#(.*?)#end");

  private final List<String> secrets = new ArrayList<>();

  /** So many secrets of 8 to 47 printable characters, none of them a number sign. */
  Canaries(int count) {
    SplittableRandom random = new SplittableRandom(20261122);
    for (int i = 0; i < count; i++) {
      StringBuilder secret = new StringBuilder();
      for (int length = 8 + random.nextInt(40); length > 0; length--) {
        char c = (char) ('!' + random.nextInt(94));
        secret.append(c == '#' ? '/' : c);
      }
      secrets.add(secret.toString());
    }
  }

  List<String> secrets() {
    return secrets;
  }

  /** Every secret in every way, each with a tag by which it is found again, in one channel. */
  List<String> tagged(String channel) {
    List<String> tagged = new ArrayList<>();
    for (int i = 0; i < secrets.size(); i++) {
      for (Way way : Way.values()) {
        tagged.add("#" + channel + ":" + i + ":" + way + "#" + way.write(secrets.get(i)) + "#end");
      }
    }
    return tagged;
  }

  /** The same, all ways of one secret in one text. */
  List<String> taggedBySecret(String channel) {
    List<String> each = tagged(channel);
    int ways = Way.values().length;
    return IntStream.range(0, secrets.size())
        .mapToObj(i -> String.join(" ", each.subList(i * ways, (i + 1) * ways)))
        .toList();
  }

  /** What became of the canaries in one channel: how many tags there are, and what is legible. */
  record Sighting(int tags, List<String> legible) {}

  /** Looks at captured messages, whose own escapes are undone. */
  Sighting look(String channel, List<String> messages) {
    int tags = 0;
    List<String> legible = new ArrayList<>();
    for (String message : messages) {
      Matcher tag = TAGGED.matcher(message);
      while (tag.find()) {
        if (tag.group(1).equals(channel)) {
          tags++;
          String secret = secrets.get(Integer.parseInt(tag.group(2)));
          if (tag.group(4).contains(Way.valueOf(tag.group(3)).write(secret))) {
            legible.add(tag.group());
          }
        }
      }
    }
    return new Sighting(tags, legible);
  }
}
