package dev.gabion.logging;

import dev.gabion.logging.Found.Kind;
import java.util.Locale;

/**
 * Finds what looks like a secret or an account, whoever it was issued to.
 *
 * <p>Two characters in a row decide where it is worth looking closer, so that ordinary text costs
 * one look into a table for each byte. Each look is bounded, or goes over bytes that no later look
 * goes over more than once again.
 */
final class SecretPatterns {
  /** In what {@link #find} gives: there are backslashes. */
  static final int BACKSLASH = 1 << 30;

  /** In what {@link #find} gives: there are percent signs. */
  static final int PERCENT = 1 << 29;

  private static final int ACCESS_KEY = 1;
  private static final int JWT = 1 << 1;
  private static final int ARMOUR = 1 << 2;
  private static final int BEARER = 1 << 3;
  private static final int AUTHORIZATION = 1 << 4;
  private static final int SECRET_KEY = 1 << 5;
  private static final int CARD = 1 << 6;
  private static final int IBAN = 1 << 7;
  private static final int SESSION = 1 << 8;
  private static final int SIGNATURE = 1 << 9;
  private static final int RESPONSE = 1 << 10;

  /** Which pairs a character begins, in the low bits, and which it ends, above them. */
  private static final int SECOND = 12;

  private static final int FIRSTS = (1 << SECOND) - 1;
  private static final int[] TABLE = table();

  /** No credentials are that long; what goes on longer is none or is taken out in pieces. */
  private static final int LONGEST_WORD = 64;

  private final Reading text;
  private final byte[] bytes;
  private final Found found;

  /** The end of what was found last: nothing begins before it. */
  private int done;

  /** The end of the word that was looked at last as the first part of a token. */
  private int jwtDone;

  /** Whether a private key begins here and its end is not here. */
  private boolean open;

  /** How many bytes were looked at again. */
  private long work;

  SecretPatterns(Reading text, Found found) {
    this.text = text;
    this.bytes = text.bytes;
    this.found = found;
  }

