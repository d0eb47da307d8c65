package dev.gabion.validation;

import dev.gabion.core.IpKind;
import dev.gabion.core.IpNetwork;
import java.util.List;

/** Rules of what is on a network: hosts, addresses, URLs, mail. */
final class NetRules {
  private static final int LONGEST_HOST = 253;
  private static final int LONGEST_LABEL = 63;

  private NetRules() {}

  static final class Host extends Rule<HostName> {
    @Override
    boolean accepts(CharSequence text) {
      return isHost(text, 0, text.length());
    }
  }

  static final class Ip extends Rule<IpAddress> {
    private static final int LONGEST = 45;

    private List<IpAddress.Family> families = List.of();
    private IpAddress.Scope scope = IpAddress.Scope.ANY;

    @Override
    public void initialize(IpAddress rule) {
      families = List.of(rule.family());
      scope = rule.scope();
      demand(!families.isEmpty(), "family names none: no address would be accepted.");
    }

    @Override
    boolean accepts(CharSequence text) {
      if (text.length() > LONGEST) {
        return false;
      }
      byte[] address = IpNetwork.literal(text.toString());
      return switch (address.length) {
        case 4 -> families.contains(IpAddress.Family.V4) && isInScope(IpKind.of(address));
        case 16 -> families.contains(IpAddress.Family.V6) && isInScope(IpKind.of(address));
        default -> false;
      };
    }

    private boolean isInScope(IpKind kind) {
      return switch (scope) {
        case ANY -> true;
        case PUBLIC -> kind == IpKind.PUBLIC;
        case PRIVATE -> kind == IpKind.PRIVATE || kind == IpKind.UNIQUE_LOCAL;
      };
    }
  }

  static final class Email extends Rule<EmailAddress> {
    private static final int LONGEST = 254;
    private static final int LONGEST_LOCAL = 64;

    @Override
    boolean accepts(CharSequence text) {
      if (text.length() > LONGEST) {
        return false;
      }
      int at = indexOf(text, '@', 0);
      return at > 0
          && at <= LONGEST_LOCAL
          && isDotString(text, at)
          && isHost(text, at + 1, text.length());
    }

    private static boolean isDotString(CharSequence text, int to) {
      char before = '.';
      for (int i = 0; i < to; i++) {
        char each = text.charAt(i);
        boolean atom = isLetter(each) || isDigit(each) || "!#$%&'*+-/=?^_`{|}~".indexOf(each) >= 0;
        if (!atom && (each != '.' || before == '.')) {
          return false;
        }
        before = each;
      }
      return before != '.';
    }
  }

  static final class Url extends Rule<HttpsUrl> {
    private static final int LONGEST = 2048;
    private static final String SCHEME = "https://";

    private List<String> hosts = List.of();

    @Override
    public void initialize(HttpsUrl rule) {
      hosts = List.of(rule.hosts());
      demand(!hosts.isEmpty(), "hosts names none: name each allowed host.");
      for (String host : hosts) {
        int from = host.startsWith("*.") ? 2 : 0;
        demand(
            isHost(host, from, host.length()),
            "hosts has an entry that is no host name, such as example.com or *.example.com.");
      }
    }

    @Override
    boolean accepts(CharSequence text) {
      if (text.length() > LONGEST || !startsWith(text, SCHEME)) {
        return false;
      }
      int from = SCHEME.length();
      int to = from;
      while (to < text.length() && "/?:".indexOf(text.charAt(to)) < 0) {
        to++;
      }
      if (!isHost(text, from, to) || !isAllowed(text, from, to)) {
        return false;
      }
      int path = to;
      if (to < text.length() && text.charAt(to) == ':') {
        path = to + 4;
        if (path > text.length() || !text.subSequence(to, path).toString().equals(":443")) {
          return false;
        }
      }
      int query = indexOf(text, '?', path);
      int end = query < 0 ? text.length() : query;
      return isPath(text, path, end) && (query < 0 || areUrlCharacters(text, query + 1, true));
    }

    private boolean isAllowed(CharSequence text, int from, int to) {
      String host = text.subSequence(from, to).toString();
      for (String each : hosts) {
        boolean below = each.startsWith("*.");
        int suffix = below ? each.length() - 1 : each.length();
        boolean long_ = below ? host.length() > suffix : host.length() == suffix;
        if (long_
            && host.regionMatches(
                true, host.length() - suffix, each, each.length() - suffix, suffix)) {
          return true;
        }
      }
      return false;
    }

    private static boolean isPath(CharSequence text, int from, int to) {
      if (from < to && text.charAt(from) != '/') {
        return false;
      }
      CharSequence path = text.subSequence(from, to);
      return areUrlCharacters(path, 0, false) && areSegments(path);
    }

    /** Whether no segment is empty, but the last, and none is of full stops. */
    private static boolean areSegments(CharSequence path) {
      int start = 1;
      for (int i = 1; i <= path.length(); i++) {
        boolean last = i == path.length();
        if (last || path.charAt(i) == '/') {
          int length = i - start;
          if ((length == 0 && !last)
              || (length == 1 && path.charAt(start) == '.')
              || (length == 2 && path.charAt(start) == '.' && path.charAt(start + 1) == '.')) {
            return false;
          }
          start = i + 1;
        }
      }
      return true;
    }

    /** RFC 3986: pchar and slash, in a query also the question mark. */
    private static boolean areUrlCharacters(CharSequence text, int from, boolean query) {
      for (int i = from; i < text.length(); i++) {
        char each = text.charAt(i);
        if (each == '%') {
          if (i + 2 >= text.length()
              || !isHex(text.charAt(i + 1))
              || !isHex(text.charAt(i + 2))
              || (!query && isHidden(text.charAt(i + 1), text.charAt(i + 2)))) {
            return false;
          }
          i += 2;
        } else if (!isLetter(each)
            && !isDigit(each)
            && "-._~!$&'()*+,;=:@/".indexOf(each) < 0
            && !(query && each == '?')) {
          return false;
        }
      }
      return true;
    }

    /** Control characters, full stop, slash, backslash and the percent sign itself. */
    private static boolean isHidden(char high, char low) {
      int value = Character.digit(high, 16) * 16 + Character.digit(low, 16);
      return value < ' ' || value == 0x7f || "./\\%".indexOf(value) >= 0;
    }
  }

  static boolean startsWith(CharSequence text, String prefix) {
    if (text.length() < prefix.length()) {
      return false;
    }
    for (int i = 0; i < prefix.length(); i++) {
      if (text.charAt(i) != prefix.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** RFC 1123 section 2.1, two labels at least, the last of which is no number to anybody. */
  static boolean isHost(CharSequence text, int from, int to) {
    if (to - from > LONGEST_HOST) {
      return false;
    }
    int label = from;
    for (int i = from; i < to; i++) {
      char each = text.charAt(i);
      if (each == '.') {
        if (!isLabelEnd(text, label, i)) {
          return false;
        }
        label = i + 1;
      } else if (!Rule.isLetter(each) && !Rule.isDigit(each) && !(each == '-' && i > label)) {
        return false;
      }
    }
    return label > from && isLabelEnd(text, label, to) && Rule.isLetter(text.charAt(label));
  }

  private static boolean isLabelEnd(CharSequence text, int from, int to) {
    return to > from && to - from <= LONGEST_LABEL && text.charAt(to - 1) != '-';
  }
}
