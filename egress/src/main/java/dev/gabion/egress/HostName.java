package dev.gabion.egress;

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
    return Cidr.literal(lower).length > 0 ? lower : null;
  }

  /** Whether this is a name rather than an address, with a dot in it. */
  static boolean isName(String lower) {
    String[] labels = lower.split("\\.", -1);
    if (lower.length() > LONGEST || labels.length < 2) {
      return false;
    }
    for (String label : labels) {
      if (!isLabel(label)) {
        return false;
      }
    }
    return isLetter(labels[labels.length - 1].charAt(0)); // else it is a number, to somebody
  }

  private static boolean isLabel(String label) {
    if (label.isEmpty() || label.length() > LONGEST_LABEL) {
      return false;
    }
    for (int i = 0; i < label.length(); i++) {
      char each = label.charAt(i);
      boolean inner = i > 0 && i < label.length() - 1;
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
