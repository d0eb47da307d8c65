package dev.gabion.egress;

import dev.gabion.core.IpNetwork;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A host as every program reads it the same: letters, digits and hyphens of ASCII in labels (RFC
 * 1123 section 2.1), the last of which is no number, or an address written out in full.
 *
 * <p>Everything else that some library somewhere takes for a host is none here: other alphabets and
 * digits, ideographic full stops, percent signs, a trailing dot, octal, hexadecimal and short
 * addresses, zones.
 */
final class HostName {
  private static final int LONGEST = 253;
  private static final int LONGEST_LABEL = 63;

  private HostName() {}

  /** The host in its one form, in lower case and without brackets; null if it is none. */
  static @Nullable String of(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
        return null; // first of all: the Kelvin sign becomes a k in lower case
      }
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.startsWith("[") && lower.endsWith("]")) {
      lower = lower.substring(1, lower.length() - 1);
    }
    if (isName(lower)) {
      return lower;
    }
    byte[] literal = IpNetwork.literal(lower);
    return literal.length > 4 ? spelled(literal) : literal.length > 0 ? lower : null;
  }

  /** The host that a socket says it is connected to, in the form that {@link #of} gives. */
  static String ofPeer(String host) {
    String known = of(host.endsWith(".") ? host.substring(0, host.length() - 1) : host);
    return known == null ? host : known;
  }

  /** An address of IPv6 can be written in many ways, and this is one. */
  private static String spelled(byte[] address) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < address.length; i += 2) {
      text.append(i == 0 ? "" : ":")
          .append(Integer.toHexString(((address[i] & 0xff) << 8) | (address[i + 1] & 0xff)));
    }
    return text.toString();
  }

  /** Whether this is a name rather than an address, with a dot in it. */
  static boolean isName(String lower) {
    int from = 0;
    int dot = lower.indexOf('.');
    if (lower.length() > LONGEST || dot < 0) {
      return false;
    }
    for (; dot >= 0; dot = lower.indexOf('.', from)) {
      if (!isLabel(lower, from, dot)) {
        return false;
      }
      from = dot + 1;
    }
    return isLabel(lower, from, lower.length())
        && isLetter(lower.charAt(from)); // else it is a number, to somebody
  }

  private static boolean isLabel(String name, int from, int to) {
    if (from == to || to - from > LONGEST_LABEL) {
      return false;
    }
    for (int i = from; i < to; i++) {
      char each = name.charAt(i);
      boolean inner = i > from && i < to - 1;
      if (!isLetter(each) && !(each >= '0' && each <= '9') && !(each == '-' && inner)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(char each) {
    return each >= 'a' && each <= 'z';
  }

  /** Whether a name means this machine wherever it is asked for (RFC 6761, and Lambda's own). */
  static boolean isHere(String name) {
    return name.endsWith(".localhost") || name.endsWith(".localdomain");
  }
}