  private static int[] table() {
    int[] table = new int[256];
    pair(table, ACCESS_KEY, "A", "KS");
    pair(table, JWT, "y", "J");
    pair(table, ARMOUR, "-", "B");
    pair(table, BEARER, "bB", "eE");
    pair(table, AUTHORIZATION, "zZ", "aA");
    pair(table, SECRET_KEY, "cC", "rR");
    pair(table, CARD, "23456", "0123456789");
    pair(table, IBAN, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789");
    pair(table, SESSION, "o", "GJ");
    pair(table, SIGNATURE, "gG", "nN");
    pair(table, RESPONSE, "nN", "sS");
    table['\\'] |= BACKSLASH;
    table['%'] |= PERCENT;
    return table;
  }

  private static void pair(int[] table, int pair, String firsts, String seconds) {
    firsts.chars().forEach(c -> table[c] |= pair);
    seconds.chars().forEach(c -> table[c] |= pair << SECOND);
  }

  /**
   * Finds everything that does not end before {@code from}; gives which escapes there may be behind
   * it.
   */
  int find(int from) {
    byte[] line = bytes; // local, as all that the loop needs
    int[] table = TABLE;
    int end = text.size;
    int seen = 0;
    int before = from == 0 ? 0 : table[line[from - 1] & 0xFF];
    for (int i = from; i < end; i++) {
      int here = table[line[i] & 0xFF];
      int pairs = before & here >>> SECOND & FIRSTS;
      if (pairs != 0 && i > done) {
        look(i - 1, pairs);
      }
      before = here;
      seen |= here;
    }
    return seen & (BACKSLASH | PERCENT);
  }

  /** How many bytes were looked at again, apart from a bounded number for each look. */
  long work() {
    return work;
  }

  /** Whether a private key has begun and has not ended. */
  boolean leavesKeyOpen() {
    return open;
  }

  private void look(int at, int pairs) {
    switch (pairs) {
      case ACCESS_KEY -> accessKey(at);
      case JWT -> jwt(at - 1);
      case ARMOUR -> privateKey(at - "----".length());
      case BEARER -> bearer(at);
      case AUTHORIZATION -> authorization(at - "authori".length());
      case SECRET_KEY -> secretKey(at - "se".length());
      case CARD -> number(at, AccountNumbers.card(text, at), Kind.CARD);
      case IBAN -> number(at - 1, AccountNumbers.iban(text, at - 1), Kind.IBAN);
      case SESSION -> session(at - 2);
      case SIGNATURE -> proof(at - "si".length(), "signature");
      case RESPONSE -> proof(at - "respo".length(), "response");
      default -> throw new IllegalStateException("Two patterns have a pair in common.");
    }
  }

  private void number(int from, int to, Kind kind) {
    if (to > 0) {
      take(from, to, kind);
    }
  }

  private void take(int from, int to, Kind kind) {
    found.add(text, from, to, kind);
    done = to;
  }

  /** AWS Identity and Access Management User Guide, "IAM identifiers", unique identifiers. */
  private void accessKey(int at) {
    if ((Ascii.isAt(text, at, "AKIA", false) || Ascii.isAt(text, at, "ASIA", false))
        && isStart(at)) {
      int to = at + 4;
      while (to < text.size && to < at + 21 && (Ascii.isUpper(bytes[to]) || isDigit(to))) {
        to++;
      }
      if (to == at + 20 && isEnd(to)) {
        take(at, to, Kind.AWS_KEY);
      }
    }
  }

  /** Forty characters of base64, some words after one that begins with {@code secret}. */
  private void secretKey(int at) {
    if (!Ascii.isAt(text, at, "secret", true)) {
      return;
    }
    int from = at + "secret".length();
    int most = from + 36;
    while (from < text.size && from < most) {
      int to = from;
      boolean upper = false;
      boolean lower = false;
      boolean digit = false;
      while (to < text.size && to <= from + 40 && isSecretKey(bytes[to])) {
        upper |= Ascii.isUpper(bytes[to]);
        lower |= bytes[to] >= 'a' && bytes[to] <= 'z';
        digit |= isDigit(to);
        to++;
      }
      if (to == from + 40 && upper && lower && digit) {
        take(from, to, Kind.AWS_KEY);
        return;
      }
      if (to == text.size || !(isBetween(bytes[to]) || isBetweenWords(bytes[to]))) {
        return;
      }
      from = to + 1;
    }
  }

  private static boolean isBetweenWords(byte b) {
    return b == '_' || b == '.' || b == '\t';
  }

  private static boolean isSecretKey(byte b) {
    return Ascii.isWord(b) || b == '+' || b == '/';
  }

  private static boolean isBetween(byte b) {
    return switch (b) {
      case ' ', '"', '\'', ':', '=', '>', '\\', '-', '[', '(', '{' -> true;
      default -> false;
    };
  }

  /** Session tokens of AWS begin alike and are some hundred characters long. */
  private void session(int at) {
    if ((Ascii.isAt(text, at, "IQoJb3JpZ2lu", false) || Ascii.isAt(text, at, "FwoGZXIvYXdz", false))
        && isStart(at)) {
      int to = endOfToken(at);
      if (to - at >= 100) {
        take(at, to, Kind.AWS_KEY);
      }
    }
  }

  /** RFC 7519 and RFC 7516: three or five parts, the first of which is a JSON object in base64. */
  private void jwt(int at) {
    if (at < jwtDone || !Ascii.isAt(text, at, "eyJ", false) || !isStart(at)) {
      return;
    }
    int to = endOfBase64(at);
    jwtDone = to; // what begins later in this word ends where it does
    if (to - at < 12) {
      return;
    }
    int parts = 1;
    while (parts < 5 && to < text.size && bytes[to] == '.') {
      to = endOfBase64(to + 1);
      parts++;
    }
    if (parts >= 3) {
      take(at, to, Kind.JWT);
    }
  }

  private int endOfBase64(int from) {
    int to = from;
    while (to < text.size && Ascii.isBase64(bytes[to])) {
      to++;
    }
    work += to - from;
    return to;
  }

  /** RFC 6750 section 2.1: the word and a token. */
  private void bearer(int at) {
    if (Ascii.isAt(text, at, "bearer", true) && isStart(at)) {
      int from = at + "bearer".length();
      int most = from + 6;
      while (from < text.size && from < most && (isBetween(bytes[from]) || bytes[from] == '+')) {
        from++;
      }
      int to = from > at + "bearer".length() ? endOfToken(from) : from;
      if (isToken(from, to)) {
        take(from, to, Kind.TOKEN);
      }
    }
  }

  /** RFC 9110 section 11.6.2: credentials in a header's form, whatever their scheme. */
  private void authorization(int at) {
    if (!Ascii.isAt(text, at, "authorization", true)) {
      return;
    }
    int from = at + "authorization".length();
    int most = from + 8;
    boolean named = false;
    while (from < text.size && from < most && isBetween(bytes[from])) {
      named |= bytes[from] == ':' || bytes[from] == '=';
      from++;
    }
    if (!named) {
      return;
    }
    int to = endOfToken(from);
    if (isSchemeOfParameters(from, to)) {
      return;
    }
    if (to < text.size && (bytes[to] == ' ' || bytes[to] == '+') && isScheme(from, to)) {
      from = to + 1;
      to = endOfToken(from);
      if (to > from) {
        take(from, to, Kind.TOKEN);
      }
    } else if (isToken(from, to)) {
      take(from, to, Kind.TOKEN);
    }
  }

  private boolean isScheme(int from, int to) {
    return switch (scheme(from, to)) {
      case "basic", "bearer", "negotiate", "dpop", "token", "apikey" -> true;
      default -> false;
    };
  }

  /** RFC 7616 and AWS Signature Version 4: of their parameters, one proves who asks. */
  private boolean isSchemeOfParameters(int from, int to) {
    String scheme = scheme(from, to);
    return scheme.equals("digest") || scheme.startsWith("aws4-");
  }

  private String scheme(int from, int to) {
    return Ascii.text(text, from, Math.min(to, from + 16)).toLowerCase(Locale.ROOT);
  }

  /** Thirty-two hexadecimal digits or more under a name. */
  private void proof(int at, String name) {
    if (!Ascii.isAt(text, at, name, true)) {
      return;
    }
    int from = at + name.length();
    int most = from + 6;
    while (from < text.size && from < most && isBetween(bytes[from])) {
      from++;
    }
    int to = from;
    while (to < text.size && Character.digit(bytes[to], 16) >= 0) {
      to++;
    }
    work += to - from;
    if (from > at + name.length() && to - from >= 32 && isEnd(to)) {
      take(from, to, Kind.TOKEN);
    }
  }

  /** RFC 9110 section 11.2, token68. */
  private int endOfToken(int from) {
    int to = from;
    while (to < text.size
        && (Ascii.isBase64(bytes[to])
            || bytes[to] == '.'
            || bytes[to] == '~'
            || bytes[to] == '=')) {
      to++;
    }
    work += to - from;
    return to;
  }

  /** Longer than words are, or not a word. */
  private boolean isToken(int from, int to) {
    boolean digit = false;
    for (int i = from; i < to && i < from + LONGEST_WORD; i++) {
      digit |= isDigit(i);
    }
    return to - from >= 20 || (digit && to - from >= 8);
  }

  /** RFC 7468, and what else stands in such armour. */
  private void privateKey(int at) {
    if (!Ascii.isAt(text, at, "-----BEGIN", false)) {
      return;
    }
    int to = endOfLabel(at + "-----BEGIN".length());
    String label = Ascii.text(text, at, to).replace('+', ' ');
    if (!label.contains("PRIVATE KEY") || !Ascii.isAt(text, to, "-----", false)) {
      return;
    }
    to += "-----".length();
    if (label.contains("PGP")) {
      to = endOfHeaders(to);
    }
    while (to < text.size && isOfKey(bytes[to]) && !Ascii.isAt(text, to, "-----END", false)) {
      to++;
    }
    work += to - at;
    open = to == text.size;
    if (Ascii.isAt(text, to, "-----END", false)) {
      to = endOfLabel(to + "-----END".length());
      int dashes = to + "-----".length(); // more are another's
      while (to < text.size && to < dashes && bytes[to] == '-') {
        to++;
      }
    }
    take(at, to, Kind.PRIVATE_KEY);
  }

  /** Capitals and spaces, which forms write as plus signs. */
  private int endOfLabel(int from) {
    int to = from;
    int most = Math.min(text.size, from + LONGEST_WORD);
    while (to < most && (Ascii.isUpper(bytes[to]) || bytes[to] == ' ' || bytes[to] == '+')) {
      to++;
    }
    return to;
  }

  /** RFC 9580 section 6.2.2: lines with a name, a colon and text, here without quotes. */
  private int endOfHeaders(int from) {
    int to = from;
    while (true) {
      int name = Ascii.isAt(text, to, "\r\n", false) ? to + 2 : to + 1;
      int colon = name;
      while (colon < text.size && Ascii.isLetter(bytes[colon])) {
        colon++;
      }
      if (colon == name || bytes[name - 1] != '\n' || !Ascii.isAt(text, colon, ": ", false)) {
        return to;
      }
      to = colon;
      while (to < text.size && bytes[to] != '"' && bytes[to] != '\r' && bytes[to] != '\n') {
        to++;
      }
    }
  }

  /** Base64, white space, also as escapes, and headers. */
  private static boolean isOfKey(byte b) {
    return Ascii.isBase64(b)
        || switch (b) {
          case '=', ' ', '\t', '\r', '\n', '\\', ':', ',' -> true;
          default -> false;
        };
  }

  private boolean isStart(int at) {
    return at == 0 || !Ascii.isWord(bytes[at - 1]);
  }

  private boolean isEnd(int to) {
    return to == text.size || !Ascii.isWord(bytes[to]);
  }

  private boolean isDigit(int at) {
    return Ascii.isDigit(bytes[at]);
  }
}
