package dev.gabion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What somebody can do who may change a log, and who knows how its hashes are made. */
final class Forgery {
  private static final Pattern LINE =
      Pattern.compile(
          "\\{(\"timestamp\":\"[^\"]*\",\"level\":\"[^\"]*\",)?(.*\"seq\":)([0-9]+)(,\"prev\":\")"
              + "([^\"]*)(\".*),\"hash\":\"([^\"]*)\"}}}");
  private static final Pattern ANCHOR =
      Pattern.compile(",\"anchor\":\\{\"seq\":([0-9]+),\"head\":\"[^\"]*\"");

  private final String chain;
  private final boolean anchorsToo;
  private final Map<Long, String> heads = new HashMap<>();
  private boolean withoutAnchors;
  private String last = Chain.NONE;

  Forgery(String chain, boolean anchorsToo) {
    this.chain = chain;
    this.anchorsToo = anchorsToo;
  }

  Forgery withoutAnchors() {
    withoutAnchors = true;
    return this;
  }

  /** A line with a hash that fits what it says. */
  static String rehashed(String line) {
    Matcher match = match(line);
    return line.replace(match.group(7), hash(content(match, match.group(5), match.group(6))));
  }

  /** Notes where a line that stays as it is stands in the chain. */
  String keep(String line) {
    if (line.contains(chain)) {
      Matcher match = match(line);
      last = match.group(7);
      heads.put(Long.valueOf(match.group(3)), last);
    }
    return line;
  }

  /** A line of the chain, chained anew to the one before it. */
  String chained(String line) {
    if (!line.contains(chain)) {
      return line;
    }
    Matcher match = match(line);
    String rest = match.group(6);
    Matcher anchor = ANCHOR.matcher(rest);
    if (withoutAnchors) {
      rest = rest.replaceFirst(",\"anchor\":\\{[^}]*}", "");
    } else if (anchorsToo && anchor.find()) {
      String head = heads.get(Long.valueOf(anchor.group(1)));
      rest = rest.replaceFirst("\"head\":\"[^\"]*\"", "\"head\":\"" + head + "\"");
    }
    String content = content(match, last, rest);
    last = hash(content);
    heads.put(Long.valueOf(match.group(3)), last);
    String front = match.group(1) == null ? "" : match.group(1);
    return "{"
        + front
        + content.substring(1, content.length() - 3)
        + ",\"hash\":\""
        + last
        + "\"}}}";
  }

  private static Matcher match(String line) {
    Matcher match = LINE.matcher(line);
    if (!match.matches()) {
      throw new AssertionError("not a line of a chain: " + line);
    }
    return match;
  }

  private static String content(Matcher match, String previous, String rest) {
    return "{" + match.group(2) + match.group(3) + match.group(4) + previous + rest + "}}}";
  }

  private static String hash(String content) {
    return Chain.text(Chain.sha256().digest(content.getBytes(UTF_8)));
  }
}
